//! Answers to command lines that can't be used, for people who know another program, or who guess: what
//! that is, and the whole command to type here, made from what they typed.

mod operands;
mod table;
#[cfg(test)]
mod tests;
mod typed;

use table::{Given, HABITS, Habit, LIVE};
use typed::Argument;
pub use typed::Typed;

use crate::cli::abbreviations;
use std::collections::HashSet;

/// The most habits that one command line can have.
const MOST: usize = 4;

/// The most commands that are tried: among many words without a meaning, there would be more than anybody
/// waits for.
const MOST_TRIES: usize = 300;

/// The flags that choose a format, and those that people take for it.
const FORMATS: [&str; 5] = ["format", "json", "csv", "jsonl", "table"];

/// What is unknown, one and several.
const UNKNOWN: [(&str, &str); 2] = [
    ("unknown flag", "unknown flags"),
    ("unknown word", "unknown words"),
];

/// A habit, replaced.
struct Replaced {
    /// What was typed.
    label: String,
    /// What that is, with `{}` for it.
    says: &'static str,
    typed: Typed,
}

/// What habits are, each with all that was typed of it.
type Said = Vec<(&'static str, Vec<String>)>;

/// An answer.
pub struct Answer {
    /// What the habits are.
    pub says: String,
    /// The command to type instead.
    pub command: String,
}

/// Returns the answer to the habits in a command line, or `None` if there is none. `can_be_used` says
/// whether the program understands some arguments.
pub fn answer(typed: &Typed, can_be_used: &impl Fn(&Typed) -> bool) -> Option<Answer> {
    let mut search = Search {
        can_be_used,
        tries: MOST_TRIES,
        seen: HashSet::new(),
    };
    // Of several answers, the one with the fewest habits.
    let (said, here) = (0..MOST).find_map(|more| search.find(typed, more))?;
    let all = typed.arguments().collect::<Vec<_>>().join(" ");
    // A short flag may stand behind others.
    let place = |label: &String| all.find(label.trim_start_matches('-'));
    let says = said.into_iter().map(|(says, mut labels)| {
        labels.sort_by_key(place);
        let says = match labels.len() {
            1 => says.to_owned(),
            _ => UNKNOWN
                .iter()
                .fold(says.to_owned(), |says, (one, many)| says.replace(one, many)),
        };
        let between = match says.contains("'{}'") {
            true => "' '",
            false => " ",
        };
        says.replace("{}", &labels.join(between))
    });
    Some(Answer {
        says: says.collect::<Vec<_>>().join(", "),
        command: here.command(),
    })
}

/// The search for a command that can be used.
struct Search<'a, F> {
    can_be_used: &'a F,
    /// How many more commands may be tried.
    tries: usize,
    /// What has been looked at, and how many more habits were to be replaced: their order is all one.
    seen: HashSet<(usize, Typed)>,
}

impl<F: Fn(&Typed) -> bool> Search<'_, F> {
    /// Looks for the first habit that, replaced with so many `more`, makes a command that can be used.
    fn find(&mut self, typed: &Typed, more: usize) -> Option<(Said, Typed)> {
        let replaced = HABITS.iter().flat_map(|habit| habit.replaced(typed));
        let mut replaced = replaced.filter(|it| it.typed != *typed);
        replaced.find_map(|Replaced { label, says, typed }| {
            let is_new = self.seen.insert((more, typed.clone()));
            is_new.then_some(())?;
            self.tries = self.tries.checked_sub(1)?;
            let Some(more) = more.checked_sub(1) else {
                return (self.can_be_used)(&typed).then(|| (vec![(says, vec![label])], typed));
            };
            let (mut rest, typed) = self.find(&typed, more)?;
            // One habit may stand at several places, in one form or another.
            match rest.iter_mut().find(|(it, _)| *it == says) {
                None => rest.insert(0, (says, vec![label])),
                Some((_, labels)) if labels.contains(&label) => {}
                Some((_, labels)) => labels.push(label),
            }
            Some((rest, typed))
        })
    }
}

impl Habit {
    /// Returns the command line with this habit replaced, once for each place where it stands.
    fn replaced(&self, typed: &Typed) -> impl Iterator<Item = Replaced> {
        let is_meant = self.beside.is_none_or(|flag| typed.has(flag));
        let places = 0..typed.0.len();
        let places = places.filter(move |_| is_meant);
        places.filter_map(|place| self.replaced_at(typed, place))
    }

