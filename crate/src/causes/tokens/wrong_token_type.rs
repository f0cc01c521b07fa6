use super::refuses_token;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::tokens::{Carrier, Reason, Role};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::syntax::jwt::Form;

declare_cause! {
    /// The request bears a token that is not meant to open APIs: an ID token, which only tells the
    /// application who logged in, or a refresh token, which only buys new tokens.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {jwt nonce=n1 aud=client exp=+300}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer error="invalid_token"
    /// ```
    WrongTokenType {
        id: "wrong-token-type",
        family: "tokens",
        side: Client,
        stage: TokenUnfit,
        title: "The wrong kind of token was sent",
        recognised: "The token's own claims, its first characters or the answer that issued it say that it is an ID or refresh token; or a sentence by which a known product says so.",
        remedies: [
            (User, "Log out and in again.", "The page opens."),
            (Developer, "Send the access_token of the token response in Authorization, not the id_token or refresh_token.", "The token's typ, token_use or scope is that of an access token."),
            (Administrator, "Check which token the gateway hands on to the API.", "The API's log shows an access token."),
        ],
        references: [("OpenID Connect Core 2: the ID token", "https://openid.net/specs/openid-connect-core-1_0.html#IDToken"), ("RFC 9068: JWT access tokens", "https://www.rfc-editor.org/rfc/rfc9068")],
    }
}

impl Cause for WrongTokenType {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !refuses_token(case) {
            return None;
        }
        if let Some(finding) = sealed_for_its_issuer(case) {
            return Some(finding);
        }
        let facts = case.facts();
        let seen = facts.tokens.iter().find(|seen| seen.carrier == Carrier::Authorization).or_else(|| facts.judged_by());
        let told = seen.and_then(|seen| {
            let (role, reason) = case.session.tokens().role(seen.token.fingerprint, case.at());
            matches!(role, Role::Id | Role::Refresh).then_some((seen, role, reason))
        });
        let Some((seen, role, reason)) = told else {
            return stated(case, &META, format!("{} wants another kind of token than {} bears.", case.host(), case.request()));
        };
        // Some APIs want ID tokens; a refresh token is for nobody but its issuer.
        let is_sure = role == Role::Refresh && reason >= Reason::IdClaims;
        let certainty = if is_sure { Certainty::Proved } else { Certainty::Likely };
        let finding = Finding::new(
            &META,
            certainty,
            format!("{} bears an {} where {} wants an access token.", case.request(), role.name(), case.host())
                .replace("an refresh", "a refresh"),
        )
        .about(role.name())
        .shown(
            case.at(),
            case.token_place(),
            format!("Its claims or its issuer make this token an {}.", role.name()).replace("an refresh", "a refresh"),
        );
        Some(match case.session.tokens().issued(seen.token.fingerprint) {
            Some((issued, place)) => finding.shown(issued, Place::Target, format!("It was issued here as {}.", place.name)),
            None => finding,
        })
    }
}

/// An access token of another origin's that is encrypted with a key which only its issuer has (RFC 7518 4.5): providers hand
/// it out for their own API where nobody said for which one it is.
fn sealed_for_its_issuer(case: &Case<'_>) -> Option<Finding> {
    let seen = case.facts().tokens.iter().find(|seen| seen.carrier == Carrier::Authorization)?;
    seen.token.jwt().filter(|jwt| jwt.form == Form::Encrypted && jwt.header.alg.as_deref() == Some("dir"))?;
    // Who has read it once can read it.
    if case.session.tokens().accepted(seen.token.fingerprint).any(|(_, other)| other.origin == case.record.origin) {
        return None;
    }
    let (issued, _) = case.session.tokens().issued(seen.token.fingerprint)?;
    let issuer = case.session.record(issued).filter(|issuer| issuer.origin != case.record.origin)?.exchange.url.host_str()?;
    let summary = format!("{} bears a token that only {issuer} can read, and {} is another server.", case.request(), case.host());
    let step = format!("Name {} in the authorization request, by its audience, resource or scope.", case.host());
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about("dir")
            .shown(case.at(), case.token_place(), "It is encrypted with a key that its issuer shares with nobody: alg is dir.")
            .shown(issued, Place::Status, "It was issued here.")
            .advise(Audience::Developer, step, "The new token has three parts, and its aud names this API."),
    )
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "wrong-token-type";

    #[test]
    fn names_a_token_that_only_its_issuer_can_read() {
        // {"alg":"dir","enc":"A256GCM"} and four parts that nobody reads.
        let sealed = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA";
        let issued = format!(
            "> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=authorization_code&code={{secret c 30}}\n< 200 OK\n< Content-Type: application/json\n<\n< {{\"access_token\":\"{sealed}\",\"token_type\":\"Bearer\"}}\n\n"
        );
        let answer = "< WWW-Authenticate: Bearer error=\"invalid_token\"\n";
        assert!(reports(ID, &format!("{issued}{}", refused(sealed, answer))).contains("only id.test can read"));
        is_silent(ID, &refused(sealed, answer));
        let taken = refused(sealed, "").replace("401 Unauthorized", "200 OK");
        is_silent(ID, &format!("{issued}{taken}\n{}", refused(sealed, answer)));
        is_silent(ID, &format!("{issued}{}", refused(sealed, answer).replace("api.test", "id.test")));
    }

    fn refused(token: &str, answer: &str) -> String {
        format!("> GET https://api.test/me\n> Authorization: Bearer {token}\n< 401 Unauthorized\n< Date: {{date}}\n{answer}")
    }

    #[test]
    fn says_where_the_token_came_from() {
        let issued = "> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=authorization_code&code={secret c 30}\n< 200 OK\n< Content-Type: application/json\n<\n< {\"access_token\":\"{secret a 30}\",\"refresh_token\":\"{secret r 30}\",\"token_type\":\"Bearer\"}\n\n";
        assert!(reports(ID, &format!("{issued}{}", refused("{secret r 30}", ""))).contains("a refresh token"));
    }

    #[test]
    fn reports_ids_by_their_claims_and_the_words_of_named_products() {
        reports(ID, &refused("{jwt token_use=id exp=+300}", ""));
        reports(
            ID,
            &refused(
                "{jwt exp=+300}",
                "<\n< {\"detail\":\"Given token not valid for any token type\",\"messages\":[{\"message\":\"Token has wrong type\"}]}\n",
            ),
        );
    }

    #[test]
    fn passes_over_access_tokens_and_apis_that_take_ids() {
        is_silent(ID, &refused("{jwt scope=a exp=+300}", ""));
        is_silent(ID, &refused("{secret t 30}", ""));
        is_healthy(&refused("{jwt nonce=n1 exp=+300}", "").replace("401 Unauthorized", "200 OK"));
    }
}
