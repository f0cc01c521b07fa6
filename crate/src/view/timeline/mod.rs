//! A login as a picture: who talked to whom in which order, what each message carried, and where it broke.
//!
//! [`Session::timeline`] tells it; [`Timeline::drawing`] places it, for a panel as a tree of SVG elements and for a
//! report as text.

mod carried;
mod drawing;
mod fold;
mod lanes;

use serde::Serialize;

use crate::diagnosis::DiagnosedFailure;
use crate::redact::{Redactor, join};
use crate::session::{Record, Session};

pub use carried::{Carried, CarriedKind};
pub(crate) use drawing::STYLE;
pub use drawing::{Drawing, Node};
pub use lanes::{Lane, LaneRole};

/// Steps that one picture shows: the last ones, since what failed last is asked about first.
const MOST_STEPS: usize = 240;

/// A login in the order of time.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Timeline {
    /// Who took part: the browser, then every origin in the order of its role and first appearance.
    pub lanes: Vec<Lane>,
    /// What they said to each other, in order of time.
    pub steps: Vec<Step>,
    /// How many earlier steps this picture leaves out.
    pub left_out: usize,
}

/// One exchange of the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Step {
    /// Number of the exchange.
    pub exchange: u32,
    /// Which lane the browser talked to; 0 is the browser itself.
    pub lane: usize,
    /// The method.
    pub method: String,
    /// The path, without a query, its secrets masked.
    pub path: String,
    /// The status; 0 where no response was received.
    pub status: u16,
    /// The browser's own name for what went wrong.
    pub error: Option<String>,
    /// When it began, in milliseconds since the Unix epoch.
    pub started: i64,
    /// What the request carried.
    pub sent: Vec<Carried>,
    /// What the response carried.
    pub received: Vec<Carried>,
    /// How it stands to the failed logins.
    pub state: StepState,
    /// How often it and the steps of its circle came in a row.
    pub times: u32,
    /// All of it as a sentence, to be read out.
    pub says: String,
}

/// How a step stands to the failed logins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum StepState {
    /// It has no part in any.
    Plain,
    /// A proof of the root cause lies in it.
    Proof,
    /// A login failed here first.
    Broken,
    /// It failed because of what broke before.
    Consequence,
}

impl StepState {
    const fn says(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Proof => " Part of the proof.",
            Self::Broken => " The login broke here.",
            Self::Consequence => " A consequence.",
        }
    }
}

impl Session {
    /// The steps of all logins in the session, in order of time.
    #[must_use]
    pub fn timeline(&self, failures: &[DiagnosedFailure], redactor: &mut Redactor) -> Timeline {
        let taking_part: Vec<&Record> =
            self.in_order().map(|(_, record)| record).filter(|record| record.concerns_authentication()).collect();
        let left_out = taking_part.len().saturating_sub(MOST_STEPS);
        let shown = taking_part.get(left_out..).unwrap_or_default();
        let lanes = lanes::of(shown, failures);
        let steps = shown.iter().map(|record| step(record, &lanes, failures, redactor)).collect();
        Timeline { lanes, steps: fold::circles(steps), left_out }
    }
}

fn step(record: &Record, lanes: &[Lane], failures: &[DiagnosedFailure], redactor: &mut Redactor) -> Step {
    let exchange = &record.exchange;
    let (lane, host) = lanes
        .iter()
        .enumerate()
        .find(|(_, lane)| *lane.origin == *record.origin)
        .map_or((1, record.origin.to_string()), |(at, lane)| (at, lane.label.clone()));
    let shown = join(&redactor.url(exchange.url.as_str()));
    let path =
        shown.split(['?', '#']).next().and_then(|url| url.splitn(4, '/').nth(3)).map_or_else(|| "/".to_owned(), |path| format!("/{path}"));
    let state = state(exchange.number, failures);
    let (sent, received) = (carried::sent(record), carried::received(record));
    let status = exchange.status();
    let error = exchange.error.as_deref().filter(|error| !error.is_empty()).map(|error| redactor.sentence(error));
    let answer = match (status, &error) {
        (0, Some(error)) => error.clone(),
        (0, None) => "no response".into(),
        (status, _) => status.to_string(),
    };
    let list = |carried: &[Carried]| match carried {
        [] => String::new(),
        all => format!(" with {}", all.iter().map(|one| one.label.as_str()).collect::<Vec<_>>().join(", ")),
    };
    let says = format!("{} {path} to {host}{}: {answer}{}.{}", exchange.method, list(&sent), list(&received), state.says());
    Step {
        exchange: exchange.number,
        lane,
        method: exchange.method.to_string(),
        path,
        status,
        error,
        started: exchange.started.0,
        sent,
        received,
        state,
        times: 1,
        says,
    }
}

