//! RFC 9449, DPoP.

use url::Url;
use why401::syntax::dpop::{self, Mismatch, Proof};
use why401::syntax::oauth::authorization;
use why401::syntax::oauth::token::{self, Purpose};
use why401::syntax::{challenge, credentials, jwt};

const HEADER: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19";
const ACCESS_TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
/// The hash of the key in every proof (section 6.1).
const THUMBPRINT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

fn proof(rest: &str) -> Proof {
    let field = format!("{HEADER}.{rest}");
    let parsed = dpop::parse(&field);
    assert_eq!(parsed.violations, []);
    let proof = parsed.value.unwrap();
    assert_eq!(proof.thumbprint().as_deref(), Some(THUMBPRINT));
    proof
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn figures_1_and_5_to_7() {
    let first = proof(
        "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg",
    );
    assert_eq!(first.mismatches("POST", &url("https://server.example.com/token"), None), []);
    let asks = "grant_type=authorization_code&client_id=s6BhdRkqt&code=SplxlOBeZQQYbYS6WxSbIA&redirect_uri=https%3A%2F%2Fclient%2Eexample%2Ecom%2Fcb&code_verifier=bEaL42izcC-o-xBk0K2vuJ6U-y1p9r_wW2dFWIWgjz-";
    let asks = token::request("/token", asks).unwrap();
    assert_eq!((asks.value.purpose, asks.violations), (Purpose::AuthorizationCode, vec![]));
    let answer = token::response(
        r#"{"access_token":"Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU","token_type":"DPoP","expires_in":2677,"refresh_token":"Q..Zkm29lexi8VnWg2zPW1x-tgGad0Ibc3s3EwM_Ni4-g"}"#,
    );
    let answer = answer.unwrap().value;
    assert_eq!((answer.access_token, answer.token_type.as_deref()), (Some(ACCESS_TOKEN.into()), Some("DPoP")));
    let again = proof(
        "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjY1Mjk2fQ.pAqut2IRDm_De6PR93SYmGBPXpwrAk90e8cP2hjiaG5QsGSuKDYW7_X620BxqhvYC8ynrrvZLTk41mSRroapUA",
    );
    assert_eq!((first.jwt.claims.iat, again.jwt.claims.iat), (Some(1_562_262_616), Some(1_562_265_296)));
    let refreshes = "grant_type=refresh_token&client_id=s6BhdRkqt&refresh_token=Q..Zkm29lexi8VnWg2zPW1x-tgGad0Ibc3s3EwM_Ni4-g";
    assert_eq!(token::request("/token", refreshes).unwrap().value.get("refresh_token").map(Into::into), answer.refresh_token);
}

#[test]
fn figures_8_to_11() {
    let token = jwt::parse(
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkJlQUxrYiJ9.eyJzdWIiOiJzb21lb25lQGV4YW1wbGUuY29tIiwiaXNzIjoiaHR0cHM6Ly9zZXJ2ZXIuZXhhbXBsZS5jb20iLCJuYmYiOjE1NjIyNjI2MTEsImV4cCI6MTU2MjI2NjIxNiwiY25mIjp7ImprdCI6IjBaY09DT1JaTll5LURXcHFxMzBqWnlKR0hUTjBkMkhnbEJWM3VpZ3VBNEkifX0.3Tyo8VTcn6u_PboUmAOYUY1kfAavomW_YwYMkmRNizLJoQzWy2fCo79Zi5yObpIzjWb5xW4OGld7ESZrh0fsrA",
    );
    assert_eq!(token.violations, []);
    let claims = token.value.unwrap().claims;
    assert_eq!((claims.nbf, claims.exp, claims.jkt.as_deref()), (Some(1_562_262_611), Some(1_562_266_216), Some(THUMBPRINT)));
    let asks = token::request("/as/introspect.oauth2", "token=Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU").unwrap();
    assert_eq!(asks.value.purpose, Purpose::Introspection);
    let answer = token::introspection_response(
        r#"{"active":true,"sub":"someone@example.com","iss":"https://server.example.com","nbf":1562262611,"exp":1562266216,"cnf":{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}}"#,
    );
    let answer = answer.unwrap();
    assert_eq!((answer.violations.as_slice(), answer.value.active, answer.value.jkt.as_deref()), (&[][..], true, Some(THUMBPRINT)));
}

#[test]
fn figure_13() {
    let sent = credentials::parse("DPoP Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
    assert_eq!((sent.violations.as_slice(), sent.value.token()), (&[][..], Some(ACCESS_TOKEN)));
    let proof = proof(
        "eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA",
    );
    let target = url("https://resource.example.org/protectedresource");
    assert_eq!(proof.ath.as_deref(), Some("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"));
    assert_eq!(proof.mismatches("GET", &target, Some(ACCESS_TOKEN)), []);
    assert_eq!(proof.mismatches("GET", &target, Some("INVALID_TOKEN")), [Mismatch::AccessTokenHash]);
}

#[test]
fn figures_15_to_19() {
    type Read = Vec<(String, Option<String>, Option<String>)>;
    let read = |field: &str| -> Read {
        let parsed = challenge::parse(field);
        assert_eq!(parsed.violations, [], "{field}");
        let param = |challenge: &challenge::Challenge<'_>, name| challenge.param(name).map(str::to_owned);
        parsed.value.iter().map(|one| (one.scheme.to_owned(), param(one, "error"), param(one, "algs"))).collect()
    };
    let entry =
        |scheme: &str, error: Option<&str>, algs: Option<&str>| (scheme.to_owned(), error.map(str::to_owned), algs.map(str::to_owned));
    let both = Some("ES256 PS256");
    assert_eq!(read("DPoP algs=\"ES256 PS256\""), [entry("DPoP", None, both)]);
    let figure_16 = "DPoP error=\"invalid_token\", error_description=\"Invalid DPoP key binding\", algs=\"ES256\"";
    assert_eq!(read(figure_16), [entry("DPoP", Some("invalid_token"), Some("ES256"))]);
    assert_eq!(read("Bearer, DPoP algs=\"ES256 PS256\""), [entry("Bearer", None, None), entry("DPoP", None, both)]);
    let figure_18 = "Bearer error=\"invalid_token\", error_description=\"Invalid token\", DPoP algs=\"ES256 PS256\"";
    assert_eq!(read(figure_18), [entry("Bearer", Some("invalid_token"), None), entry("DPoP", None, both)]);
    let figure_19 = "Bearer error=\"invalid_request\", error_description=\"Multiple methods used to include access token\", DPoP algs=\"ES256 PS256\", error=\"invalid_request\", error_description=\"Multiple methods used to include access token\"";
    assert_eq!(read(figure_19), [entry("Bearer", Some("invalid_request"), None), entry("DPoP", Some("invalid_request"), both)]);
}

#[test]
fn figures_20_to_23() {
    let refused =
        token::response(r#"{"error":"use_dpop_nonce","error_description":"Authorization server requires nonce in DPoP proof"}"#).unwrap();
    assert_eq!(refused.value.error.unwrap().error, "use_dpop_nonce");
    // Figure 21 gives the claims alone.
    let claims = r#"{"jti":"-BwC3ESc6acc2lTc","htm":"POST","htu":"https://server.example.com/token","iat":1562262616,"nonce":"eyJ7S_zG.eyJH0-Z.HX4w-7v"}"#;
    use base64::Engine;
    let proof = proof(&format!("{}.c2ln", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims)));
    assert_eq!(proof.jwt.claims.nonce.as_deref(), Some("eyJ7S_zG.eyJH0-Z.HX4w-7v"));
    let asked = challenge::parse("DPoP error=\"use_dpop_nonce\", error_description=\"Resource server requires nonce in DPoP proof\"");
    assert_eq!(asked.value[0].param("error"), Some("use_dpop_nonce"));
}

#[test]
fn section_10() {
    let query = "response_type=code&client_id=s6BhdRkqt3&state=xyz&redirect_uri=https%3A%2F%2Fclient%2Eexample%2Ecom%2Fcb&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&dpop_jkt=NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
    let parsed = authorization::request(query).unwrap();
    assert_eq!(
        (parsed.violations.as_slice(), parsed.value.get("dpop_jkt")),
        (&[][..], Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"))
    );
    assert_eq!(token::request("/par", query).map(|parsed| parsed.value.purpose), Some(Purpose::PushedAuthorization));
}
