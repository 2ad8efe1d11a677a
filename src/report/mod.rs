//! How it looks: rows to bytes. Nothing in here opens a file.

pub mod classic;
pub mod fields;
pub mod formats;
pub mod marks;
pub mod rates;
pub mod stages;
pub mod text;
pub mod value;
