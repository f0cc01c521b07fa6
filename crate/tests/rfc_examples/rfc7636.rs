//! RFC 7636 appendix B, PKCE: the verifier of one request hashes to the challenge of the other.

use why401::syntax::oauth::pkce::{self, Match};
use why401::syntax::oauth::{authorization, token};

#[test]
fn appendix_b() {
    let authorization = authorization::request(
        "response_type=code&client_id=s6BhdRkqt3&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
    );
    let authorization = authorization.unwrap();
    let redemption = token::request(
        "/token",
        "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    );
    let redemption = redemption.unwrap();
    assert_eq!((authorization.violations.as_slice(), redemption.violations.as_slice()), (&[][..], &[][..]));
    let (challenge, method) = (authorization.value.get("code_challenge").unwrap(), authorization.value.get("code_challenge_method"));
    assert_eq!(pkce::compare(redemption.value.get("code_verifier").unwrap(), challenge, method), Match::Holds);
}
