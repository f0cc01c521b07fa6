//! Everything that leaves: a capture redacted, its diagnosis, a receipt, and the proof of each finished report.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::value::to_raw_value;

use crate::capture::har::remarks::{Checksum, Remarks, engine_name};
use crate::capture::{self, Source, har};
use crate::causes::catalogue;
use crate::data;
use crate::diagnosis::{Diagnosis, Input};
use crate::exchange::Exchange;
use crate::reading;
use crate::redact::{Hit, Key, Kind, Redactor, Removed, Rewriter, Scope, Search, Secrets, classify, pseudonym};
use crate::session::Session;
use crate::time::Time;
use crate::view::timeline;

/// What was removed, and how it was made sure that it is gone.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Receipt {
    /// The version that removed it.
    pub version: &'static str,
    /// How many places were replaced, by kind.
    pub replaced: BTreeMap<Kind, usize>,
    /// How many different values stood there.
    pub values: usize,
    /// How many exchanges stayed behind.
    pub left_out: usize,
    /// How many exchanges leave.
    pub exchanges: usize,
    /// What the finished report was searched for.
    pub search: &'static str,
}

/// A capture in the form in which it leaves.
pub struct Share {
    /// What is left of the exchanges, as a reader of the redacted capture sees them.
    pub session: Session,
    /// The diagnosis of it, completed by the first reading; the same as that of the whole capture.
    pub diagnosis: Diagnosis,
    /// What was removed.
    pub receipt: Receipt,
    /// The user's own words, redacted.
    pub note: String,
    har: String,
    secrets: Secrets,
}

/// Why nothing was written: something of a secret would have been in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak(Hit);

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Hit { kind, at, encoding } = &self.0;
        let within = if encoding.is_empty() { String::new() } else { format!(", in {encoding}") };
        write!(f, "nothing was written: at byte {at} the report would hold a part of a {}{within}", kind.name())
    }
}

impl std::error::Error for Leak {}

/// What a share is made of.
pub struct Original<'s> {
    /// The exchanges, as they were captured: a long capture is handed over, since it has no room beside what is made of it.
    pub exchanges: Vec<Cow<'s, Exchange>>,
    /// What is known of the capture.
    pub input: Input,
    /// What wrote it.
    pub source: Source,
}

impl Share {
    /// Redacts a capture. `first` is its diagnosis while it is whole.
    ///
    /// # Errors
    /// When what is left cannot be read again.
    pub fn of(original: Original<'_>, first: &Diagnosis, scope: &Scope, note: &str, key: &Key) -> Result<Self, String> {
        let first = if scope.is_whole() { Cow::Borrowed(first) } else { Cow::Owned(first_of(&original, scope)) };
        let Original { exchanges, input, source } = original;
        let mut left = har::Writer::default();
        let removed = Removed::from(exchanges, scope, key, |exchange| left.push(exchange));
        let left = left.end();
        let mut rewriter = Rewriter::new(key, scope.hides_hosts);
        rewriter.secrets = removed.secrets;
        let note = rewriter.write(note, classify::words);
        let receipt = Receipt {
            version: env!("CARGO_PKG_VERSION"),
            replaced: rewriter.secrets.counts().clone(),
            values: rewriter.secrets.len(),
            left_out: removed.left_out,
            exchanges: left.len(),
            search: crate::redact::METHOD,
        };
        let mut remarks = Remarks {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            source: rewriter.write(&source.name, classify::program),
            engine: engine_name(source.engine).to_owned(),
            not_observable: input.not_observable.clone(),
            receipt: to_raw_value(&receipt).ok(),
            ..Remarks::default()
        };
        // What is left is read as its readers will, so that they find what is said here.
        let (exchanges, _) = if left.is_empty() {
            return Err("nothing of the capture would be left".to_owned());
        } else {
            capture::read_pieces(left.pieces(&left.head(&remarks, "")), Time::default())?
        };
        let input = Input { exchanges: exchanges.len(), source: remarks.source.clone(), first_reading: None, skipped: Vec::new(), ..input };
        let checksum = Checksum::of(&exchanges);
        let mut session = Session::new(source.profile());
        session.extend(exchanges);
        let second = session.diagnose(input.clone(), &mut Redactor::strict());
        let beyond = {
            let secrets = std::mem::take(&mut rewriter.secrets);
            let search = Search::new(&secrets);
            let mut scrub = |text: &str| scrubbed(text, &secrets, &search, scope.hides_hosts, key);
            let beyond = reading::beyond(&first, &second, &mut scrub);
            rewriter.secrets = secrets;
            beyond
        };
        let diagnosis = match &beyond {
            Some(beyond) => reading::completed(second, beyond),
            None => second,
        };
        if let Some(beyond) = beyond {
            remarks.checksum = checksum.with(&beyond);
            remarks.first_reading = serde_json::value::RawValue::from_string(beyond).ok();
        }
        let head = left.head(&remarks, &headline(&diagnosis));
        let har = left.file(&head);
        Ok(Self { session, diagnosis, receipt, note, har, secrets: rewriter.secrets })
    }

