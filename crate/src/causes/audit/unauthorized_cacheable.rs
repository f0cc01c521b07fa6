use crate::cause::{Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::Risk;
use crate::place::Place;
use crate::session::Record;
use crate::session::cookie_store::Outcome;
use crate::syntax::cache;

declare_cause! {
    /// An answer that refuses somebody, or that sets a session, says that caches may keep and share it. The
    /// next person gets the refusal, or the session, of the one before.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/me
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer
    /// < Cache-Control: public, max-age=600
    /// ```
    UnauthorizedCacheable {
        id: "unauthorized-cacheable",
        family: "audit",
        side: Server,
        stage: AnswerFaulty,
        title: "The 401 or login response may be cached",
        recognised: "A 401 or 403, or an answer that sets a session cookie, has a Cache-Control that lets shared caches or the browser keep it.",
        remedies: [
            (User, "Reload the page without the cache (Shift and Reload).", "The page knows you."),
            (Developer, "Send Cache-Control: no-store with every 401 and 403 and with everything that sets a session.", "The field shows no-store."),
            (Administrator, "Exclude these answers from the cache of proxies and CDNs.", "X-Cache or Age shows that they come from the origin."),
        ],
        references: [("RFC 9111 3: storing responses", "https://www.rfc-editor.org/rfc/rfc9111#section-3"), ("RFC 6265bis 4.1: cookies and caches", "https://www.rfc-editor.org/rfc/rfc9111#section-7.3")],
    }
}

impl Cause for UnauthorizedCacheable {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn risks(&self, record: &Record) -> Vec<Risk> {
        let mut risks = Vec::new();
        let control = record.exchange.received("cache-control").map(|value| cache::cache_control(value).value);
        let keeps = control.is_some_and(|control| {
            let is_fresh = control.max_age.or(control.s_maxage).is_some_and(|seconds| seconds > 0);
            !control.no_store && (control.public || is_fresh && !control.no_cache) && (!control.private || is_refusal(record))
        });
        if keeps && is_refusal(record) {
            risks.push(Risk::new(
                record.exchange.url.path(),
                Place::Received("cache-control", 0),
                "This refusal may be kept and shown again.",
            ));
        } else if keeps && sets_session(record) {
            risks.push(Risk::new(
                record.exchange.url.path(),
                Place::Received("cache-control", 0),
                "This answer sets a session and may be kept.",
            ));
        }
        risks
    }

    fn risk(&self, path: &str) -> String {
        format!("Caches may keep the answer to {path}, which is meant for one person at one moment.")
    }
}

fn is_refusal(record: &Record) -> bool {
    matches!(record.exchange.status(), 401 | 403)
}

fn sets_session(record: &Record) -> bool {
    record
        .receptions
        .iter()
        .any(|reception| matches!(reception.outcome, Outcome::Kept | Outcome::Replaced) && record.sets_carrier(&reception.name))
}

#[cfg(test)]
mod tests {
    use crate::causes::audit::testing::{passes, warns};

    const ID: &str = "unauthorized-cacheable";

    fn answer(status: &str, fields: &str) -> String {
        format!("> GET https://app.test/\n< {status}\n{fields}")
    }

    #[test]
    fn warns_of_refusals_and_sessions() {
        warns(ID, &answer("403 Forbidden", "< Cache-Control: max-age=60\n"));
        warns(ID, &answer("200 OK", "< Cache-Control: public, max-age=60\n< Set-Cookie: sessionid=x; Secure; HttpOnly; SameSite=Lax\n"));
    }

    #[test]
    fn passes_what_may_not_be_kept_and_what_is_nobodys() {
        passes(ID, &answer("401 Unauthorized", "< Cache-Control: no-store, max-age=60\n"));
        passes(ID, &answer("401 Unauthorized", ""));
        passes(ID, &answer("401 Unauthorized", "< Cache-Control: max-age=0\n"));
        passes(ID, &answer("200 OK", "< Cache-Control: public, max-age=60\n< Set-Cookie: theme=x\n"));
        passes(ID, &answer("200 OK", "< Cache-Control: private, max-age=60\n< Set-Cookie: sessionid=x; Secure; HttpOnly; SameSite=Lax\n"));
    }
}
