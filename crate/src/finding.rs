//! What a cause reports: where the proof lies, how sure it is, and what each person can do.

use std::ops::{Deref, DerefMut};

use serde::Serialize;

use crate::cause::{Audience, CauseMeta};
use crate::place::Place;

/// How sure a finding is. Later variants are surer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// It would explain what was seen; so would other things.
    Possible,
    /// It explains what was seen better than anything else here.
    Likely,
    /// The server says so in a machine-readable code.
    Stated,
    /// Computed from the capture.
    Proved,
}

impl Certainty {
    /// The word in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Stated => "stated",
            Self::Proved => "proved",
        }
    }
}

/// A claim and the place that proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Position of the exchange in the session.
    pub at: usize,
    /// The place in it.
    pub place: Place,
    /// What that place shows, as a sentence.
    pub says: String,
}

/// A place in an exchange that shows a risk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risk {
    /// The host, cookie or path that it is about.
    pub of: String,
    /// The place.
    pub place: Place,
    /// What that place shows, as a sentence.
    pub says: String,
}

impl Risk {
    /// A risk that shows there.
    #[must_use]
    pub fn new(of: &str, place: Place, says: impl Into<String>) -> Self {
        Self { of: of.into(), place, says: says.into() }
    }
}

/// A Set-Cookie field as it should have been, so that the session can be replayed with it when somebody
/// looks at the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supposed {
    /// Position of the exchange that has the field.
    pub at: usize,
    /// Which of its Set-Cookie fields.
    pub field: usize,
    /// The line in its place.
    pub line: String,
    /// The name of its cookie.
    pub cookie: String,
    /// Position of the request that would have needed it.
    pub needed_at: usize,
}

/// Something a person can do, and how to see that it worked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Remedy {
    /// Who can do it.
    #[serde(rename = "for")]
    pub audience: Audience,
    /// What to do.
    pub step: String,
    /// How to see that it worked.
    pub confirm: String,
    /// What the replayed session says would then have happened.
    pub counterfactual: Option<String>,
}

/// One reason why a login failed, found in this session. It is handed on from step to step while it
/// grows, so it is kept behind a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding(Box<Parts>);

/// What a finding holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The cause.
    pub cause: &'static CauseMeta,
    /// What it is about, for grouping: the same subject refused twice is one failure.
    pub subject: String,
    /// One sentence with the real names and values, and no secret.
    pub summary: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Whether the server says so itself.
    pub is_said: bool,
    /// Where the proof lies.
    pub evidence: Vec<Evidence>,
    /// What speaks against it.
    pub against: Vec<String>,
    /// What this capture cannot show that would matter.
    pub not_observable: Vec<String>,
    /// The one observation that would settle it.
    pub next_observation: Option<String>,
    /// What to do here: replaces the cause's general advice for the same audience.
    pub remedies: Vec<Remedy>,
    /// With what the developer's remedy is tried out.
    pub supposed: Option<Supposed>,
}

impl Deref for Finding {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl DerefMut for Finding {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.0
    }
}

// The causes call these hundreds of times: only the conversion is made at the place of the call.
impl Finding {
    /// A finding without evidence yet.
    #[inline]
    #[must_use]
    pub fn new(cause: &'static CauseMeta, certainty: Certainty, summary: impl Into<String>) -> Self {
        Self::with(cause, certainty, summary.into())
    }

    /// The same, said by the server itself: of equally sure findings it comes first.
    #[must_use]
    pub fn said(mut self) -> Self {
        self.is_said = true;
        self
    }

    #[inline(never)]
    fn with(cause: &'static CauseMeta, certainty: Certainty, summary: String) -> Self {
        Self(Box::new(Parts {
            cause,
            subject: String::new(),
            summary,
            certainty,
            is_said: false,
            evidence: Vec::new(),
            against: Vec::new(),
            not_observable: Vec::new(),
            next_observation: None,
            remedies: Vec::new(),
            supposed: None,
        }))
    }

    /// Names what the finding is about.
    #[inline(never)]
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// Adds a proof.
    #[inline]
    #[must_use]
    pub fn shown(self, at: usize, place: Place, says: impl Into<String>) -> Self {
        self.with_evidence(Evidence { at, place, says: says.into() })
    }

    #[inline(never)]
    fn with_evidence(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    /// Adds what speaks against it.
    #[inline(never)]
    #[must_use]
    pub fn but(mut self, says: impl Into<String>) -> Self {
        self.against.push(says.into());
        self
    }

    /// Adds what this capture cannot show.
    #[inline(never)]
    #[must_use]
    pub fn unseen(mut self, says: impl Into<String>) -> Self {
        self.not_observable.push(says.into());
        self
    }

    /// Names the observation that would settle it.
    #[inline(never)]
    #[must_use]
    pub fn next(mut self, says: impl Into<String>) -> Self {
        self.next_observation = Some(says.into());
        self
    }

    /// Gives advice that is concrete to this session.
    #[inline(never)]
    #[must_use]
    pub fn advise(mut self, audience: Audience, step: impl Into<String>, confirm: impl Into<String>) -> Self {
        self.remedies.push(Remedy { audience, step: step.into(), confirm: confirm.into(), counterfactual: None });
        self
    }
}
