//! What happened, in sentences for people who were not there.

use super::share::Share;
use crate::cause::Audience;
use crate::diagnosis::DiagnosedFailure;
use crate::redact::pseudonym::readable;
use crate::time::Time;

/// One exchange in words.
pub(super) struct Step {
    pub number: u32,
    pub moment: Option<Time>,
    pub host: String,
    pub request: String,
    pub answer: String,
    /// Whether by itself it concerns a login.
    pub concerns_login: bool,
}

impl Step {
    pub fn sentence(&self) -> String {
        let Self { moment, host, request, answer, .. } = self;
        let time = moment.map(|moment| moment.to_utc() + " ").unwrap_or_default();
        format!("{time}{} at {host}: {answer}", readable(request))
    }
}

/// How the exchange ended in which a login failed.
pub(super) fn answer(failure: &DiagnosedFailure) -> String {
    if failure.status == 0 { "no answer".to_owned() } else { failure.status.to_string() }
}

/// Every exchange that leaves.
pub(super) fn steps(share: &Share) -> Vec<Step> {
    let mut redactor = crate::redact::Redactor::revealing();
    let rows = (0..share.session.records().len()).filter_map(|at| Some((share.session.record(at)?, share.session.row(at, &mut redactor)?)));
    rows.map(|(record, row)| {
        let exchange = &record.exchange;
        let target = exchange
            .redirect_target()
            .map(|target| format!(", on to {}{}", target.host_str().unwrap_or_default(), readable(target.path())));
        let answer = match &exchange.response {
            Some(response) => format!("{} {}", response.status, response.status_text).trim_end().to_owned(),
            None => exchange.error.as_deref().filter(|error| !error.is_empty()).unwrap_or("no answer").to_owned(),
        };
        Step {
            number: exchange.number,
            moment: exchange.moment(),
            host: row.host,
            request: format!("{} {}", exchange.method, exchange.url.path()),
            answer: answer + target.as_deref().unwrap_or_default(),
            concerns_login: row.auth,
        }
    })
    .collect()
}

pub(super) const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::User => "User",
        Audience::Developer => "Developer",
        Audience::Administrator => "Administrator",
    }
}

/// The receipt in words.
pub(super) fn receipt(share: &Share) -> String {
    let receipt = &share.receipt;
    let places: Vec<String> = receipt.replaced.iter().map(|(kind, count)| format!("{count} × {}", kind.name())).collect();
    let removed = if places.is_empty() { "nothing".to_owned() } else { places.join(", ") };
    let left_out = if receipt.left_out == 0 { String::new() } else { format!(" {} exchanges were left out.", receipt.left_out) };
    format!(
        "Why401 {} removed {removed}: {} different values.{left_out} The finished report was searched for {}. Nothing was found.",
        receipt.version, receipt.values, receipt.search
    )
}
