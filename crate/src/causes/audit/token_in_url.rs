use crate::cause::{Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::tokens::{Carrier, Role, Seen};
use crate::finding::Risk;
use crate::place::Place;
use crate::session::Record;
use crate::syntax::form;

declare_cause! {
    /// A token or an API key stands in an address. Addresses are kept in histories and logs, and handed on in
    /// Referer, so the token is known in more places than anybody can list.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me?access_token={secret t 40}
    /// < 200 OK
    /// ```
    TokenInUrl {
        id: "token-in-url",
        family: "audit",
        side: Client,
        stage: AnswerFaulty,
        title: "A token travels in a URL",
        recognised: "An access, ID or refresh token or an API key stands in a query, in the query of a redirect, or in a Referer.",
        remedies: [
            (User, "Do not share the address; ask for a new token if you did.", "The old token is refused."),
            (Developer, "Send tokens in the Authorization field, keys in the field that the product names, and use the authorization code flow instead of tokens in redirects.", "No address of a new capture holds a token."),
            (Administrator, "Mask these parameters in the logs of servers and proxies, and replace the tokens that stand there.", "The log shows no token."),
        ],
        references: [("RFC 6750 5.3: do not pass bearer tokens in page URLs", "https://www.rfc-editor.org/rfc/rfc6750#section-5.3"), ("RFC 9700 4.3.2: tokens in the browser history", "https://www.rfc-editor.org/rfc/rfc9700#section-4.3.2")],
    }
}

impl Cause for TokenInUrl {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn risks(&self, record: &Record) -> Vec<Risk> {
        let mut risks = Vec::new();
        let host = record.exchange.url.host_str().unwrap_or_default();
        for seen in &record.facts.tokens {
            if let Some((place, says)) = place_in_url(seen) {
                risks.push(Risk::new(host, place, says));
            }
        }
        if record.exchange.sent("referer").is_some_and(holds_token) {
            risks.push(Risk::new(host, Place::Sent("referer", 0), "The Referer hands a token on."));
        }
        risks
    }

    fn risk(&self, host: &str) -> String {
        format!("A token for {host} stands in an address, where histories and logs keep it.")
    }
}

fn place_in_url(seen: &Seen) -> Option<(Place, &'static str)> {
    if !matches!(seen.role, Role::Access | Role::Id | Role::Refresh | Role::ApiKey) {
        return None;
    }
    match seen.carrier {
        Carrier::Query => Some((Place::Target, "The address holds a token.")),
        Carrier::LocationQuery => Some((Place::Received("location", 0), "The redirect puts a token into the query.")),
        _ => None,
    }
}

/// RFC 6750 2.3 and OpenID Connect Core 3.2.2.5 give these parameters their names.
fn holds_token(referer: &str) -> bool {
    let query = referer.split_once('?').map_or("", |(_, query)| query);
    let parameters = form::urlencoded(query).value;
    ["access_token", "id_token", "refresh_token"].iter().any(|name| parameters.has(name))
}

#[cfg(test)]
mod tests {
    use crate::causes::audit::testing::{passes, warns};

    const ID: &str = "token-in-url";

    #[test]
    fn warns_of_queries_redirects_and_referers() {
        warns(ID, "> GET https://api.test/?access_token={jwt exp=+300}\n< 200 OK\n");
        warns(ID, "> GET https://api.test/\n< 302 Found\n< Location: https://app.test/?id_token={jwt exp=+300 nonce=n}\n");
        warns(ID, "> GET https://cdn.test/x\n> Referer: https://app.test/?access_token={secret t 30}\n< 200 OK\n");
    }

    #[test]
    fn passes_codes_states_and_fragments() {
        passes(ID, "> GET https://app.test/callback?code={secret c 30}&state=s\n< 302 Found\n< Location: /\n");
        passes(ID, "> GET https://app.test/search?token=blue\n< 200 OK\n");
        passes(ID, "> GET https://app.test/\n> Authorization: Bearer {jwt exp=+300}\n< 200 OK\n");
    }
}
