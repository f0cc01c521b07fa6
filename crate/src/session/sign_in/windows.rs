//! Integrated Windows authentication: the legs of a Negotiate or NTLM handshake, which belong to one
//! connection.

use super::{Protocol, Remark, SignIn, Step, StepKind};
use crate::facts::negotiation::is_windows_scheme;
use crate::limits;
use crate::session::{Record, Session};

/// Whether a handshake may begin here: the server offers one. Some captures leave out the first offer
/// and begin with the browser's answer to it.
pub fn opens(record: &Record) -> bool {
    is_offered(record)
}

fn is_offered(record: &Record) -> bool {
    record.exchange.status() == 401 && record.facts.challenges.iter().any(|challenge| is_windows_scheme(&challenge.scheme))
}

fn is_leg(record: &Record) -> bool {
    record.facts.credentials.as_ref().is_some_and(|credentials| is_windows_scheme(&credentials.scheme))
}

impl Session {
    pub(super) fn windows_flow(&self, opener: usize) -> Option<SignIn> {
        let record = self.record(opener)?;
        let mut steps = vec![Step { at: opener, kind: if is_leg(record) { StepKind::Authenticate } else { StepKind::Begin } }];
        let mut remarks = Vec::new();
        let later = self.of_request(&record.exchange).since(record.exchange.started.plus(1));
        let mut last = record;
        let mut connection = record.exchange.connection.as_deref();
        let mut is_done = false;
        for (at, leg) in later.take(limits::SIGN_IN_WALK) {
            if !is_leg(leg) && steps.len() == 1 && !is_offered(leg) && leg.exchange.status() != 0 && leg.was_accepted() {
                // Some captures hide what the browser itself put into Authorization.
                is_done = leg.exchange.unseen.authorization;
            }
            if !is_leg(leg) {
                break;
            }
            // The server's answer to the first message binds the handshake to its connection.
            let (before, now) = (connection, leg.exchange.connection.as_deref());
            if is_leg(last) && before.is_some() && now.is_some() && before != now {
                remarks.push(Remark::ConnectionChanged(at));
            }
            connection = now.or(before);
            steps.push(Step { at, kind: StepKind::Authenticate });
            last = leg;
            if leg.exchange.status() != 401 {
                is_done = leg.exchange.status() != 0;
                break;
            }
        }
        // A refused last leg is a challenge like the others, so the outcome shows in the last alone.
        let mut flow = self.finish(Protocol::Windows, steps, remarks, is_done)?;
        if let (super::Outcome::Refused(_), Some(last)) = (flow.outcome, flow.steps.last()) {
            flow.outcome = super::Outcome::Refused(*last);
        }
        Some(flow)
    }
}
