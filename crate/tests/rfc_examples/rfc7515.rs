//! RFC 7515, JSON Web Signature: appendix A in its compact forms, and appendix F.

use why401::syntax::jwt::{self, Form, Jwt};

/// What the payloads of A.1, A.2, A.3 and A.5 encode: three lines with CR LF.
const JOE: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

fn read(header: &str, payload: &str, signature: &str) -> Jwt {
    let token = format!("{header}.{payload}.{signature}");
    let parsed = jwt::parse(&token);
    assert_eq!(parsed.violations, []);
    parsed.value.unwrap()
}

fn assert_joe(jwt: &Jwt) {
    assert_eq!((jwt.claims.iss.as_deref(), jwt.claims.exp), (Some("joe"), Some(1_300_819_380)));
    assert_eq!(jwt.claim("http://example.com/is_root"), Some("true"));
}

const A_1: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9";
const A_1_SIGNATURE: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

#[test]
fn appendix_a_1_to_a_3() {
    let rs256 = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    let es256 = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    for (header, signature, alg, typ) in [
        (A_1, A_1_SIGNATURE, "HS256", Some("JWT")),
        ("eyJhbGciOiJSUzI1NiJ9", rs256, "RS256", None),
        ("eyJhbGciOiJFUzI1NiJ9", es256, "ES256", None),
    ] {
        let jwt = read(header, JOE, signature);
        assert_eq!((jwt.form, jwt.header.alg.as_deref(), jwt.header.typ.as_deref()), (Form::Signed, Some(alg), typ));
        assert_joe(&jwt);
    }
}

/// Its payload is the word "Payload", which is no set of claims and named so.
#[test]
fn appendix_a_4() {
    let token = "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
    let parsed = jwt::parse(token);
    assert_eq!(
        parsed.violations.iter().map(|violation| (violation.at, violation.rule.id)).collect::<Vec<_>>(),
        [(21, "json-not-an-object")]
    );
    assert_eq!(parsed.value.unwrap().header.alg.as_deref(), Some("ES512"));
}

#[test]
fn appendix_a_5() {
    let jwt = read("eyJhbGciOiJub25lIn0", JOE, "");
    assert_eq!((jwt.form, jwt.header.alg.as_deref()), (Form::Unsecured, Some("none")));
    assert_joe(&jwt);
}

/// Appendix F takes the payload out of the token.
#[test]
fn appendix_f() {
    let jwt = read(A_1, "", A_1_SIGNATURE);
    assert_eq!((jwt.form, jwt.claims.iss), (Form::Detached, None));
}
