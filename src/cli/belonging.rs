//! The flags that choose rows by where their owners belong.

use crate::request::{Filter, Test};
use clap::Args;
use glob::Pattern;

/// Where owners belong. The heading is that of the other flags that choose rows.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which rows (lists: a,b,c)")]
pub struct BelongingFlags {
    /// Owners by container: name or ID; !web: others
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true, value_parser = glob)]
    pub container: Vec<Condition<Pattern>>,
    /// Owners by unit of systemd: nginx, 'foo@*'
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true, value_parser = glob)]
    pub unit: Vec<Condition<Pattern>>,
    /// Owners by pod of Kubernetes: name or UID
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true, value_parser = glob)]
    pub pod: Vec<Condition<Pattern>>,
    /// Owners by control group: /user.slice/
    #[arg(long, value_name = "PREFIX", allow_hyphen_values = true, value_parser = path)]
    pub cgroup: Vec<Condition<String>>,
}

impl BelongingFlags {
    /// Returns the conditions that the flags ask for.
    pub fn filter(&self) -> Filter {
        Filter::all([
            all_but(&self.container, Test::Container),
            all_but(&self.unit, Test::Unit),
            all_but(&self.pod, Test::Pod),
            all_but(&self.cgroup, Test::OwnerCgroup),
        ])
    }
}

/// A condition, wanted or unwanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition<C> {
    /// Whether it is wanted.
    pub wanted: bool,
    /// The condition.
    pub condition: C,
}

/// Returns the condition that one of those that are wanted holds, if there are any, and none of the others.
pub fn all_but<C: Clone>(conditions: &[Condition<C>], test: fn(C) -> Test) -> Filter {
    let of = |wanted| {
        let conditions = conditions.iter().filter(move |it| it.wanted == wanted);
        conditions.map(|it| test(it.condition.clone()).into())
    };
    Filter::all_but(of(true), of(false))
}

/// Parses a condition, with `!` in front if it is unwanted.
fn condition<C>(
    text: &str,
    parse: impl Fn(&str) -> Result<C, String>,
) -> Result<Condition<C>, String> {
    let (wanted, text) = match text.strip_prefix('!') {
        Some(text) => (false, text),
        None => (true, text),
    };
    let condition = parse(text)?;
    Ok(Condition { wanted, condition })
}

/// Parses a glob, with `!` in front if it is unwanted.
///
/// # Errors
/// It is none.
pub fn glob(text: &str) -> Result<Condition<Pattern>, String> {
    condition(text, |text| match text.is_empty() {
        true => Err("a name is wanted, which may have * and ? in it".to_owned()),
        false => Pattern::new(text).map_err(|error| error.to_string()),
    })
}

/// Parses the start of a path, whose `/` may be missing.
fn path(text: &str) -> Result<Condition<String>, String> {
    condition(text, |text| match text.as_bytes().first() {
        None => Err("the start of a path is wanted, such as /system.slice/".to_owned()),
        Some(b'/') => Ok(text.to_owned()),
        Some(_) => Ok(format!("/{text}")),
    })
}