fn state(number: u32, failures: &[DiagnosedFailure]) -> StepState {
    let open = || failures.iter().filter(|failure| failure.recovered_by.is_none());
    if open().any(|failure| failure.exchanges.first() == Some(&number)) {
        StepState::Broken
    } else if open().any(|failure| failure.exchanges.contains(&number)) {
        StepState::Consequence
    } else if open().filter_map(|failure| failure.causes.first()).any(|root| root.evidence.iter().any(|quote| quote.exchange == number)) {
        StepState::Proof
    } else {
        StepState::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::Input;

    fn timeline(notation: &str) -> Timeline {
        let session = crate::session::testing::session(notation);
        let mut redactor = Redactor::default();
        let failures = session.diagnose(Input::default(), &mut redactor).failures;
        session.timeline(&failures, &mut redactor)
    }

    /// A sign-in with OAuth whose session cookie the browser refuses.
    const LOGIN: &str = "~ kind document\n> GET http://app.test/\n< 302 Found\n< Location: https://id.test/authorize?client_id=shop&response_type=code&state=s1s1s1s1s1s1&redirect_uri=http%3A%2F%2Fapp.test%2Fcb\n\n\
        ~ kind document\n> GET https://id.test/authorize?client_id=shop&response_type=code&state=s1s1s1s1s1s1&redirect_uri=http%3A%2F%2Fapp.test%2Fcb\n< 302 Found\n< Location: http://app.test/cb?code={secret code 24}&state=s1s1s1s1s1s1\n\n\
        ~ kind document\n> GET http://app.test/cb?code={secret code 24}&state=s1s1s1s1s1s1\n< 302 Found\n< Location: /home\n< Set-Cookie: sid={secret sid 24}; Secure\n\n\
        ~ kind fetch\n> GET http://app.test/picture.png\n< 200 OK\n\n\
        ~ kind fetch\n> GET http://app.test/api/me\n< 401 Unauthorized\n< WWW-Authenticate: Bearer realm=\"shop\"\n";

    #[test]
    fn names_who_took_part_by_their_role() {
        let lanes: Vec<(LaneRole, String)> = timeline(LOGIN).lanes.into_iter().map(|lane| (lane.role, lane.label)).collect();
        assert_eq!(
            lanes,
            [
                (LaneRole::Browser, String::new()),
                (LaneRole::Application, "app.test".into()),
                (LaneRole::IdentityProvider, "id.test".into())
            ]
        );
    }

    #[test]
    fn tells_what_each_message_carried_and_leaves_out_what_concerns_no_login() {
        let timeline = timeline(LOGIN);
        assert_eq!(timeline.steps.iter().map(|step| step.exchange).collect::<Vec<_>>(), [0, 1, 2, 4]);
        let labels = |carried: &[Carried]| carried.iter().map(|one| one.label.clone()).collect::<Vec<_>>();
        let at = |at: usize| timeline.steps.get(at).unwrap();
        assert_eq!(labels(&at(1).sent), ["authorization request"]);
        assert_eq!(labels(&at(2).sent), ["authorization code"]);
        assert_eq!(labels(&at(2).received), ["refused cookie sid"]);
        assert_eq!(labels(&at(3).received), ["challenge Bearer"]);
    }

    #[test]
    fn marks_where_a_login_broke_and_what_followed() {
        let bounced = "> POST http://app.test/login\n>\n> user=a&password=b\n< 302 Found\n< Location: /home\n< Set-Cookie: sid=1; Secure\n\n\
            ~ kind document\n> GET http://app.test/home\n< 302 Found\n< Location: /login\n";
        let states: Vec<StepState> = timeline(bounced).steps.iter().map(|step| step.state).collect();
        assert_eq!(states, [StepState::Broken, StepState::Consequence]);
    }

    #[test]
    fn no_secret_is_in_the_picture() {
        let timeline = timeline(
            "> GET https://app.test/reset/a1b2c3d4e5f6a7b8c9d0e1f2a3b4/x?token=geheim\n> Cookie: sid=geheim\n< 401 Unauthorized\n",
        );
        let svg = timeline.drawing().svg();
        for secret in ["geheim", "a1b2c3d4e5f6a7b8c9d0e1f2a3b4"] {
            assert!(!svg.contains(secret) && !serde_json::to_string(&timeline).unwrap().contains(secret), "{secret} in {svg}");
        }
    }
}
