//! `DPoP` proofs: RFC 9449. A proof is a JWT that the client signs anew for each request; no
//! signature is verified here, but everything else that a server compares can be compared.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use url::Url;

use super::json::{Members, text_of};
use super::jwt::{self, Jwt};
use super::{Parsed, Rule, SyntaxViolation};
use crate::time::Time;

/// Several proofs where one belongs.
pub static SEVERAL_PROOFS: Rule = Rule { id: "dpop-several-proofs" };

/// Another `typ`.
pub static WRONG_TYP: Rule = Rule { id: "dpop-typ" };

/// An algorithm without a public key.
pub static WRONG_ALG: Rule = Rule { id: "dpop-alg" };

/// No key in the header.
pub static NO_JWK: Rule = Rule { id: "dpop-no-jwk" };

/// A private key in the header, which is thereby given away.
pub static PRIVATE_JWK: Rule = Rule { id: "dpop-private-jwk" };

/// A claim that every proof has.
pub static MISSING_CLAIM: Rule = Rule { id: "dpop-missing-claim" };

/// One proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The JWT itself, with `iat`, `jti` and `nonce` among its claims.
    pub jwt: Jwt,
    /// `htm`: the method that it is for.
    pub htm: Option<String>,
    /// `htu`: the URL that it is for, without query and fragment.
    pub htu: Option<String>,
    /// `ath`: the hash of the access token that it goes with.
    pub ath: Option<String>,
}

/// How a proof differs from the request that bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// `htm` is another method.
    Method,
    /// `htu` is another URL.
    Url,
    /// There is no `ath`, although an access token goes along.
    NoAccessTokenHash,
    /// `ath` is the hash of another access token.
    AccessTokenHash,
    /// The access token is bound to another key (`cnf.jkt`).
    Key,
    /// `nonce` is not the one that the server asked for last.
    Nonce,
    /// `iat` is too far from the server's clock.
    Time,
}

/// Reads the value of a DPoP field; `None` where it holds no JWT.
#[must_use]
pub fn parse(field_value: &str) -> Parsed<Option<Proof>> {
    let (first, more) = field_value.split_once([',', '\n']).map_or((field_value, None), |(first, more)| (first, Some(more)));
    let skipped = first.len() - first.trim_start().len();
    let parsed = jwt::parse(first.trim());
    let mut violations = parsed.violations;
    for violation in &mut violations {
        violation.at += skipped;
    }
    let mut note = |rule| violations.push(SyntaxViolation { at: skipped, rule });
    let value = parsed.value.map(|jwt| {
        let claim = |name| jwt.claim(name).and_then(text_of);
        let proof = Proof { htm: claim("htm"), htu: claim("htu"), ath: claim("ath"), jwt };
        check(&proof, &mut note);
        proof
    });
    if more.is_some() {
        violations.push(SyntaxViolation { at: first.len(), rule: &SEVERAL_PROOFS });
    }
    violations.sort_by_key(|violation| violation.at);
    Parsed { value, violations }
}

fn check(proof: &Proof, note: &mut impl FnMut(&'static Rule)) {
    let header = &proof.jwt.header;
    if !header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case("dpop+jwt")) {
        note(&WRONG_TYP);
    }
    if header.alg.as_deref().is_some_and(|alg| alg.eq_ignore_ascii_case("none") || alg.starts_with("HS")) {
        note(&WRONG_ALG);
    }
    match header.jwk.as_deref().and_then(|jwk| Members::read(jwk).ok()) {
        None => note(&NO_JWK),
        Some(members) if members.get("d").is_some() => note(&PRIVATE_JWK),
        Some(_) => {}
    }
    let claims = &proof.jwt.claims;
    if claims.jti.is_none() || claims.iat.is_none() || proof.htm.is_none() || proof.htu.is_none() {
        note(&MISSING_CLAIM);
    }
}

impl Proof {
    /// Everything in which the proof is no longer, or not yet, fresh: measured by the server's clock, which
    /// allows so many seconds to either side, and by its last `DPoP-Nonce`, where it gave one.
    #[must_use]
    pub fn staleness(&self, server_time: Time, allowed_seconds: i64, nonce: Option<&str>) -> Vec<Mismatch> {
        let mut mismatches = Vec::new();
        let claims = &self.jwt.claims;
        if nonce.is_some_and(|nonce| claims.nonce.as_deref() != Some(nonce)) {
            mismatches.push(Mismatch::Nonce);
        }
        let distance = claims.iat.map_or(0, |iat| server_time.since(Time::from_seconds(iat)).saturating_abs());
        if distance > allowed_seconds.saturating_mul(1000) {
            mismatches.push(Mismatch::Time);
        }
        mismatches
    }

    /// Everything in which the proof differs from the request: its method, its URL, and the access
    /// token behind `Authorization: DPoP`.
    #[must_use]
    pub fn mismatches(&self, method: &str, url: &Url, access_token: Option<&str>) -> Vec<Mismatch> {
        let mut mismatches = Vec::new();
        if self.htm.as_deref().is_some_and(|htm| htm != method) {
            mismatches.push(Mismatch::Method);
        }
        if self.htu.as_deref().is_some_and(|htu| !Url::parse(htu).is_ok_and(|htu| bare(&htu) == bare(url))) {
            mismatches.push(Mismatch::Url);
        }
        let Some(token) = access_token else { return mismatches };
        match &self.ath {
            None => mismatches.push(Mismatch::NoAccessTokenHash),
            Some(ath) if *ath != sha256(token.as_bytes()) => mismatches.push(Mismatch::AccessTokenHash),
            Some(_) => {}
        }
        let bound_to = jwt::parse(token).value.and_then(|jwt| jwt.claims.jkt);
        if let (Some(bound_to), Some(key)) = (bound_to, self.thumbprint())
            && bound_to != key
        {
            mismatches.push(Mismatch::Key);
        }
        mismatches
    }