    fn replaced_at(&self, typed: &Typed, place: usize) -> Option<Replaced> {
        let argument = typed.0.get(place)?;
        let next = match typed.0.get(place + 1) {
            Some(Argument::Word(word) | Argument::Fixed(word)) => Some(word.as_str()),
            _ => None,
        };
        let nothing = Vec::new;
        // What was typed, what of it stays, what its operand is, and how many arguments it takes.
        let (label, stays, operand, taken) = match (self.given, argument) {
            (Given::Letter(letter), Argument::Short(letters)) => {
                letters.contains(letter).then_some(())?;
                let stays = letters.replace(letter, "");
                (format!("-{letter}"), stays, nothing(), 1)
            }
            (Given::LetterAnd(letter, operand), Argument::Short(letters)) => {
                let stays = letters.strip_suffix(letter)?.to_owned();
                let next = next?;
                (format!("-{letter} {next}"), stays, operand(next)?, 2)
            }
            (Given::Attached(letter, operand), Argument::Short(letters)) => {
                let (stays, value) = letters.split_once(letter)?;
                let value = Some(value).filter(|it| !it.is_empty())?;
                (
                    format!("-{letter}{value}"),
                    stays.to_owned(),
                    operand(value)?,
                    1,
                )
            }
            (Given::Flag(names), Argument::Long(name, None)) => {
                names.iter().find(|it| *it == name)?;
                // Ours has the value that it takes.
                let has_value = next.is_some() && abbreviations::has_value_behind(name);
                (!has_value).then_some(())?;
                (argument.text(), String::new(), nothing(), 1)
            }
            (Given::FlagAnd(names, operand), Argument::Long(name, value)) => {
                names.iter().find(|it| *it == name)?;
                let (value, taken) = match value {
                    Some(value) => (value.as_str(), 1),
                    None => (next?, 2),
                };
                (format!("--{name}"), String::new(), operand(value)?, taken)
            }
            (Given::FlagBefore(flag, operand), Argument::Long(name, None)) if flag == name => {
                let next = next?;
                (format!("--{name} {next}"), String::new(), operand(next)?, 2)
            }
            (Given::Word(words), Argument::Word(word)) => {
                words.iter().find(|it| *it == word)?;
                (word.clone(), String::new(), nothing(), 1)
            }
            (Given::WordAnd(words, operand), Argument::Word(word)) => {
                words.iter().find(|it| *it == word)?;
                (word.clone(), String::new(), operand(next?)?, 2)
            }
            (Given::Capitals(operand), Argument::Short(_) | Argument::Fixed(_)) => {
                let text = argument.text();
                let here = operand(text.strip_prefix('-')?)?;
                (text, String::new(), here, 1)
            }
            (Given::OnlyWord(operand), Argument::Word(word)) => {
                let is_one = |it: &&Argument| match it {
                    Argument::Word(word) => operand(word).is_some(),
                    _ => false,
                };
                (typed.0.iter().filter(is_one).count() == 1).then_some(())?;
                (word.clone(), String::new(), operand(word)?, 1)
            }
            (Given::AnyWord(operand), Argument::Word(word)) => {
                (word.clone(), String::new(), operand(word)?, 1)
            }
            _ => return None,
        };
        let mut others = typed.clone();
        others.0.drain(place..place + taken);
        let mut arguments: Vec<String> = others.arguments().collect();
        let here = self.arguments(&others, stays, &operand);
        arguments.splice(place..place, here);
        let typed = Typed::read(arguments.iter().map(String::as_str))?;
        let says = self.says;
        Some(Replaced { label, says, typed })
    }

    /// Returns the arguments that replace the habit, beside `others`, and with the short flags that stay
    /// of it.
    fn arguments(&self, others: &Typed, mut stays: String, operand: &[String]) -> Vec<String> {
        let mut arguments = Vec::new();
        let has_format = FORMATS.iter().any(|name| others.has_flag(name));
        let parts = self.here.split_whitespace().flat_map(|part| match part {
            "{}" => operand.to_vec(),
            LIVE if has_format => Vec::new(),
            LIVE => ["--format", "table"].map(str::to_owned).to_vec(),
            part => vec![part.to_owned()],
        });
        for part in parts {
            let mut letters = part.chars().skip(1);
            match (letters.next(), letters.next()) {
                (Some(letter), None) if part.starts_with('-') => {
                    if !others.has_letter(letter) && !stays.contains(letter) {
                        stays.push(letter);
                    }
                }
                _ => arguments.push(part),
            }
        }
        if !stays.is_empty() {
            arguments.insert(0, format!("-{stays}"));
        }
        arguments
    }
}
