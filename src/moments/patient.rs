//! An output whose errors can wait: something else is written beside it.

use std::io::{self, Write};

/// Writes until the first error, which is kept.
pub struct Patient<'a> {
    out: &'a mut dyn Write,
    failed: Option<io::Error>,
}

impl<'a> Patient<'a> {
    /// Creates the output.
    pub fn new(out: &'a mut dyn Write) -> Patient<'a> {
        Patient { out, failed: None }
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// The first one of all.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.failed.map_or(Ok(()), Err)
    }
}

/// Never fails; see [`Patient::finish`].
impl Write for Patient<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed.is_none() {
            self.failed = self.out.write_all(bytes).err();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failed.is_none() {
            self.failed = self.out.flush().err();
        }
        Ok(())
    }
}
