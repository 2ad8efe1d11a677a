//! Which network namespaces are asked for.

use glob::Pattern;
use std::path::PathBuf;

/// One way to ask for network namespaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamespaceName {
    /// All of the system.
    All,
    /// The system's own, that of its first process.
    Host,
    /// That of the process with this PID.
    OfProcess(i32),
    /// The one with this inode number, as in `net:[…]`.
    Id(u64),
    /// The one that a file stands for.
    File(PathBuf),
    /// Those whose name fits, or whose container's ID begins like this.
    Called(Pattern),
}
