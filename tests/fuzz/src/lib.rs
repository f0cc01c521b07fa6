//! What the fuzz targets demand of every grammar.

use why401::syntax::{Parsed, SyntaxViolation};

/// Asserts that every violation points into the text, at a character's beginning, and that they
/// stand in order; returns the value.
#[track_caller]
pub fn sound<T>(text: &str, parsed: Parsed<T>) -> T {
    sound_violations(text, &parsed.violations);
    parsed.value
}

/// The same of the violations alone.
#[track_caller]
pub fn sound_violations(text: &str, violations: &[SyntaxViolation]) {
    for violation in violations {
        assert!(violation.at <= text.len(), "{} points at {} of {} bytes", violation.rule.id, violation.at, text.len());
        assert!(text.is_char_boundary(violation.at), "{} points into a character at {}", violation.rule.id, violation.at);
        assert!(!violation.rule.says().is_empty() && !violation.rule.source().is_empty());
    }
    assert!(violations.is_sorted_by_key(|violation| violation.at), "violations out of order: {violations:?}");
}

/// The same for bytes.
#[track_caller]
pub fn sound_bytes<T>(bytes: &[u8], parsed: Parsed<T>) -> T {
    for violation in &parsed.violations {
        assert!(violation.at <= bytes.len(), "{} points at {} of {} bytes", violation.rule.id, violation.at, bytes.len());
    }
    parsed.value
}

/// Asserts that `part` borrows from `whole`.
#[track_caller]
pub fn borrowed(whole: &str, part: &str) {
    let range = whole.as_bytes().as_ptr_range();
    let inner = part.as_bytes().as_ptr_range();
    assert!(part.is_empty() || (range.start <= inner.start && inner.end <= range.end), "{part:?} is not borrowed");
}

/// A text in two at its first NUL: two inputs from one.
#[must_use]
pub fn two(text: &str) -> (&str, &str) {
    text.split_once('\0').unwrap_or((text, ""))
}
