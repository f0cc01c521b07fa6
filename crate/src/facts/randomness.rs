//! Whether a value is one that nobody could guess.

/// Characters that a random value has at least: 80 bits in base64url.
const SHORTEST: usize = 14;

/// Different characters among them.
const VARIETY: usize = 8;

/// How often letters and digits follow one another in them.
const CHANGES: usize = 3;

/// Whether a value looks random rather than written: long enough without a break, many different characters,
/// digits among letters. Numbers, dates, names of languages and JSON do not.
#[must_use]
pub fn is_secret(value: &str) -> bool {
    let is_opaque = |run: &&str| run.len() >= SHORTEST;
    let runs = value.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '+' | '/' | '='));
    runs.filter(is_opaque).any(|run| {
        let seen = run.bytes().fold(0_u128, |seen, byte| seen | 1 << (byte & 127));
        let changes = run.bytes().zip(run.bytes().skip(1)).filter(|(one, next)| one.is_ascii_digit() != next.is_ascii_digit());
        seen.count_ones() as usize >= VARIETY && changes.count() >= CHANGES
    })
}
