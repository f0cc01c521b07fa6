//! How the logins of a session stand, where none has failed: nothing seen, all well, or an outcome that cannot be seen.

use serde::Serialize;

use crate::causes;
use crate::diagnosis::Verdict;
use crate::exchange::Kind;
use crate::facts::Purpose;
use crate::facts::tokens::Role;
use crate::session::cookie_store::Outcome;
use crate::session::{Record, Session};

/// How the logins stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Standing {
    /// Which of the four it is.
    pub state: State,
    /// It in a sentence.
    pub says: String,
    /// What was checked, or where to look, as sentences.
    pub notes: Vec<String>,
    /// Number of the exchange that it turns on.
    pub exchange: Option<u32>,
}

/// The four ways in which logins stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nothing concerns a login.
    Nothing,
    /// A login was submitted, and what came of it cannot be seen.
    Unknown,
    /// Somebody is logged in, and no login failed.
    Fine,
    /// A login failed.
    Failing,
}

/// What a session is known from, which says where to look for what it does not show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seen {
    /// A page that can be logged in to.
    #[default]
    Page,
    /// A file, in which nothing more will happen.
    File,
}

impl Session {
    /// How the logins stand where the diagnosis says that, and of so many failed ones.
    #[must_use]
    pub fn standing(&self, verdict: Verdict, failed: usize, seen: Seen) -> Standing {
        let standing = |state, says: &str, notes: Vec<String>, exchange| Standing { state, says: says.into(), notes, exchange };
        if verdict == Verdict::Failing {
            return standing(State::Failing, "", Vec::new(), None);
        }
        if let Some(record) = self.submission_without_outcome() {
            let exchange = &record.exchange;
            let says = format!("A login was submitted to {}, and its outcome cannot be seen here.", host(record));
            let mut notes = vec![format!("{} {} was sent, and {}.", exchange.method, exchange.url.path(), self.what_is_missing(record))];
            let again = match seen {
                Seen::Page => {
                    "Look at the page: does it greet you, or ask again? Log in once more with DevTools open and nothing else loading."
                }
                Seen::File => "Capture the login once more, until the page that it leads to has loaded, and open that file.",
            };
            notes.push(again.into());
            notes.push("A login in a popup or another tab is seen only by DevTools opened there.".into());
            return standing(State::Unknown, &says, notes, Some(exchange.number));
        }
        if verdict == Verdict::NoLoginSeen {
            let (says, notes) = match seen {
                Seen::Page => (
                    "No login seen yet.",
                    [
                        "Log in on the page, and the reason will stand here if it fails.",
                        "Not seen from here: popups and other tabs, what happened before DevTools opened, and answers that are left within a moment.",
                    ],
                ),
                Seen::File => (
                    "No login is in this file.",
                    [
                        "Capture what happens while somebody logs in, and open that file.",
                        "A capture lacks what happened before it began, and mostly popups and other tabs.",
                    ],
                ),
            };
            return standing(State::Nothing, says, notes.map(str::to_owned).to_vec(), None);
        }
        standing(State::Fine, "No login failed.", self.what_was_seen(failed), None)
    }

    /// The last submitted login of which nothing tells how it ended.
    fn submission_without_outcome(&self) -> Option<&Record> {
        self.submissions().next().filter(|(at, record)| !self.shows_outcome(*at, record)).map(|(_, record)| record)
    }

    /// Whether a success or a refusal of this submitted login can be seen: in what it brought, in the page that it led
    /// to, or in what is done with it.
    fn shows_outcome(&self, at: usize, record: &Record) -> bool {
        if record.exchange.status() >= 400 || record.exchange.error.is_some() {
            return true;
        }
        if brought_a_login(record) || self.was_used_after(record) {
            return true;
        }
        let chain = self.redirect_chain(at);
        let Some(last) = chain.last().and_then(|at| self.record(*at)) else { return shows_its_page(record) };
        chain.iter().filter_map(|at| self.record(*at)).any(brought_a_login)
            || last.exchange.redirect_target().is_none() && shows_its_page(last)
    }

    /// Whether a later request of the same origin bore credentials and was let through to something that is not for all.
    fn was_used_after(&self, submitted: &Record) -> bool {
        let later = self.of_origin(&submitted.origin).since(submitted.exchange.ended().plus(1));
        later.take(USES).any(|(_, other)| other.facts.purpose == Purpose::Api && other.facts.credentials.is_some() && other.was_accepted())
    }

