//! The grammar: ss's, and what can only mean one thing beside it.
//!
//! ```text
//! command    := word* stateterm* expression? word*
//! expression := unit ( ( AND | OR )? unit )*          from the left; nothing between two means AND
//! unit       := "(" expression ")" | NOT unit | end+ | condition
//! end        := :PORT | ADDRESS | PATH                either side is there
//! ```
//!
//! AND and OR have one level, as in ss, whatever its manual says.

use super::bare;
use super::columns;
use super::ends;
use super::input::{
    Input, Joint, Operand, Operator, Parsed, is_at_end, is_next, joint, known_word, operand,
    operator, place, takes, takes_not, word,
};
use super::mistake::Mistake;
use super::states::{self, States};
use crate::cli::duration::is_rather_a_port;
use crate::request::{Cgroup, Comparison, Device, Filter, Side, Test};
use winnow::stream::Stream;

/// The most conditions, so that no expression is too deep to be worked through.
const MOST_CONDITIONS: usize = 512;

/// The most parentheses in each other.
const MOST_OPEN: usize = 64;

/// What a condition is, for messages.
const CONDITION: &str = "expected a condition such as :443, 10.0.0.0/8, state established or \
                         program = nginx";

/// Parses everything. Returns the condition, or `None` if there are only other words.
pub fn command(input: &mut Input<'_>) -> Parsed<Option<Filter>> {
    other_words(input)?;
    let listed = match state_list(input)? {
        terms if terms.is_empty() => None,
        terms => Some(States::of_list(&terms).filter()),
    };
    other_words(input)?;
    let filter = match listed {
        _ if is_next(input, ')')? => return Err(unopened(input)),
        listed if is_at_end(input)? => listed,
        None => Some(expression(input, None, 0)?),
        // A list that is joined by a word is a condition like others.
        Some(listed) if begins_with_joint(input)? => Some(expression(input, Some(listed), 0)?),
        Some(listed) => Some(Filter::all([listed, expression(input, None, 0)?])),
    };
    let family = input.state.family.map(|family| Test::Family(family).into());
    Ok(filter.map(|filter| Filter::all(family.into_iter().chain([filter]))))
}

fn begins_with_joint(input: &mut Input<'_>) -> Parsed<bool> {
    let start = input.checkpoint();
    let begins = joint(input)?.is_some();
    input.reset(&start);
    Ok(begins)
}

/// Takes the words that are no conditions.
fn other_words(input: &mut Input<'_>) -> Parsed<()> {
    while !is_at_end(input)? {
        let at = place(input);
        if let Some(port) = known_word(input, |it| is_rather_a_port(it).then_some(it))? {
            let why = format!(
                "did you mean :{port} (a port) or --port {port}? Write an interval above one hour \
                 as {port}s"
            );
            return Err(Mistake::complete(at, why));
        }
        let mut words = std::mem::take(&mut input.state.words);
        let is_one = known_word(input, |word| words.take(word).then_some(()));
        input.state.words = words;
        if is_one?.is_none() {
            break;
        }
    }
    Ok(())
}

/// Takes ss's list of states: each with whether it is excluded.
fn state_list(input: &mut Input<'_>) -> Parsed<Vec<(bool, States)>> {
    let mut terms = Vec::new();
    loop {
        let start = input.checkpoint();
        let term = known_word(input, |word| match word {
            "state" => Some(false),
            "exclude" | "excl" => Some(true),
            _ => None,
        })?;
        let Some(excludes) = term else {
            return Ok(terms);
        };
        if operator(input)?.is_some() {
            input.reset(&start);
            return Ok(terms);
        }
        terms.push((excludes, state(input)?));
    }
}

fn state(input: &mut Input<'_>) -> Parsed<States> {
    let operand = operand(input, states::WANTED)?;
    States::named(operand.text)
        .ok_or_else(|| Mistake::new(operand.at, format!("expected {}", states::WANTED)))
}

/// Parses an expression that has begun with `first`, in parentheses if any are `open`.
fn expression(input: &mut Input<'_>, first: Option<Filter>, open: usize) -> Parsed<Filter> {
    let mut all = match first {
        Some(first) => first,
        None => unit(input, open)?,
    };
    loop {
        if open == 0 {
            other_words(input)?;
        }
        if is_at_end(input)? {
            return Ok(all);
        }
        if is_next(input, ')')? {
            return match open {
                0 => Err(unopened(input)),
                _ => Ok(all),
            };
        }
        all = match joint(input)? {
            Some(Joint::Or) => Filter::any([all, unit(input, open)?]),
            Some(Joint::And) | None => Filter::all([all, unit(input, open)?]),
        };
    }
}

fn unopened(input: &Input<'_>) -> Mistake {
    Mistake::new(place(input), "there is no open parenthesis before this one")
}

