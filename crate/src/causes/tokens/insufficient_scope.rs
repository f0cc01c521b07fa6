use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// The token is good and the server knows whose it is, but it was issued without a scope that
    /// this request needs. Logging in again helps only when that scope is asked for.
    ///
    /// ```http-notation
    /// > DELETE https://api.example.test/orders/7
    /// > Authorization: Bearer {jwt exp=600 scope="orders:read"}
    /// < 403 Forbidden
    /// < WWW-Authenticate: Bearer error="insufficient_scope", scope="orders:write"
    /// ```
    InsufficientScope {
        id: "insufficient-scope",
        family: "tokens",
        side: Client,
        stage: NotAllowed,
        title: "The token lacks a scope",
        recognised: "The challenge says error=\"insufficient_scope\"; the scopes it names are compared with scope or scp of the token.",
        remedies: [
            (User, "Log in again and agree to the access that the application asks for; if it does not ask, tell its developer.", "The new token's scope holds the missing one."),
            (Developer, "Ask for the missing scope in the authorization request.", "scope of the new token holds it, and the call succeeds."),
            (Administrator, "Allow this application, or this user, to be granted the scope.", "The identity provider issues a token with it."),
        ],
        references: [("RFC 6750 3.1: insufficient_scope", "https://www.rfc-editor.org/rfc/rfc6750#section-3.1")],
    }
}

impl Cause for InsufficientScope {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let facts = case.facts();
        let Some((challenge, error)) = facts.bearer_error() else {
            return stated(case, &META, format!("{} does not allow {} to the token that it bears.", case.host(), case.request()));
        };
        if error != "insufficient_scope" || !case.is_denied() {
            return None;
        }
        let asked: Vec<&str> = challenge.param("scope").unwrap_or_default().split_ascii_whitespace().collect();
        let held = facts.token().and_then(|token| token.claims()).map(|claims| &claims.scope);
        let missing: Vec<&str> =
            asked.iter().copied().filter(|scope| held.is_none_or(|held| !held.iter().any(|own| own == *scope))).collect();
        let wanted =
            if missing.is_empty() { "a scope that it does not name".to_owned() } else { format!("the scope {}", missing.join(" ")) };
        let finding = Finding::new(
            &META,
            Certainty::Stated,
            format!("{} asks for {wanted}, and the token of {} does not hold it.", case.host(), case.request()),
        )
        .about(missing.join(" "))
        .shown(case.at(), Place::Received("www-authenticate", challenge.field), "The server says insufficient_scope.");
        let finding = match held {
            Some(held) if held.is_empty() => finding.shown(case.at(), case.token_place(), "This token names no scope."),
            Some(held) => finding.shown(case.at(), case.token_place(), format!("This token holds {}.", held.join(" "))),
            None => finding,
        };
        Some(if missing.is_empty() {
            finding
        } else {
            finding.advise(
                Audience::Developer,
                format!("Ask for {} in the scope parameter of the authorization request.", missing.join(" ")),
                "scope of the new token holds it, and the call succeeds.",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "insufficient-scope";

    #[test]
    fn names_only_the_scopes_that_are_missing() {
        let summary = reports(
            ID,
            "> GET https://api.test/\n> Authorization: Bearer {jwt exp=60 scope=\"a b\"}\n< 403 Forbidden\n< WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"a c\"\n",
        );
        assert!(summary.contains("scope c,"), "{summary}");
    }

    #[test]
    fn passes_over_other_refusals() {
        is_silent(ID, "> GET https://api.test/\n> Authorization: Bearer {jwt exp=60 scope=a}\n< 403 Forbidden\n");
        is_silent(
            ID,
            "> GET https://api.test/\n> Authorization: Bearer {jwt exp=60 scope=a}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\", scope=\"b\"\n",
        );
        is_silent(
            ID,
            "> GET https://api.test/\n> Authorization: Bearer {jwt exp=60}\n< 200 OK\n< WWW-Authenticate: Bearer error=\"insufficient_scope\"\n",
        );
    }
}
