use crate::cause::{Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::Risk;
use crate::place::Place;
use crate::session::Record;
use crate::session::cookie_store::Outcome;

declare_cause! {
    /// A session cookie is as good as a password. Without Secure it also goes over http, without HttpOnly any
    /// script of the page can read it, without SameSite the browsers decide for themselves where it goes along.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 302 Found
    /// < Location: /
    /// < Set-Cookie: sessionid={secret s 32}; Path=/
    /// ```
    SessionCookieWeak {
        id: "session-cookie-weak",
        family: "audit",
        side: Server,
        stage: AnswerFaulty,
        title: "The session cookie lacks Secure, HttpOnly or SameSite",
        recognised: "A Set-Cookie field that browsers keep sets a cookie that is named like a session and lacks one of the three attributes.",
        remedies: [
            (User, "Log out when you are done, since such a session is easier to steal.", "The site asks you to log in again."),
            (Developer, "Set the session cookie with Secure; HttpOnly; SameSite=Lax, or SameSite=None; Secure where other sites must embed it.", "The Set-Cookie field shows all three."),
            (Administrator, "Switch the attributes on where the framework or the proxy has a setting for them.", "The Set-Cookie field shows all three."),
        ],
        references: [("RFC 6265bis 8: security considerations", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-8"), ("OWASP: session cookies", "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#cookies")],
    }
}

impl Cause for SessionCookieWeak {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn risks(&self, record: &Record) -> Vec<Risk> {
        let mut risks = Vec::new();
        for (field, reception) in record.receptions.iter().enumerate() {
            let is_kept = matches!(reception.outcome, Outcome::Kept | Outcome::Replaced);
            if is_kept
                && record.sets_carrier(&reception.name)
                && let Some(says) = lacks(record, field)
            {
                risks.push(Risk::new(&reception.name, Place::Received("set-cookie", field), says));
            }
        }
        risks
    }

    fn risk(&self, name: &str) -> String {
        format!("The session cookie {name} lacks protection that browsers offer.")
    }
}

/// What the cookie lacks. `Secure` only counts where the cookie came over https.
fn lacks(record: &Record, field: usize) -> Option<String> {
    let cookie = record.set_cookie(field)?;
    let is_open = cookie.secure.is_none() && record.exchange.url.scheme() == "https";
    let missing = [(is_open, "Secure"), (cookie.http_only.is_none(), "HttpOnly"), (cookie.same_site.is_none(), "SameSite")];
    let names: Vec<&str> = missing.iter().filter(|(is_missing, _)| *is_missing).map(|(_, name)| *name).collect();
    (!names.is_empty()).then(|| format!("This cookie has no {}.", names.join(", no ")))
}

#[cfg(test)]
mod tests {
    use crate::causes::audit::testing::{passes, warns};

    const ID: &str = "session-cookie-weak";

    fn set(cookie: &str) -> String {
        format!("> GET https://app.test/\n< 200 OK\n< Set-Cookie: {cookie}\n")
    }

    #[test]
    fn names_what_is_missing() {
        warns(ID, &set("sessionid=x"));
        warns(ID, &set("sessionid=x; Secure; SameSite=Lax"));
        warns(ID, &set("sessionid=x; HttpOnly; SameSite=Lax"));
        warns(ID, "> GET http://app.test/\n< 200 OK\n< Set-Cookie: sessionid=x; SameSite=Lax\n");
    }

    #[test]
    fn passes_protected_other_and_deleted_cookies() {
        passes(ID, &set("sessionid=x; Secure; HttpOnly; SameSite=Lax"));
        passes(ID, &set("theme=dark"));
        passes(ID, &set("sessionid=; Max-Age=0"));
        passes(ID, "> GET http://localhost/\n< 200 OK\n< Set-Cookie: sessionid=x; HttpOnly; SameSite=Strict\n");
    }
}