    /// The redacted capture, not yet searched.
    pub(crate) fn har(&self) -> &str {
        &self.har
    }

    /// The redacted capture as a HAR file.
    ///
    /// # Errors
    /// When something of a secret is in it.
    pub fn redacted_har(&self) -> Result<String, Leak> {
        self.proved(self.har.clone())
    }

    /// Makes sure that nothing of a secret is in the redacted capture, which is then the same as [`redacted_har`](Self::redacted_har).
    ///
    /// # Errors
    /// When something is.
    pub fn prove_har(&self) -> Result<&str, Leak> {
        self.find_leak(&self.har).map_or(Ok(&self.har), Err)
    }

    /// What the program itself says of such a login, whoever's it is.
    fn fixed(&self) -> String {
        let causes = self.diagnosis.failures.iter().flat_map(|failure| &failure.causes).chain(&self.diagnosis.audit);
        let advice = causes.filter_map(|cause| Some(catalogue::find(cause.id)?.meta().advice().text()));
        let picture = self.session.timeline(&self.diagnosis.failures, &mut Redactor::strict()).drawing().markup();
        let receipt = super::story::receipt(self);
        advice
            .chain([data::settings(), &receipt, &picture])
            .chain([super::html::HEAD, super::html::STYLE, timeline::STYLE, crate::redact::METHOD, "mermaid sequenceDiagram participant"])
            .chain(catalogue::all().map(|cause| cause.meta().id))
            .chain(super::admin::LOGS.iter().flat_map(|(log, query, _)| [*log, *query]))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// A finished report, in which nothing of a secret is.
    ///
    /// # Errors
    /// Where it is, when it is.
    pub fn proved(&self, finished: String) -> Result<String, Leak> {
        self.find_leak(&finished).map_or(Ok(finished), Err)
    }

    fn find_leak(&self, finished: &str) -> Option<Leak> {
        Search::new(&self.secrets).beside(&self.fixed()).find(finished.as_bytes()).map(Leak)
    }
}

/// The answer in one line.
pub(super) fn headline(diagnosis: &Diagnosis) -> String {
    let open = diagnosis.failures.iter().rev().find(|failure| failure.recovered_by.is_none());
    match (open.or(diagnosis.failures.last()), open) {
        (Some(failure), Some(_)) => {
            pseudonym::readable(&failure.causes.first().map_or_else(|| format!("{}.", failure.what), |cause| cause.summary.clone()))
        }
        (Some(_), None) => "No login failed for good: what failed succeeded later.".to_owned(),
        (None, _) if diagnosis.verdict == crate::diagnosis::Verdict::Healthy => "No login failed.".to_owned(),
        (None, _) => "No login was seen in this capture.".to_owned(),
    }
}

/// The diagnosis of what leaves, while it is whole: one of more would tell of what stays behind.
fn first_of(original: &Original<'_>, scope: &Scope) -> Diagnosis {
    let mut session = Session::new(original.source.profile());
    session.extend(original.exchanges.iter().filter(|exchange| scope.lets_leave(exchange)).map(|exchange| Exchange::clone(exchange)));
    session.diagnose(original.input.clone(), &mut Redactor::strict())
}

/// A sentence of the diagnosis without the values that were removed from the capture.
fn scrubbed(text: &str, secrets: &Secrets, search: &Search<'_>, hides_hosts: bool, key: &Key) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '@' | '%' | '+' | '~' | '=') || c == '.' && !hides_hosts;
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let word = run.trim_end_matches('.');
        let kind = secrets.kind(word).or_else(|| search.find(word.as_bytes()).map(|hit| hit.kind));
        match kind.filter(|_| !classify::is_clear(word, classify::words)) {
            Some(kind) => {
                written.push_str(&pseudonym::stand_in(kind, word, key));
                written.push_str(run.get(word.len()..).unwrap_or_default());
            }
            None => written.push_str(run),
        }
        let mark = after.chars().next().map_or(0, char::len_utf8);
        written.push_str(after.get(..mark).unwrap_or_default());
        rest = after.get(mark..).unwrap_or_default();
    }
    // What is a secret only together with the marks in it.
    match search.find(written.as_bytes()) {
        Some(hit) => pseudonym::stand_in(hit.kind, text, key),
        None => written,
    }
}
