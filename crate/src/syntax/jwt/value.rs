//! One member of a header or a set of claims, typed with the tolerance that real issuers need.

use super::{Part, Reader};
use crate::limits;
use crate::syntax::Rule;
use crate::syntax::json::{NUMBER_IN_QUOTES, WRONG_TYPE, place_in, text_of, texts_of, unescaped};

/// A time that only makes sense in milliseconds.
pub static MILLISECONDS: Rule = Rule { id: "jwt-milliseconds" };

/// From here on a time is taken for milliseconds: as seconds it would be the year 5138.
const LATEST_SECOND: i64 = 100_000_000_000;

/// The value of one member being read.
pub(super) struct Value<'a, 'r> {
    /// The whole object.
    pub json: &'a str,
    /// The value, as it stands there.
    pub text: &'a str,
    pub part: Part<'a>,
    pub reader: &'r mut Reader,
}

impl Value<'_, '_> {
    fn note(&mut self, rule: &'static Rule) {
        self.reader.note(self.part.place(place_in(self.json, self.text)), rule);
    }

    pub fn text(&mut self) -> Option<String> {
        let text = text_of(self.text);
        if text.is_none() {
            self.note(&WRONG_TYPE);
        }
        text
    }

    /// A NumericDate, which may have a fraction.
    pub fn time(&mut self) -> Option<i64> {
        let quoted = unescaped(self.text);
        let digits = quoted.as_deref().map_or(self.text, str::trim);
        let seconds = digits.parse::<i64>().ok().or_else(|| whole_seconds(digits));
        match seconds {
            None => self.note(&WRONG_TYPE),
            Some(_) if quoted.is_some() => self.note(&NUMBER_IN_QUOTES),
            Some(_) => {}
        }
        if seconds.is_some_and(|seconds| seconds >= LATEST_SECOND) {
            self.note(&MILLISECONDS);
        }
        seconds
    }

    /// A list of strings, or one string.
    pub fn list(&mut self) -> Vec<String> {
        if let Some(text) = text_of(self.text) {
            return vec![text];
        }
        texts_of(self.text).unwrap_or_else(|| {
            self.note(&WRONG_TYPE);
            Vec::new()
        })
    }

    /// A list of strings, or one string of several words.
    pub fn words(&mut self) -> Vec<String> {
        let split = |text: &str| {
            let mut words = Vec::with_capacity(8);
            words.extend(text.split_ascii_whitespace().take(limits::LIST_ELEMENTS).map(str::to_owned));
            words
        };
        match unescaped(self.text) {
            Some(text) => split(&text),
            None => split(&self.list().join(" ")),
        }
    }
}

/// A number with a fraction or an exponent, rounded down. Worked out from its digits: reading it as
/// a floating point number takes tables that browsers download.
fn whole_seconds(text: &str) -> Option<i64> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<isize>().ok()?),
        None => (text, 0),
    };
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or((1, mantissa), |rest| (-1, rest));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let point = usize::try_from(whole.len().cast_signed().checked_add(exponent)?.max(0)).ok().filter(|point| *point <= 18)?;
    if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (kept, cut) = digits.split_at_checked(point).unwrap_or((&digits, ""));
    let seconds = if kept.is_empty() { 0 } else { format!("{kept:0<point$}").parse::<i64>().ok()? };
    let is_cut = cut.bytes().any(|digit| digit != b'0');
    Some(sign * seconds - i64::from(sign < 0 && is_cut))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_may_have_fractions_and_exponents() {
        for (text, seconds) in
            [("1.5", 1), ("1.7672256e9", 1_767_225_600), ("-1.5", -2), ("-2.0", -2), ("12e-1", 1), ("5e-9", 0), ("1e3", 1000)]
        {
            assert_eq!(whole_seconds(text), Some(seconds), "{text}");
        }
        for text in ["", "e5", "1e99", "1e", "x.5", ".5", "NaN", "1.2.3"] {
            assert_eq!(whole_seconds(text), None, "{text}");
        }
    }
}