    /// The thumbprint of the proof's key (RFC 7638), as `cnf.jkt` of an access token names it; `None`
    /// for a key of an unknown type.
    #[must_use]
    pub fn thumbprint(&self) -> Option<String> {
        let members = Members::read(self.jwt.header.jwk.as_deref()?).ok()?;
        let names: &[&str] = match text_of(members.get("kty")?.0)?.as_str() {
            "EC" => &["crv", "kty", "x", "y"],
            "RSA" => &["e", "kty", "n"],
            "OKP" => &["crv", "kty", "x"],
            _ => return None,
        };
        let mut json = String::from("{");
        for (at, name) in names.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            json += &format!("{comma}\"{name}\":\"{}\"", text_of(members.get(name)?.0)?);
        }
        json.push('}');
        Some(sha256(json.as_bytes()))
    }
}

fn bare(url: &Url) -> (String, &str) {
    (url.origin().ascii_serialization(), url.path())
}

fn sha256(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of every proof in RFC 9449.
    const JWK: &str =
        r#"{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}"#;
    const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";

    fn signed(header: &str, claims: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
    }

    fn of(claims: &str) -> Proof {
        parse(&signed(&format!(r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{JWK}}}"#), claims)).value.unwrap()
    }

    fn rules(field: &str) -> Vec<&'static str> {
        parse(field).violations.iter().map(|violation| violation.rule.id).collect()
    }

    #[test]
    fn compares_with_the_request() {
        let proof = of(
            r#"{"jti":"e1j3V_bKic8-LAEB","htm":"GET","htu":"https://resource.example.org/protectedresource","iat":1562262618,"ath":"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"}"#,
        );
        let url = Url::parse("https://RESOURCE.example.org:443/protectedresource").unwrap();
        assert_eq!(proof.mismatches("GET", &url, Some(TOKEN)), []);
        let other = Url::parse("http://resource.example.org/protectedresource").unwrap();
        assert_eq!(proof.mismatches("POST", &other, Some("x")), [Mismatch::Method, Mismatch::Url, Mismatch::AccessTokenHash]);
    }

    #[test]
    fn compares_the_key_that_the_token_is_bound_to() {
        let url = Url::parse("https://a.test/").unwrap();
        for (jkt, expected) in [("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", vec![]), ("other", vec![Mismatch::Key])] {
            let token = signed(r#"{"alg":"ES256"}"#, &format!(r#"{{"cnf":{{"jkt":"{jkt}"}}}}"#));
            let claims = format!(r#"{{"jti":"1","htm":"GET","htu":"https://a.test/","iat":1,"ath":"{}"}}"#, sha256(token.as_bytes()));
            assert_eq!(of(&claims).mismatches("GET", &url, Some(&token)), expected, "{jkt}");
        }
        let unbound = of(r#"{"jti":"1","htm":"GET","htu":"https://a.test/","iat":1}"#);
        assert_eq!(unbound.mismatches("GET", &url, Some(TOKEN)), [Mismatch::NoAccessTokenHash]);
    }

    #[test]
    fn tells_whether_a_proof_is_fresh() {
        // RFC 9449 figure 21.
        let proof = of(
            r#"{"jti":"-BwC3ESc6acc2lTc","htm":"POST","htu":"https://server.example.com/token","iat":1562262616,"nonce":"eyJ7S_zG.eyJH0-Z.HX4w-7v"}"#,
        );
        let at = |seconds: i64| Time::from_seconds(1_562_262_616 + seconds);
        assert_eq!(proof.staleness(at(60), 60, Some("eyJ7S_zG.eyJH0-Z.HX4w-7v")), []);
        assert_eq!(proof.staleness(at(-61), 60, None), [Mismatch::Time]);
        assert_eq!(proof.staleness(at(61), 60, Some("eyJ7S_bG.eyJH0-Z.HX4w-7v")), [Mismatch::Nonce, Mismatch::Time]);
    }

    #[test]
    fn names_what_no_server_accepts() {
        let claims = r#"{"jti":"1","htm":"GET","htu":"https://a.test/","iat":1}"#;
        let good = signed(&format!(r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{JWK}}}"#), claims);
        assert_eq!(rules(&good), Vec::<&str>::new());
        assert_eq!(rules(&format!("{good}, {good}")), ["dpop-several-proofs"]);
        assert_eq!(rules(&signed(r#"{"typ":"JWT","alg":"ES256"}"#, claims)), ["dpop-typ", "dpop-no-jwk"]);
        assert_eq!(
            rules(&signed(r#"{"typ":"dpop+jwt","alg":"HS256","jwk":{"kty":"EC","d":"x"}}"#, claims)),
            ["dpop-alg", "dpop-private-jwk"]
        );
        assert_eq!(rules(&signed(&format!(r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{JWK}}}"#), "{}")), ["dpop-missing-claim"]);
        assert_eq!(rules("junk"), ["not-a-jwt"]);
    }
}
