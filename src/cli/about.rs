//! The flags that ask for a text about the program instead of a listing.

use clap::{Args, ValueEnum};

/// What the program tells of itself.
#[derive(Debug, Args)]
#[command(next_help_heading = "About rnetstat")]
pub struct AboutFlags {
    /// Show a help with every flag
    #[arg(long)]
    pub help_all: bool,
    /// Print completions for bash, zsh, fish or elvish
    #[arg(long, value_name = "SHELL", hide_possible_values = true)]
    pub completions: Option<Shell>,
    /// Print the manual, for man -l
    #[arg(long)]
    pub man: bool,
}

/// The shells with completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
}

impl AboutFlags {
    /// Returns whether a text is asked for instead of a listing.
    pub fn is_wanted(&self) -> bool {
        self.completions.is_some() || self.man || self.help_all
    }
}
