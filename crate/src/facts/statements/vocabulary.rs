//! English words and what they stand for: `crate/data/words.tsv`, read once.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::pair::{Fault, Pair, Subject};
use super::words::Clause;
use crate::data;

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::of(data::words()));

/// Words between a negation and what it turns.
const REACH: usize = 5;

/// Words between "no" and what is not there.
const LACK_REACH: usize = 3;

/// What words stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// A whole statement.
    Pair(Pair),
    /// What a clause is about, and how general that is.
    Subject(Subject, usize),
    /// What is wrong.
    Fault(Fault),
    /// What is wrong where it is denied.
    Good(Fault),
    /// A negation.
    Not,
    /// A negation of what follows: "no token".
    No,
    /// What makes a clause no statement.
    Aside,
}

struct Entry {
    words: Vec<&'static str>,
    role: Role,
}

/// Entries by the first four letters of their first word, the longest first.
struct Vocabulary(HashMap<&'static str, Vec<Entry>>);

impl Vocabulary {
    fn of(table: &'static str) -> Self {
        let mut entries: HashMap<&'static str, Vec<Entry>> = HashMap::new();
        for (rank, line) in table.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(role), Some(value), Some(phrases)) = (columns.next(), columns.next(), columns.next()) else { continue };
            let Some(role) = role_of(role, value, rank) else { continue };
            for phrase in phrases.split(' ') {
                let words: Vec<&str> = phrase.split('+').collect();
                let list = entries.entry(key(words.first().copied().unwrap_or_default())).or_default();
                let at = list.partition_point(|other| other.words.len() >= words.len());
                list.insert(at, Entry { words, role });
            }
        }
        Self(entries)
    }

    /// What the words at the beginning of these stand for, and how many they are.
    fn find(&self, words: &[String]) -> Option<(Role, usize)> {
        let entries = self.0.get(key(words.first()?))?;
        let entry = entries.iter().find(|entry| entry.begins(words))?;
        Some((entry.role, entry.words.len()))
    }
}

impl Entry {
    fn begins(&self, words: &[String]) -> bool {
        let fits = |(pattern, word): (&&str, &String)| match pattern.strip_suffix('*') {
            Some(stem) => word.starts_with(stem),
            None => word == pattern,
        };
        words.len() >= self.words.len() && self.words.iter().zip(words).all(fits)
    }
}

fn key(word: &str) -> &str {
    let word = word.trim_end_matches('*');
    word.get(..3).unwrap_or(word)
}

fn role_of(role: &str, value: &str, rank: usize) -> Option<Role> {
    match role {
        "pair" => {
            let (subject, fault) = value.split_once(' ')?;
            Some(Role::Pair(Pair { subject: Subject::named(subject)?, fault: Fault::named(fault)? }))
        }
        "subject" => Some(Role::Subject(Subject::named(value)?, rank)),
        "fault" => Some(Role::Fault(Fault::named(value)?)),
        "good" => Some(Role::Good(Fault::named(value)?)),
        "not" => Some(Role::Not),
        "no" => Some(Role::No),
        "aside" => Some(Role::Aside),
        _ => None,
    }
}

/// What a clause says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What it is about.
    pub subject: Option<Subject>,
    /// What is wrong.
    pub fault: Option<Fault>,
    /// How many of its words are none of ours.
    pub strange: usize,
}

/// Reads one clause. `None` where it says nothing or is no statement.
pub fn read(clause: &Clause) -> Option<Said> {
    let mut said = Said::default();
    let mut rank = usize::MAX;
    let mut denied_at = None;
    let mut lacks_at: Option<usize> = None;
    let mut lacks = false;
    let mut whole = None;
    let mut rest = clause.words.as_slice();
    while !rest.is_empty() {
        let at = clause.words.len() - rest.len();
        let denies = |denied_at: Option<usize>| denied_at.is_some_and(|denied| at - denied <= REACH);
        let (role, length) = VOCABULARY.find(rest).map_or((None, 1), |(role, length)| (Some(role), length));
        rest = rest.get(length..).unwrap_or_default();
        match role {
            Some(Role::Aside) => return None,
            Some(Role::Pair(pair)) if whole.is_none() => whole = Some(pair),
            Some(Role::Subject(subject, more_general)) => {
                lacks |= lacks_at.is_some_and(|no| at - no <= LACK_REACH);
                if more_general < rank {
                    (said.subject, rank) = (Some(subject), more_general);
                }
            }
            // "not expired" is no fault.
            Some(Role::Fault(_)) if denies(denied_at) => return None,
            Some(Role::Fault(fault)) => said.fault = said.fault.or(Some(fault)),
            Some(Role::Good(fault)) if denies(denied_at) => {
                said.fault = said.fault.or(Some(fault));
                denied_at = None;
            }
            Some(Role::Not) => denied_at = Some(at),
            Some(Role::No) => (denied_at, lacks_at) = (Some(at), Some(at)),
            Some(Role::Pair(_) | Role::Good(_)) => {}
            None => said.strange += 1,
        }
    }
    if let Some(pair) = whole {
        return Some(Said { subject: Some(pair.subject), fault: Some(pair.fault), ..said });
    }
    if lacks {
        said.fault = said.fault.or(Some(Fault::Missing));
    }
    // Whether somebody denied something or was denied it is not told by these words alone.
    said.fault.filter(|fault| (said.subject, *fault) != (Some(Subject::Account), Fault::Denied)).map(|_| said)
}

#[cfg(test)]
mod tests {
    use super::super::words::clauses;
    use super::*;

    fn says(text: &str) -> Option<(&'static str, &'static str)> {
        let said = clauses(text).iter().find_map(read)?;
        Some((said.subject.map_or("", Subject::name), said.fault.map_or("", Fault::name)))
    }

    #[test]
    fn reads_identifiers_and_sentences() {
        for (text, subject, fault) in [
            ("TOKEN_EXPIRED", "token", "expired"),
            ("refreshTokenExpired", "refresh-token", "expired"),
            ("jwt_auth_no_auth_header", "token", "missing"),
            ("invalid_credentials", "password", "wrong"),
            ("FST_JWT_AUTHORIZATION_TOKEN_INVALID", "token", "wrong"),
            ("auth/user-not-found", "account", "unknown"),
            ("requires_mfa", "second-factor", "missing"),
            ("Invalid username or password.", "password", "wrong"),
            ("The password you entered is incorrect", "password", "wrong"),
            ("Your session has expired. Please log in again.", "session", "expired"),
            ("No API key found in request", "api-key", "missing"),
            ("The audience is invalid", "audience", "wrong"),
            ("Signature verification failed", "signature", "wrong"),
            ("Token has been revoked", "token", "revoked"),
            ("token is not yet valid", "token", "not-yet-valid"),
            ("CSRF token mismatch", "forgery-token", "mismatched"),
            ("User account is locked", "account", "locked"),
            ("You do not have permission to do this", "permission", "denied"),
            ("refresh_token_already_used", "refresh-token", "reused"),
            ("account does not exist", "account", "unknown"),
            ("no session found", "session", "missing"),
        ] {
            assert_eq!(says(text), Some((subject, fault)), "{text}");
        }
    }

    #[test]
    fn what_says_nothing_stays_silent() {
        for text in [
            "token_is_not_expired",
            "The session has not expired",
            "Forgot your password?",
            "Enter your new password",
            "If your session expired, log in",
            "Password",
            "Sign in",
            "Welcome back",
            "Order not found",
            "topic is locked",
            "You cannot change the username",
        ] {
            let said = says(text).filter(|(subject, _)| !subject.is_empty());
            assert_eq!(said, None, "{text}");
        }
    }
}
