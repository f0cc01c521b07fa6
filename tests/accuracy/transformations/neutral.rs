//! Words that say nothing.

use std::collections::BTreeMap;

const CONSONANTS: &[u8; 16] = b"bdfgklmnprtvzhjs";
const VOWELS: &[u8; 4] = b"aeou";

/// The nth word: four letters of no language in particular, in an order that looks like none.
fn word(nth: usize) -> String {
    // 16 * 4 * 16 * 4 words, visited by a step that shares no factor with their number.
    let at = (nth * 1597 + 811) % 4096;
    let letters = [CONSONANTS[at % 16], VOWELS[at / 16 % 4], CONSONANTS[at / 64 % 16], VOWELS[at / 1024]];
    let again = nth / 4096;
    String::from_utf8_lossy(&letters).into_owned() + &if again == 0 { String::new() } else { again.to_string() }
}

/// New names for old ones, the same everywhere.
#[derive(Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// The new name of an old one: every run of letters in it becomes another, in the same letter case; what
    /// joins them stays, and runs of one letter do.
    pub fn of(&mut self, old: &str) -> String {
        super::text::words(old, |c| c.is_ascii_alphabetic(), |_, run, _| (run.len() > 1).then(|| self.run(run)))
    }

    fn run(&mut self, run: &str) -> String {
        let nth = self.0.len();
        let lower = self.0.entry(run.to_ascii_lowercase()).or_insert_with(|| word(nth));
        if run.bytes().all(|byte| byte.is_ascii_uppercase()) {
            lower.to_ascii_uppercase()
        } else if run.as_bytes()[0].is_ascii_uppercase() {
            lower[..1].to_ascii_uppercase() + &lower[1..]
        } else {
            lower.clone()
        }
    }
}
