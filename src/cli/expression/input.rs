//! The words of an expression: what stands between blanks, parentheses and operators.

use super::mistake::Mistake;
use crate::cli::words::Words;
use crate::request::Comparison;
use crate::tables::inet::Family;
use winnow::Parser;
use winnow::combinator::{alt, delimited, opt, peek};
use winnow::stream::{LocatingSlice, Location, Stateful, Stream};
use winnow::token::{any, take_till, take_while};

/// The text, and what has been read of it.
pub type Input<'i> = Stateful<LocatingSlice<&'i str>, Read>;

/// A part of the expression, or what is wrong with it.
pub type Parsed<T> = Result<T, Mistake>;

/// What concerns the whole expression, as far as it has been read.
#[derive(Debug, Default)]
pub struct Read {
    /// The words that are no conditions.
    pub words: Words,
    /// The IP version that the last `inet:` or `inet6:` asks for.
    pub family: Option<Family>,
    /// The number of conditions.
    pub conditions: usize,
    /// The number of comparisons of columns.
    pub columns: usize,
}

/// How a condition compares: two values, and whether that is negated.
pub type Operator = (Comparison, bool);

/// What joins two conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    And,
    Or,
}

/// A text that a condition compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand<'i> {
    /// Where it begins.
    pub at: usize,
    /// The text, without quotes.
    pub text: &'i str,
}

/// Returns the place of what comes next.
pub fn place(input: &Input<'_>) -> usize {
    input.current_token_start()
}

/// Passes over blanks, and returns whether nothing comes after them.
pub fn is_at_end(input: &mut Input<'_>) -> Parsed<bool> {
    blanks(input)?;
    Ok(input.eof_offset() == 0)
}

fn blanks(input: &mut Input<'_>) -> Parsed<()> {
    take_while(0.., char::is_whitespace)
        .void()
        .parse_next(input)
}

/// Takes a sign, such as a parenthesis, if it comes next.
pub fn takes(input: &mut Input<'_>, sign: char) -> Parsed<bool> {
    blanks(input)?;
    Ok(opt(sign).parse_next(input)?.is_some())
}

/// Returns whether a sign comes next.
pub fn is_next(input: &mut Input<'_>, sign: char) -> Parsed<bool> {
    blanks(input)?;
    Ok(opt(peek(sign)).parse_next(input)?.is_some())
}

/// Takes a word, if one comes next. Its end may be a blank, or a sign.
pub fn word<'i>(input: &mut Input<'i>) -> Parsed<Option<&'i str>> {
    let is_part = |it: char| !it.is_whitespace() && !"()=!<>&|'\"".contains(it);
    blanks(input)?;
    opt(take_while(1.., is_part)).parse_next(input)
}

/// Takes the next word if `meaning` knows it.
pub fn known_word<'i, T>(
    input: &mut Input<'i>,
    meaning: impl FnOnce(&'i str) -> Option<T>,
) -> Parsed<Option<T>> {
    blanks(input)?;
    let start = input.checkpoint();
    let known = word(input)?.and_then(meaning);
    if known.is_none() {
        input.reset(&start);
    }
    Ok(known)
}

/// Takes `not` or `!`, if one comes next.
pub fn takes_not(input: &mut Input<'_>) -> Parsed<bool> {
    if is_next(input, '!')? {
        // `!=` compares.
        let is_not = opt(peek("!=")).parse_next(input)?.is_none();
        return Ok(is_not && takes(input, '!')?);
    }
    let is_not = |word: &str| word.eq_ignore_ascii_case("not").then_some(());
    Ok(known_word(input, is_not)?.is_some())
}

/// Takes what joins two conditions, if it comes next.
pub fn joint(input: &mut Input<'_>) -> Parsed<Option<Joint>> {
    blanks(input)?;
    let signs = alt((
        alt(("&&", "&")).value(Joint::And),
        alt(("||", "|")).value(Joint::Or),
    ));
    match opt(signs).parse_next(input)? {
        Some(joint) => Ok(Some(joint)),
        None => known_word(input, joint_word),
    }
}

fn joint_word(word: &str) -> Option<Joint> {
    match word.to_ascii_lowercase().as_str() {
        "and" => Some(Joint::And),
        "or" => Some(Joint::Or),
        _ => None,
    }
}

/// Takes an operator that compares, if one comes next.
pub fn operator(input: &mut Input<'_>) -> Parsed<Option<Operator>> {
    use Comparison::{AtLeast, AtMost, Equal, Greater, Less};
    blanks(input)?;
    let signs = alt((
        "!=".value((Equal, true)),
        alt(("==", "=")).value((Equal, false)),
        "<=".value((AtMost, false)),
        ">=".value((AtLeast, false)),
        '<'.value((Less, false)),
        '>'.value((Greater, false)),
    ));
    if let Some(operator) = opt(signs).parse_next(input)? {
        return Ok(Some(operator));
    }
    known_word(input, |word| {
        Some(match word {
            "eq" => (Equal, false),
            "ne" | "neq" => (Equal, true),
            "lt" => (Less, false),
            "le" | "leq" => (AtMost, false),
            "gt" => (Greater, false),
            "ge" | "geq" => (AtLeast, false),
            _ => return None,
        })
    })
}

/// Takes what a condition compares with.
///
/// # Errors
/// It is missing; `wanted` says what that is. Or its quote has no end.
pub fn operand<'i>(input: &mut Input<'i>, wanted: &str) -> Parsed<Operand<'i>> {
    blanks(input)?;
    let at = place(input);
    let missing = || Mistake::new(at, format!("expected {wanted}"));
    let Some(first) = opt(peek(any)).parse_next(input)? else {
        return Err(missing());
    };
    if first == '\'' || first == '"' {
        let quoted = delimited(first, take_till(0.., first), first);
        let text = opt(quoted).parse_next(input)?;
        let text = text.ok_or_else(|| Mistake::new(at, "this quote is not closed"))?;
        return Ok(Operand { at, text });
    }
    // Behind its first character, a value may have all that stands in paths.
    if "=!<>&|()".contains(first) {
        return Err(missing());
    }
    let is_part = |it: char| !it.is_whitespace() && !"()&|".contains(it);
    let text: &str = take_while(1.., is_part).parse_next(input)?;
    match joint_word(text) {
        Some(_) => Err(missing()),
        None => Ok(Operand { at, text }),
    }
}
