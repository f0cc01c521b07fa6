//! Sentences about a session, in which what is masked elsewhere is masked too.

use super::classify::{is_clear, percent_decoded, words};
use super::{Part, Redactor, join};

/// Shorter values are words as often as not.
const SHORTEST: usize = 8;

impl Redactor {
    /// A sentence of the diagnosis. Values that were masked before this are masked in it.
    pub fn sentence(&mut self, text: &str) -> String {
        let parts = vec![Part { text: text.to_owned(), secret: None }];
        if self.goes_by_place() { self.words_masked_before(text) } else { join(&self.echoes(parts)) }
    }

    /// Where every unknown word is masked by its place, a word within another is none.
    fn words_masked_before(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let (run, after) = split(rest, |c| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | '‹' | '›'));
            // A value may hold the very marks that end it elsewhere, so the whole run is tried before its parts.
            match self.mask_before(run.trim_end_matches(['.', ',', ';', ':'])) {
                Some((mask, length)) => {
                    shown.push_str(&mask);
                    shown.push_str(run.get(length..).unwrap_or_default());
                }
                None => self.parts(run, &mut shown),
            }
            rest = pass(after, &mut shown);
        }
        shown
    }

    fn parts(&self, run: &str, shown: &mut String) {
        let mut rest = run;
        while !rest.is_empty() {
            let (part, after) = split(rest, |c| matches!(c, '/' | '?' | '&' | '=' | ';' | '#' | ':' | ',' | '.'));
            match self.mask_before(part) {
                Some((mask, _)) => shown.push_str(&mask),
                None => shown.push_str(part),
            }
            rest = pass(after, shown);
        }
    }

    fn mask_before(&self, value: &str) -> Option<(String, usize)> {
        if value.len() < SHORTEST || is_clear(value, words) {
            return None;
        }
        let mask = self.mask_of(value).or_else(|| self.mask_of(&percent_decoded(value, false)))?;
        Some((mask, value.len()))
    }
}

fn split(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at_checked(text.find(ends).unwrap_or(text.len())).unwrap_or((text, ""))
}

/// Copies the mark that ended a run, and gives what follows it.
fn pass<'t>(after: &'t str, shown: &mut String) -> &'t str {
    let (mark, rest) = after.split_at_checked(after.chars().next().map_or(0, char::len_utf8)).unwrap_or((after, ""));
    shown.push_str(mark);
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "k3J9xQ2mV7pL5tR8wZ1nB4cD";

    #[test]
    fn what_an_address_masks_a_sentence_masks_too() {
        let mut redactor = Redactor::default();
        let url = join(&redactor.url(&format!("https://app.test/reset/{TOKEN}/now;jsessionid=A1B2C3D4E5F6?page=2")));
        assert!(!url.contains(TOKEN) && !url.contains("A1B2C3D4E5F6"), "{url}");
        let says = redactor.sentence(&format!("GET /reset/{TOKEN}/now;jsessionid=A1B2C3D4E5F6 was refused, unlike /reset/{TOKEN}."));
        assert_eq!(
            says,
            "GET /reset/‹secret 24 chars #a1›/now;jsessionid=‹secret 12 chars #a2› was refused, unlike /reset/‹secret 24 chars #a1›."
        );
    }

    #[test]
    fn words_and_what_was_never_masked_stay() {
        let mut redactor = Redactor::default();
        redactor.secret("password");
        redactor.secret("abc");
        let says = "Check the password of abc at /api/me, “k3J9xQ2m”.";
        assert_eq!(redactor.sentence(says), says);
        let mut revealing = Redactor::revealing();
        revealing.secret(TOKEN);
        assert_eq!(revealing.sentence(TOKEN), TOKEN);
    }

    #[test]
    fn values_with_marks_in_them_are_masked_whole() {
        let mut redactor = Redactor::default();
        redactor.secret("4/P0Ax9:Zw+k==");
        assert_eq!(redactor.sentence("The code 4/P0Ax9:Zw+k==, sent twice"), "The code ‹secret 14 chars #a1›, sent twice");
    }
}