    fn what_is_missing(&self, record: &Record) -> &'static str {
        match (record.exchange.status(), record.exchange.redirect_target().is_some()) {
            (0, _) => "no answer to it was captured",
            (_, true) => "the page that it led to was left before its content could be read",
            _ => "the content of its answer could not be read",
        }
    }

    fn what_was_seen(&self, failed: usize) -> Vec<String> {
        let seen = self.seen();
        let lines = [
            (seen.logins, "login", "accepted"),
            (seen.let_through, "request with credentials", "let through"),
            (seen.challenges, "challenge", "answered, or meant for somebody else"),
            (seen.cookies, "cookie", "set, each kept or refused as its attributes say"),
            (failed, "failed attempt", "followed by one that succeeded"),
        ];
        let told = lines.into_iter().filter(|(count, ..)| *count > 0);
        let mut notes: Vec<String> =
            told.map(|(count, noun, what)| format!("{count} {noun}{} {what}.", if count == 1 { "" } else { "s" })).collect();
        notes.push(format!("{} causes were looked for in {} exchanges.", causes::catalogue::all().count(), self.records().len()));
        notes
    }
}

/// Later exchanges that are looked through for a use of a login.
const USES: usize = 256;

/// Whether the answer handed out a session or a token.
fn brought_a_login(record: &Record) -> bool {
    let is_login = |role: Role| matches!(role, Role::Access | Role::Refresh | Role::Id | Role::Session | Role::AuthorizationCode);
    record.facts.tokens.iter().any(|seen| !seen.carrier.is_sent() && is_login(seen.role))
        || record.receptions.iter().any(|reception| matches!(reception.outcome, Outcome::Kept | Outcome::Replaced))
}

/// Whether what the server showed is there to be judged. A script reads an answer that no page shows.
fn shows_its_page(record: &Record) -> bool {
    let is_seen = !record.exchange.unseen.response_body && !record.exchange.response_text().is_empty();
    is_seen || record.exchange.kind != Kind::Document && record.exchange.status() == 204
}

fn host(record: &Record) -> &str {
    record.origin.split_once("://").map_or(&*record.origin, |(_, host)| host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::Input;
    use crate::redact::Redactor;

    fn state(notation: &str) -> State {
        let session = crate::session::testing::session(notation);
        let diagnosis = session.diagnose(Input::default(), &mut Redactor::default());
        session.standing(diagnosis.verdict, diagnosis.failures.len(), Seen::Page).state
    }

    const SUBMITTED: &str =
        "~ kind document\n> POST https://app.test/session\n>\n> user=a&password=b\n< 303 See Other\n< Location: /next\n\n";

    #[test]
    fn a_login_whose_page_was_never_read_is_not_called_fine() {
        assert_eq!(state(SUBMITTED), State::Unknown);
        assert_eq!(
            state(&format!("{SUBMITTED}~ kind document\n~ unseen response-body\n> GET https://app.test/next\n< 200 OK\n")),
            State::Unknown
        );
    }

    #[test]
    fn a_login_that_brought_a_session_or_shows_its_page_is_fine() {
        let page = "~ kind document\n> GET https://app.test/next\n< 200 OK\n<\n< <h1>Your orders</h1>\n";
        assert_eq!(state(&format!("{SUBMITTED}{page}")), State::Fine);
        let brought = SUBMITTED.replace("Location: /next", "Location: /next\n< Set-Cookie: sid={secret sid 24}; Secure");
        assert_eq!(state(&brought), State::Fine);
    }

    #[test]
    fn pages_without_any_login_are_nothing_seen() {
        assert_eq!(state("~ kind document\n> GET https://app.test/\n< 200 OK\n"), State::Nothing);
    }

    #[test]
    fn nobody_is_asked_to_log_in_to_a_file() {
        let standing = |notation: &str, seen| crate::session::testing::session(notation).standing(Verdict::NoLoginSeen, 0, seen);
        let page = "~ kind document\n> GET https://app.test/\n< 200 OK\n";
        for notation in [page, SUBMITTED] {
            let told = |seen| format!("{:?}", standing(notation, seen));
            assert!(told(Seen::Page).contains("page"), "{}", told(Seen::Page));
            assert!(!told(Seen::File).contains("on the page") && !told(Seen::File).contains("Look at"), "{}", told(Seen::File));
        }
        assert_eq!(standing(page, Seen::File).says, "No login is in this file.");
    }
}
