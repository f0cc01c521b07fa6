//! Who took part in a login, by what they did in it.

use serde::Serialize;

use crate::diagnosis::DiagnosedFailure;
use crate::facts::messages::MessageKind;
use crate::facts::saml::What;
use crate::session::Record;
use crate::syntax::saml::kind::Kind;

/// Somebody who took part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Lane {
    /// What it does in the login.
    pub role: LaneRole,
    /// Its origin; empty for the browser.
    pub origin: String,
    /// Host and port; empty for the browser.
    pub label: String,
}

/// What somebody does in a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum LaneRole {
    /// The browser.
    Browser,
    /// What people log in to.
    Application,
    /// Where they are asked who they are, when that is another origin.
    IdentityProvider,
    /// Anybody else.
    Other,
}

/// Further origins beyond this many share the last lane.
const MOST_LANES: usize = 8;

/// The lanes of these exchanges. Who is sent a request to log somebody in is a provider; where a login failed, or else
/// where the session began, is the application.
pub fn of(records: &[&Record], failures: &[DiagnosedFailure]) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = Vec::new();
    for record in records {
        let provides = is_asked_to_log_in(record);
        let known = lanes.iter().position(|lane| *lane.origin == *record.origin);
        if known.is_none() && lanes.len() < MOST_LANES {
            let label = record.origin.split_once("://").map_or(&*record.origin, |(_, host)| host).to_owned();
            lanes.push(Lane { role: LaneRole::Other, origin: record.origin.to_string(), label });
        }
        let at = known.unwrap_or(lanes.len().saturating_sub(1));
        if let Some(lane) = lanes.get_mut(at).filter(|lane| provides && *lane.origin == *record.origin) {
            lane.role = LaneRole::IdentityProvider;
        }
    }
    let fails = |lane: &Lane| failures.iter().any(|failure| *failure.origin == *lane.origin);
    let is_free = |lane: &&mut Lane| lane.role == LaneRole::Other;
    for lane in lanes.iter_mut().filter(is_free).filter(|lane| fails(lane)) {
        lane.role = LaneRole::Application;
    }
    if !lanes.iter().any(|lane| lane.role == LaneRole::Application)
        && let Some(first) = lanes.iter_mut().find(is_free)
    {
        first.role = LaneRole::Application;
    }
    // Stable: within a role the order of first appearance stays.
    lanes.sort_by_key(|lane| lane.role);
    lanes.insert(0, Lane { role: LaneRole::Browser, origin: String::new(), label: String::new() });
    lanes
}

fn is_asked_to_log_in(record: &Record) -> bool {
    let facts = &record.facts;
    facts
        .messages
        .iter()
        .any(|message| message.kind.is_request() && message.carrier.is_sent() || message.kind == MessageKind::PushedRequest)
        || facts.saml.iter().any(|message| message.what == What::Saml(Kind::AuthnRequest) && message.carrier.is_sent())
}
