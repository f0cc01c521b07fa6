use crate::cause::{Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::tokens::{Carrier, Role};
use crate::finding::Risk;
use crate::place::Place;
use crate::session::Record;
use crate::time::span;

declare_cause! {
    /// An access token that works for days is of use to whoever finds it, and cannot be called back in most
    /// systems. Short tokens that are refreshed do the same for the user.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {jwt iat=-60 exp=+2592000}
    /// < 200 OK
    /// ```
    TokenLifetimeLong {
        id: "token-lifetime-long",
        family: "audit",
        side: IdentityProvider,
        stage: AnswerFaulty,
        title: "The token lives too long",
        recognised: "The exp and iat of a JWT that is used as an access token lie more than a day apart.",
        remedies: [
            (User, "Log out when you are done; it may end the token.", "The site asks you to log in again."),
            (Developer, "Ask for short access tokens and refresh them.", "exp is minutes to hours after iat."),
            (Administrator, "Shorten the life of access tokens at the identity provider, to an hour or less.", "A new token's exp is within the hour."),
        ],
        references: [("RFC 9700 2.2: access tokens should be limited", "https://www.rfc-editor.org/rfc/rfc9700#section-2.2"), ("OWASP: JSON Web Tokens", "https://cheatsheetseries.owasp.org/cheatsheets/JSON_Web_Token_for_Java_Cheat_Sheet.html")],
    }
}

impl Cause for TokenLifetimeLong {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn risks(&self, record: &Record) -> Vec<Risk> {
        let mut risks = Vec::new();
        let used = record
            .facts
            .tokens
            .iter()
            .filter(|seen| seen.carrier == Carrier::Authorization && matches!(seen.role, Role::Access | Role::Unknown));
        for seen in used {
            let life = seen.token.expires().zip(seen.token.issued()).map(|(expires, issued)| expires.since(issued));
            if let Some(life) = life.filter(|life| *life > LONGEST) {
                let host = record.exchange.url.host_str().unwrap_or_default();
                risks.push(Risk::new(host, Place::Sent("authorization", 0), format!("Between its iat and its exp lie {}.", span(life))));
            }
        }
        risks
    }

    fn risk(&self, host: &str) -> String {
        format!("The access token for {host} lives for more than a day.")
    }
}

/// Milliseconds that an access token may live without a word: a day. Providers issue them for an hour
/// (Okta, Google, Entra; at most a day at Auth0 and Cognito); checked 2026-11-21.
const LONGEST: i64 = 24 * 60 * 60 * 1000;

#[cfg(test)]
mod tests {
    use crate::causes::audit::testing::{passes, warns};

    const ID: &str = "token-lifetime-long";

    fn with(token: &str) -> String {
        format!("> GET https://app.test/\n> Authorization: Bearer {token}\n< 200 OK\n")
    }

    #[test]
    fn states_the_life() {
        assert!(warns(ID, &with("{jwt iat=-60 exp=+604800}")).contains("app.test"));
        warns(ID, &with("{jwt iat=-604800 exp=+60}"));
    }

    #[test]
    fn passes_short_undated_and_opaque_tokens() {
        passes(ID, &with("{jwt iat=-60 exp=+3600}"));
        passes(ID, &with("{jwt iat=0 exp=+86400}"));
        passes(ID, &with("{jwt exp=+604800}"));
        passes(ID, &with("{secret t 30}"));
    }
}
