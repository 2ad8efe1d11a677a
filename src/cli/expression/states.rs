//! States by the words of ss and of net-tools, and ss's lists of them.

use crate::cli::spelling::spelled;
use crate::request::{Filter, Test};

/// Some of the states that ss tells apart: a bit for each of [`STATES`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct States(u16);

/// The states that ss tells apart: the word for each as [`spelled`], and net-tools' names. To ss, a socket without a
/// state is closed, and a connected one of UDP or a unix socket established.
const STATES: [(&str, &[Option<&str>]); 12] = [
    ("established", &[Some("ESTABLISHED"), Some("CONNECTED")]),
    ("synsent", &[Some("SYN_SENT"), Some("CONNECTING")]),
    ("synrecv", &[Some("SYN_RECV")]),
    ("finwait1", &[Some("FIN_WAIT1")]),
    ("finwait2", &[Some("FIN_WAIT2")]),
    ("timewait", &[Some("TIME_WAIT")]),
    ("close", &[None, Some("CLOSE")]),
    ("closewait", &[Some("CLOSE_WAIT")]),
    ("lastack", &[Some("LAST_ACK")]),
    ("listen", &[Some("LISTEN"), Some("LISTENING")]),
    ("closing", &[Some("CLOSING")]),
    ("unknown", &[Some("UNKNOWN")]),
];

/// What a state is wanted to be, for messages.
pub const WANTED: &str = "a state (established, syn-sent, syn-recv, fin-wait-1, fin-wait-2, \
    time-wait, closed, close-wait, last-ack, listening, closing) or a group of them (all, connected, \
    synchronized, bucket, big)";

impl States {
    /// All of them.
    const ALL: States = States((1 << STATES.len()) - 1);

    /// Returns the states that a word names, in any case, or `None` if it names none.
    pub fn named(word: &str) -> Option<States> {
        let one = |name: &str| States::one(name).unwrap_or_default();
        let connected = States::ALL.without(one("listening")).without(one("closed"));
        let bucket = one("synrecv").with(one("timewait"));
        match word.to_ascii_lowercase().as_str() {
            "all" => Some(States::ALL),
            "connected" => Some(connected),
            "synchronized" => Some(connected.without(one("synsent"))),
            "bucket" => Some(bucket),
            "big" => Some(States::ALL.without(bucket)),
            word => States::one(word),
        }
    }

    /// Returns the state that a word means which stands alone: one that could mean anything else, or that
    /// means several, is not enough.
    pub fn plain(word: &str) -> Option<States> {
        let word = spelled(word);
        States::one(&word).filter(|_| word != "unknown")
    }

    fn one(word: &str) -> Option<States> {
        let word = spelled(word);
        let index = STATES.iter().position(|(name, _)| *name == word)?;
        Some(States(1 << index))
    }

    /// Returns what a list of terms comes to, each with whether it excludes its states: the first
    /// decides whether the list begins with none or with all. One that comes out empty is ss's default.
    pub fn of_list(terms: &[(bool, States)]) -> States {
        let begin = match terms.first() {
            Some((true, _)) | None => States::ALL,
            Some((false, _)) => States::default(),
        };
        let listed = terms
            .iter()
            .fold(begin, |listed, (excludes, states)| match excludes {
                true => listed.without(*states),
                false => listed.with(*states),
            });
        let hidden = ["listen", "close", "timewait", "synrecv"];
        let hidden = hidden.into_iter().filter_map(States::one);
        match listed == States::default() {
            true => hidden.fold(States::ALL, States::without),
            false => listed,
        }
    }

    fn with(self, other: States) -> States {
        States(self.0 | other.0)
    }

    fn without(self, other: States) -> States {
        States(self.0 & !other.0)
    }

    /// Returns the condition that a socket is in one of these. The states that ss does not know, of
    /// rare families, are among them if most others are.
    pub fn filter(self) -> Filter {
        let is_most = self.0.count_ones() > States::ALL.0.count_ones() / 2;
        let named = match is_most {
            true => States::ALL.without(self),
            false => self,
        };
        let names = STATES
            .iter()
            .enumerate()
            .filter(|(index, _)| named.0 >> index & 1 != 0);
        let names = names.flat_map(|(_, (_, names))| *names);
        let any = Filter::any(names.map(|name| Test::State(*name).into()));
        match is_most {
            true => any.negated(),
            false => any,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_worked_through_as_ss_does() {
        let named = |word: &str| States::named(word).expect("a state");
        let list = |text: &str| {
            let words: Vec<&str> = text.split(' ').collect();
            let terms: Vec<_> = words
                .chunks(2)
                .map(|it| (it[0] == "exclude", named(it[1])))
                .collect();
            States::of_list(&terms)
        };
        let default = named("big")
            .without(named("listening"))
            .without(named("closed"));
        for (text, expected) in [
            ("state established", named("ESTAB")),
            ("state all exclude bucket", named("big")),
            ("exclude listening exclude closed", named("connected")),
            ("exclude established state established", States::ALL),
            ("state established exclude established", default),
            ("state bucket exclude time_wait", named("syn-rcv")),
        ] {
            assert_eq!(list(text), expected, "{text}");
        }
        assert_eq!(States::named("new-syn-recv"), None);
        assert_eq!(States::ALL.filter(), Filter::EVERYTHING);
        assert_eq!(
            named("big").filter(),
            Filter::any(["SYN_RECV", "TIME_WAIT"].map(|it| Test::State(Some(it)).into())).negated()
        );
    }
}
