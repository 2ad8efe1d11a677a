//! Rows as records: columns are chosen, rows sorted, counted and cut off, and written as a table,
//! JSON or CSV.

pub mod formats;
pub mod mark;
pub mod marking;
pub mod pipeline;
pub mod reach;
pub mod since;
pub mod sink;
pub mod stages;
mod tally;
pub mod value;
pub mod words;
