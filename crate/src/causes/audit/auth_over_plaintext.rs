use crate::cause::{Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::tokens::is_session_name;
use crate::facts::{Facts, Purpose};
use crate::finding::Risk;
use crate::place::Place;
use crate::session::Record;
use crate::site::is_loopback;

declare_cause! {
    /// A password, a token or a session cookie went over http, where everybody on the way can read it and
    /// take it over: in a café, at a proxy, at the provider.
    ///
    /// ```http-notation
    /// > GET http://app.example.test/private
    /// > Authorization: {basic alice:secret}
    /// < 200 OK
    /// ```
    AuthOverPlaintext {
        id: "auth-over-plaintext",
        family: "audit",
        side: Server,
        stage: AnswerFaulty,
        title: "Credentials cross the network in clear",
        recognised: "A request over http to a host that is not this machine bears a secret: Basic or Bearer credentials, a submitted password, or a session cookie.",
        remedies: [
            (User, "Do not log in here until the address begins with https; change the password if you already did.", "The address bar shows no warning."),
            (Developer, "Use https in every address that the client calls, and mark the session cookie Secure.", "No request of a new capture goes over http."),
            (Administrator, "Redirect http to https before anything else and send Strict-Transport-Security.", "http://… answers by a redirect to https only."),
        ],
        references: [("RFC 9110 17.16.1: confidentiality of credentials", "https://www.rfc-editor.org/rfc/rfc9110#section-17.16.1"), ("RFC 6797: HSTS", "https://www.rfc-editor.org/rfc/rfc6797")],
    }
}

impl Cause for AuthOverPlaintext {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn risks(&self, record: &Record) -> Vec<Risk> {
        let mut risks = Vec::new();
        let url = &record.exchange.url;
        if url.scheme() == "http"
            && !is_loopback(url)
            && let Some((place, says)) = secret_of(&record.facts)
        {
            risks.push(Risk::new(url.host_str().unwrap_or_default(), place, says));
        }
        risks
    }

    fn risk(&self, host: &str) -> String {
        format!("Credentials for {host} went over http, readable for everybody on the way.")
    }
}

/// Schemes whose credentials are the secret itself: RFC 7617, RFC 6750, and their common variants.
const SECRET_SCHEMES: [&str; 5] = ["apikey", "basic", "bearer", "jwt", "token"];

fn secret_of(facts: &Facts) -> Option<(Place, &'static str)> {
    if facts.purpose == Purpose::SignIn {
        return Some((Place::Target, "A password is submitted over http."));
    }
    if facts.credentials.as_ref().is_some_and(|credentials| SECRET_SCHEMES.iter().any(|scheme| credentials.is(scheme))) {
        return Some((Place::Sent("authorization", 0), "These credentials are the secret itself."));
    }
    let bears_session = facts.cookies.iter().any(|(name, _)| is_session_name(name));
    bears_session.then_some((Place::Sent("cookie", 0), "A session cookie is as good as a password."))
}

#[cfg(test)]
mod tests {
    use crate::causes::audit::testing::{passes, warns};

    const ID: &str = "auth-over-plaintext";

    #[test]
    fn warns_of_passwords_tokens_and_session_cookies() {
        assert!(warns(ID, "> GET http://app.test/\n> Authorization: Bearer {secret t 30}\n< 200 OK\n").contains("app.test"));
        warns(ID, "> POST http://app.test/login\n>\n> user=a&password=b\n< 200 OK\n");
        warns(ID, "> GET http://app.test/\n> Cookie: sessionid={secret s 24}\n< 200 OK\n");
    }

    #[test]
    fn passes_https_loopback_and_what_is_no_secret() {
        passes(ID, "> GET https://app.test/\n> Authorization: {basic a:b}\n< 200 OK\n");
        passes(ID, "> GET http://localhost:8080/\n> Authorization: {basic a:b}\n< 200 OK\n");
        passes(ID, "> GET http://127.0.0.1/\n> Cookie: sessionid=x\n< 200 OK\n");
        passes(ID, "> GET http://app.test/\n> Cookie: theme=dark\n< 200 OK\n");
        passes(
            ID,
            "> GET http://app.test/\n> Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"00\"\n< 200 OK\n",
        );
    }
}
