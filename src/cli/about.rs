//! The flags that ask for a text about the program itself in place of a listing.

use super::{completions, manual};
use clap::{Args, ValueEnum};

/// What the program tells of itself.
#[derive(Debug, Args)]
#[command(next_help_heading = "About rnetstat")]
pub struct AboutFlags {
    /// Completions for bash, zsh, fish or elvish
    #[arg(long, value_name = "SHELL", hide_possible_values = true)]
    completions: Option<Shell>,
    /// The manual, for man -l
    #[arg(long)]
    man: bool,
}

/// The shells that completions can be had for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
}

impl AboutFlags {
    /// Whether a text is asked for, so that nothing is to be listed.
    pub fn is_wanted(&self) -> bool {
        self.completions.is_some() || self.man
    }

    /// The text that is asked for; none if a listing is.
    pub fn text(&self) -> Option<String> {
        match self.completions {
            Some(shell) => Some(completions::script(shell)),
            None => self.man.then(manual::text),
        }
    }
}
