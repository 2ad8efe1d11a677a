//! A command line as it was typed: it is taken apart, changed, and shown again.

use crate::cli::abbreviations;

/// The arguments behind the program's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Typed(pub Vec<Argument>);

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Argument {
    /// Short flags behind one dash.
    Short(String),
    /// A long flag, and the value behind its `=`.
    Long(String, Option<String>),
    /// A word that is no flag's value.
    Word(String),
    /// A value, or a flag that has one: never a habit.
    Fixed(String),
}

impl Typed {
    /// Takes arguments apart. Returns `None` if there is one behind `--`, which is meant as it is.
    pub fn read<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Option<Typed> {
        let mut typed = Vec::new();
        let mut is_value = false;
        for text in arguments {
            let argument = match text.strip_prefix('-') {
                _ if is_value => Argument::Fixed(text.to_owned()),
                Some("-") => return None,
                Some(long) if long.starts_with('-') => {
                    let long = long.get(1..).unwrap_or_default();
                    match long.split_once('=') {
                        Some((name, value)) => Argument::Long(name.into(), Some(value.into())),
                        None => Argument::Long(long.into(), None),
                    }
                }
                // With a list of families behind it.
                Some(letters) if letters.contains('A') && !letters.contains(':') => {
                    Argument::Fixed(text.to_owned())
                }
                Some(letters) if !letters.is_empty() => Argument::Short(letters.to_owned()),
                _ => Argument::Word(text.to_owned()),
            };
            is_value = !is_value
                && match &argument {
                    Argument::Long(name, None) => abbreviations::has_value_behind(name),
                    Argument::Fixed(text) => text.ends_with('A'),
                    _ => false,
                };
            typed.push(argument);
        }
        Some(Typed(typed))
    }

    /// Returns whether one of the short flags is given.
    pub fn has_letter(&self, letter: char) -> bool {
        self.0
            .iter()
            .any(|it| matches!(it, Argument::Short(letters) if letters.contains(letter)))
    }

    /// Returns whether a flag is given: a short one by its letter, or a long one.
    pub fn has(&self, flag: &str) -> bool {
        let mut letters = flag.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => self.has_letter(letter),
            _ => self.has_flag(flag),
        }
    }

    /// Returns whether a long flag is given.
    pub fn has_flag(&self, name: &str) -> bool {
        let mut flags = self.0.iter();
        flags.any(|it| matches!(it, Argument::Long(given, _) if given == name))
    }

    /// Returns the command line with a flag or a value replaced, or `None` if it has none such.
    pub fn with(&self, from: &str, to: &str) -> Option<Typed> {
        let mut is_found = false;
        let arguments: Vec<String> = self
            .arguments()
            .map(|argument| {
                let value = argument.split_once('=');
                let replaced = match value {
                    _ if argument == from => to.to_owned(),
                    Some((flag, value)) if flag == from => format!("{to}={value}"),
                    Some((flag, value)) if value == from => format!("{flag}={to}"),
                    _ => return argument,
                };
                is_found = true;
                replaced
            })
            .collect();
        let typed = Typed::read(arguments.iter().map(String::as_str));
        typed.filter(|_| is_found)
    }

    /// Returns the arguments as the program gets them.
    pub fn arguments(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(Argument::text)
    }

    /// Returns the command as a shell takes it.
    pub fn command(&self) -> String {
        let quoted = self.arguments().map(|it| quoted(&it));
        let words = std::iter::once("rnetstat".to_owned()).chain(quoted);
        words.collect::<Vec<_>>().join(" ")
    }
}

impl Argument {
    /// Returns the argument as it is typed.
    pub fn text(&self) -> String {
        match self {
            Argument::Short(letters) => format!("-{letters}"),
            Argument::Long(name, None) => format!("--{name}"),
            Argument::Long(name, Some(value)) => format!("--{name}={value}"),
            Argument::Word(text) | Argument::Fixed(text) => text.clone(),
        }
    }
}

/// Returns a word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || "-_./:,@=+%^".contains(it);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_apart_is_shown_as_it_was() {
        for text in [
            "-anob",
            "--port 80 -t",
            "--port=80 -nA inet6 -b",
            "-Ainet x",
            "-sTCP:ESTABLISHED",
            "- --res 1",
        ] {
            let typed = Typed::read(text.split(' ')).expect("taken apart");
            assert_eq!(typed.command(), format!("rnetstat {text}"));
        }
        assert_eq!(Typed::read(["-n", "--", "-b"]), None);
    }

    #[test]
    fn values_of_flags_are_no_words() {
        let typed = Typed::read("--port 80 -A inet --program x --resol y".split(' '));
        let words = typed.iter().flat_map(|it| &it.0);
        let words: Vec<_> = words.filter(|it| matches!(it, Argument::Word(_))).collect();
        let [word] = words[..] else {
            panic!("one word: {words:?}");
        };
        assert_eq!(word.text(), "x");
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (word, expected) in [
            (":8080", ":8080"),
            ("a b", "'a b'"),
            ("*", "'*'"),
            ("!listen", "'!listen'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
