//! How it looks: rows to bytes. Nothing in here opens a file.

pub mod classic;
pub mod columns;
pub mod rates;
pub mod records;
pub mod text;
