//! What tables say of sockets that nobody owns.

/// What tables and counts say where nobody owns a socket: `(kernel)` if the kernel alone has it, such as
/// a connection in TIME_WAIT; `(unknown)` if not all processes could be searched; `-` if no process has
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoOwner {
    /// The kernel alone has it.
    Kernel,
    /// Not all processes could be searched.
    Unknown,
    /// No process has it.
    Nobody,
}

impl NoOwner {
    /// What also stands for a fact about an owner that is not there.
    pub const NOTHING: &str = "-";

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            NoOwner::Kernel => "(kernel)",
            NoOwner::Unknown => "(unknown)",
            NoOwner::Nobody => NoOwner::NOTHING,
        }
    }
}
