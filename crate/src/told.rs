//! What a browser itself said of cookies and of requests to other origins, where a capture tells it. It outranks what
//! its rules, as known here, would have it do.
//!
//! Exchange notation and reports write these with the same words.

use crate::blocked::{BlockedReason, BlockedReasons};

/// What a browser said became of a cookie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Told {
    /// Nothing, or nothing that decides it.
    #[default]
    Nothing,
    /// It keeps it.
    Kept,
    /// It keeps no such cookie.
    NotKept,
    /// It refused it, and said why.
    Refused(BlockedReasons),
}

/// What stands before the reasons of a refusal.
const REFUSED: &str = "refused:";

impl Told {
    /// As exchange notation has it: `kept`, `refused:SecureOnly,InvalidDomain`.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Kept => "kept".to_owned(),
            Self::NotKept => "not-kept".to_owned(),
            Self::Refused(reasons) => format!("{REFUSED}{}", names(reasons)),
        }
    }

    /// What such a word says.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "nothing" => Some(Self::Nothing),
            "kept" => Some(Self::Kept),
            "not-kept" => Some(Self::NotKept),
            _ => word.strip_prefix(REFUSED).and_then(reasons).map(Self::Refused),
        }
    }
}

/// What a browser said of a request, beside what became of the cookies of its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The cookies that it held back.
    pub held: Vec<Held>,
    /// What it said of asking another origin.
    pub cors: Option<CrossOrigin>,
}

impl Said {
    /// Why it held back a cookie of that name, where it said so. Of several cookies of one name, the one whose
    /// reasons the rules have too.
    #[must_use]
    pub fn held(&self, name: &str, by_rules: BlockedReasons) -> Option<BlockedReasons> {
        let of_name = || self.held.iter().filter(|held| *held.name == *name).map(|held| held.reasons);
        of_name().find(|reasons| reasons.iter().any(|reason| by_rules.contains(reason))).or_else(|| of_name().next())
    }
}

/// A cookie that a browser said it held back from a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The cookie's name.
    pub name: Box<str>,
    /// Why.
    pub reasons: BlockedReasons,
}

impl Held {
    /// As exchange notation has it: `sid SameSiteStrict,SecureOnly`.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} {}", self.name, names(self.reasons))
    }

    /// What such words say.
    #[must_use]
    pub fn of_words(words: &str) -> Option<Self> {
        // A name may hold blanks, a reason does not.
        let (name, why) = words.rsplit_once(' ')?;
        Some(Self { name: name.trim().into(), reasons: reasons(why)? })
    }
}

/// What a browser said of a request to another origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CrossOrigin {
    /// It need not ask before.
    NoPreflight,
    /// It had asked before, and remembered the answer.
    AnsweredBefore,
    /// It did not make the request.
    Refused {
        /// The name that the Chrome DevTools Protocol has for the reason, of its type `CorsError`.
        error: Box<str>,
        /// The method or header field that was not allowed; empty for other reasons.
        subject: Box<str>,
    },
}

impl CrossOrigin {
    /// As exchange notation has it: `no-preflight`, `refused HeaderDisallowedByPreflightResponse x-csrf`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::NoPreflight => "no-preflight".to_owned(),
            Self::AnsweredBefore => "answered-before".to_owned(),
            Self::Refused { error, subject } => format!("refused {error} {subject}").trim_end().to_owned(),
        }
    }

    /// What such words say.
    #[must_use]
    pub fn of_words(words: &str) -> Option<Self> {
        match words {
            "no-preflight" => Some(Self::NoPreflight),
            "answered-before" => Some(Self::AnsweredBefore),
            _ => {
                let rest = words.strip_prefix("refused ")?;
                let (error, subject) = rest.split_once(' ').unwrap_or((rest, ""));
                Some(Self::Refused { error: error.into(), subject: subject.into() })
            }
        }
    }
}

fn names(reasons: BlockedReasons) -> String {
    reasons.iter().map(|reason| format!("{reason:?}")).collect::<Vec<_>>().join(",")
}

fn reasons(names: &str) -> Option<BlockedReasons> {
    names.split(',').map(BlockedReason::from_name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_what_they_were_made_of() {
        let reasons = BlockedReasons::from_iter([BlockedReason::SecureOnly, BlockedReason::InvalidDomain]);
        for told in [Told::Nothing, Told::Kept, Told::NotKept, Told::Refused(reasons)] {
            assert_eq!(Told::of_word(&told.word()), Some(told));
        }
        let held = Held { name: "a name".into(), reasons };
        assert_eq!(Held::of_words(&held.words()), Some(held));
        for cors in
            ["no-preflight", "answered-before", "refused MissingAllowOriginHeader", "refused HeaderDisallowedByPreflightResponse x-a"]
        {
            assert_eq!(CrossOrigin::of_words(cors).unwrap().words(), cors);
        }
        assert!(Told::of_word("refused:Mood").is_none() && Held::of_words("sid Mood").is_none() && CrossOrigin::of_words("fine").is_none());
    }

    #[test]
    fn of_two_cookies_of_a_name_the_one_is_meant_that_the_rules_know() {
        let held = |name: &str, reason| Held { name: name.into(), reasons: BlockedReasons::from_iter([reason]) };
        let said = Said { held: vec![held("a", BlockedReason::NotOnPath), held("a", BlockedReason::SameSiteLax)], cors: None };
        let lax = BlockedReasons::from_iter([BlockedReason::SameSiteLax]);
        assert_eq!(said.held("a", lax), Some(lax));
        assert_eq!(said.held("b", lax), None);
    }
}
