//! How it looks: rows to bytes. Nothing in here opens a file.

pub mod classic;
pub mod rates;
pub mod text;
