//! What servers say is said in other words, in six languages.

use std::collections::BTreeMap;

use why401::exchange::Exchange;

use super::each;
use super::text::{self, Where};
use crate::cases::Case;

const SENTENCES: &str = include_str!("sentences.tsv");

/// What is marked so stands in cases.
const OF_CASES: &str = "case";

pub fn apply(case: &Case) -> Vec<Vec<Exchange>> {
    let mut by_language: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    let rows = || SENTENCES.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect::<Vec<_>>());
    for row in rows() {
        if let [meaning, language, sentence] = row[..] {
            by_language.entry(language).or_default().push((meaning, sentence));
        }
    }
    let of_cases = by_language.remove(OF_CASES).unwrap_or_default();
    let in_language = |others: &[(&str, &str)]| {
        each(case, |exchange| {
            text::rewrite(exchange, |at, old| match at {
                Where::ResponseBody(_) | Where::Received("www-authenticate") => reworded(old, &of_cases, others),
                _ => old.to_owned(),
            })
        })
    };
    by_language.values().flat_map(|others| in_language(others)).collect()
}

fn reworded(old: &str, of_cases: &[(&str, &str)], others: &[(&str, &str)]) -> String {
    let mut text = old.to_owned();
    for (meaning, sentence) in of_cases {
        let Some((_, other)) = others.iter().find(|(other, _)| other == meaning) else { continue };
        while let Some(start) = text.to_ascii_lowercase().find(&sentence.to_ascii_lowercase()) {
            text.replace_range(start..start + sentence.len(), other);
        }
    }
    text
}
