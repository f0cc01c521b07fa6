//! What a token is for, as far as the token itself and the place where it stands tell.

use super::{Fingerprint, Format, Reason, Role, Token};
use crate::syntax::jwt::{self, Jwt};
use crate::syntax::redaction::is_mark;

/// `typ` of a token's header, in lower case and without `application/`: RFC 9068 2.1, RFC 9449 4.2,
/// RFC 9101 10.8, OpenID Connect Back-Channel Logout 2.4, RFC 7523bis; checked 2026-11-21.
const TYPES: [(&str, Role); 5] = [
    ("at+jwt", Role::Access),
    ("dpop+jwt", Role::DpopProof),
    ("oauth-authz-req+jwt", Role::RequestObject),
    ("logout+jwt", Role::Logout),
    ("client-authentication+jwt", Role::ClientAssertion),
];

/// A token and what it says about itself.
pub struct Read {
    pub token: Token,
    pub role: Role,
    pub reason: Reason,
}

/// Reads a token. Where its place does not make it one only a JWT is, since it tells by itself.
pub fn read(text: &str, place_says: Option<Role>) -> Option<Read> {
    // Sanitizers take a token's signature away and leave its claims, which stay what they were.
    if is_mark(text) && !text.splitn(3, '.').nth(2).is_some_and(is_mark) {
        return None;
    }
    let anything = place_says.is_some();
    let fingerprint = Fingerprint::of(text);
    // Signed cookies of web frameworks also begin with JSON, but no header of theirs names an algorithm.
    // A proof is made anew for each request, so it is read when it is asked for (syntax/dpop.rs).
    let may_be_jwt = place_says != Some(Role::DpopProof) && (jwt::looks_like_jwt(text) || anything && text.starts_with('e'));
    let jwt = if may_be_jwt { jwt::parse(text).value.filter(|jwt| jwt.header.alg.is_some() || jwt.header.typ.is_some()) } else { None };
    let (format, role, reason) = if let Some(jwt) = jwt {
        let (role, reason) = said_by(&jwt);
        (Format::Jwt(Box::new(jwt)), role, reason)
    } else if anything {
        (Format::Opaque, Role::Unknown, Reason::Nothing)
    } else {
        return None;
    };
    Some(Read { token: Token { fingerprint, format }, role, reason })
}

fn said_by(jwt: &Jwt) -> (Role, Reason) {
    let kind = jwt.header.typ.as_deref().unwrap_or_default().to_ascii_lowercase();
    let kind = kind.strip_prefix("application/").unwrap_or(&kind);
    if let Some((_, role)) = TYPES.iter().find(|(name, _)| *name == kind) {
        return (*role, Reason::Typ);
    }
    let claims = &jwt.claims;
    // Keycloak's `typ` claim; its access tokens say Bearer. Simple JWT's and Flask-JWT-Extended's say it in lower case.
    let named = |name| jwt.claim(name).map(|typ| typ.trim_matches('"'));
    let says = claims.token_use.as_deref().or_else(|| named("token_type")).or_else(|| named("typ")).or_else(|| named("type"));
    match says {
        Some("access" | "Bearer") => (Role::Access, Reason::Claim),
        Some("id" | "ID") => (Role::Id, Reason::Claim),
        Some("Refresh" | "Offline" | "refresh") => (Role::Refresh, Reason::Claim),
        _ if claims.nonce.is_some() || claims.at_hash.is_some() || jwt.claim("c_hash").is_some() => (Role::Id, Reason::IdClaims),
        _ if !claims.scope.is_empty() || claims.client_id.is_some() => (Role::Access, Reason::AccessClaims),
        _ => (Role::Unknown, Reason::Nothing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(jwt: &str) -> (Role, Reason) {
        let text = crate::capture::notation::parse(&format!("> GET https://a.test/\n> X: {{jwt {jwt}}}\n")).unwrap()[0]
            .sent("x")
            .unwrap()
            .to_owned();
        let read = read(&text, None).unwrap();
        (read.role, read.reason)
    }

    #[test]
    fn a_jwt_says_itself_what_it_is_for() {
        assert_eq!(said("typ=at+jwt nonce=n"), (Role::Access, Reason::Typ));
        assert_eq!(said("typ=application/at+JWT"), (Role::Access, Reason::Typ));
        assert_eq!(said("typ=dpop+jwt"), (Role::DpopProof, Reason::Typ));
        assert_eq!(said("token_use=id scope=a"), (Role::Id, Reason::Claim));
        assert_eq!(said("nonce=n-0S6_WzA2Mj aud=s6BhdRkqt3"), (Role::Id, Reason::IdClaims));
        assert_eq!(said("scope=read"), (Role::Access, Reason::AccessClaims));
        assert_eq!(said("aud=api"), (Role::Unknown, Reason::Nothing));
    }

    #[test]
    fn text_that_tells_nothing_is_a_token_only_where_one_belongs() {
        assert!(read("2YotnFZFEjr1zCsicMWpAA", None).is_none());
        assert!(read("2YotnFZFEjr1zCsicMWpAA", Some(Role::Access)).is_some());
    }
}