fn unit(input: &mut Input<'_>, open: usize) -> Parsed<Filter> {
    let mut is_negated = false;
    while takes_not(input)? {
        is_negated = !is_negated;
    }
    is_at_end(input)?;
    let at = place(input);
    let filter = if takes(input, '(')? {
        if open == MOST_OPEN {
            let why = format!("parentheses can be nested at most {MOST_OPEN} deep");
            return Err(Mistake::new(at, why));
        }
        let inside = expression(input, None, open + 1)?;
        if !takes(input, ')')? {
            return Err(Mistake::new(at, "this parenthesis is not closed"));
        }
        inside
    } else if let Some(first) = bare::next(input)? {
        ends_from(input, first, open)?
    } else {
        condition(input)?
    };
    Ok(match is_negated {
        true => filter.negated(),
        false => filter,
    })
}

/// Takes the ends that follow the first, in parentheses if any are `open`.
fn ends_from(input: &mut Input<'_>, first: bare::End, open: usize) -> Parsed<Filter> {
    let mut ends = vec![first];
    loop {
        count_condition(input)?;
        if open == 0 {
            other_words(input)?;
        }
        match bare::next(input)? {
            Some(end) => ends.push(end),
            None => return Ok(bare::joined(ends)),
        }
    }
}

fn count_condition(input: &mut Input<'_>) -> Parsed<()> {
    input.state.conditions += 1;
    match input.state.conditions > MOST_CONDITIONS {
        true => {
            let why = format!("an expression can have at most {MOST_CONDITIONS} conditions");
            Err(Mistake::new(place(input), why))
        }
        false => Ok(()),
    }
}

fn condition(input: &mut Input<'_>) -> Parsed<Filter> {
    is_at_end(input)?;
    let at = place(input);
    count_condition(input)?;
    let Some(subject) = word(input)? else {
        return Err(Mistake::new(at, CONDITION));
    };
    match subject {
        "src" => host(input, Side::Local),
        "dst" => host(input, Side::Foreign),
        "sport" => port(input, Side::Local),
        "dport" => port(input, Side::Foreign),
        "state" => {
            let (_, is_unequal) = equality(input, states::WANTED)?;
            let states = state(input)?.filter();
            Ok(negated_if(is_unequal, states))
        }
        "exclude" | "excl" => Ok(state(input)?.filter().negated()),
        "dev" => named(input, "the name or number of an interface", |operand| {
            Ok(Test::Device(match operand.text.parse() {
                Ok(index) => Device::Index(index),
                Err(_) => Device::Name(operand.text.to_owned()),
            }))
        }),
        "fwmark" => named(input, "a mark", |operand| {
            Ok(Test::Mark(columns::mark(operand)?))
        }),
        "cgroup" => named(input, "the path of a control group", |operand| {
            Ok(Test::Cgroup(Cgroup::Path(operand.text.to_owned())))
        }),
        "autobound" => Ok(Test::Autobound.into()),
        name => column(input, at, name),
    }
}

fn host(input: &mut Input<'_>, side: Side) -> Parsed<Filter> {
    let (_, is_unequal) = equality(input, ends::ADDRESS)?;
    let operand = operand(input, ends::ADDRESS)?;
    let host = ends::host(side, &operand, &mut input.state)?;
    Ok(negated_if(is_unequal, host))
}

fn port(input: &mut Input<'_>, side: Side) -> Parsed<Filter> {
    let operator = operator(input)?.unwrap_or((Comparison::Equal, false));
    let operand = operand(input, ends::PORT)?;
    ends::port(side, operator, &operand, &mut input.state)
}

/// Parses what has no order: `[=|!=] OPERAND`.
fn named(
    input: &mut Input<'_>,
    wanted: &str,
    test: impl FnOnce(&Operand<'_>) -> Parsed<Test>,
) -> Parsed<Filter> {
    let (_, is_unequal) = equality(input, wanted)?;
    let operand = operand(input, wanted)?;
    Ok(negated_if(is_unequal, test(&operand)?.into()))
}

fn column(input: &mut Input<'_>, at: usize, name: &str) -> Parsed<Filter> {
    let operator = operator(input)?;
    let columns = columns::find(name);
    if columns.is_empty() {
        if let (None, Some(states)) = (operator, States::plain(name)) {
            return Ok(states.filter());
        }
        return Err(match operator {
            Some(_) => columns::unknown(at, name),
            None if ends::is_host(name) => Mistake::complete(
                at,
                format!("'{name}' is a host name: use --address {name}, or its IP address"),
            ),
            None => Mistake::new(at, format!("unexpected '{name}': {CONDITION}")),
        });
    }
    let Some(operator) = operator else {
        is_at_end(input)?;
        let why = format!("expected an operator after {name}: = != < <= > >=");
        return Err(Mistake::new(place(input), why));
    };
    let operand = operand(input, &format!("a value for {name}"))?;
    columns::one_of(&columns, operator, &operand, &mut input.state)
}

/// Takes an operator that compares what has no order, or nothing, which means `=`.
fn equality(input: &mut Input<'_>, wanted: &str) -> Parsed<Operator> {
    is_at_end(input)?;
    let at = place(input);
    match operator(input)? {
        None => Ok((Comparison::Equal, false)),
        Some(operator @ (Comparison::Equal, _)) => Ok(operator),
        Some(_) => Err(Mistake::new(at, format!("expected = or != and {wanted}"))),
    }
}

fn negated_if(is_negated: bool, filter: Filter) -> Filter {
    match is_negated {
        true => filter.negated(),
        false => filter,
    }
}
