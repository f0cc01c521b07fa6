//! The names of form fields, JSON members and parameters that no specification defines become words that say
//! nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use why401::exchange::Exchange;

use super::each;
use super::neutral::Names;
use super::text::{self, Where};
use crate::cases::Case;

/// Parameters and members that specifications define: OAuth and OpenID Connect (IANA's registries), SAML's
/// bindings, WS-Federation, RFC 9457, GraphQL, key sets, and the signed addresses of clouds.
const DEFINED: &str = "access_token acr_values amr assertion at_hash aud audience authorization_endpoint client_assertion \
    client_assertion_type client_id client_secret code code_challenge code_challenge_method code_verifier data detail device_code display \
    error error_description error_uri errors exp expires_in extensions grant_type iat id_token id_token_hint instance iss issuer jti jwks_uri \
    keys kid kty login_hint logout_token max_age message n nbf nonce operationName path post_logout_redirect_uri prompt query redirect_uri \
    refresh_expires_in refresh_token RelayState request request_uri resource response_mode response_type SAMLart SAMLRequest SAMLResponse \
    scope session_state SigAlg Signature state status sub subject_token subject_token_type title token_endpoint token_type type ui_locales use \
    user_code userinfo_endpoint variables wa wctx wctxt wfresh whr wreply wresult wtrealm alg crv e x y x5c x5t \
    X-Amz-Algorithm X-Amz-Credential X-Amz-Date X-Amz-Expires X-Amz-Security-Token X-Amz-Signature X-Amz-SignedHeaders";

/// Names of RFC 6749 4.3.2, which only a password grant bears.
const PASSWORD_GRANT: [&str; 2] = ["username", "password"];

/// Characters from which on a value in an answer is handed out rather than said.
const HANDED_OUT: usize = 20;

pub fn apply(case: &Case) -> Vec<Vec<Exchange>> {
    let defined: BTreeSet<&str> = DEFINED.split_whitespace().collect();
    let mut found = BTreeSet::new();
    let mut has_password_grant = false;
    for exchange in &case.exchanges {
        collect_query(exchange.url.query().unwrap_or_default(), &mut found);
        if let Some(body) = &exchange.request.body {
            has_password_grant |= body.text.contains("grant_type=password");
            collect(&body.text, &mut found);
        }
        collect_handed_out(exchange.response_text(), &mut found);
    }
    let mut names = Names::default();
    let mut renamed = BTreeMap::new();
    for name in found {
        let is_defined = defined.contains(name.as_str()) || has_password_grant && PASSWORD_GRANT.contains(&name.as_str());
        if !is_defined && name.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            let new = names.of(&name);
            renamed.insert(name, new);
        }
    }
    each(case, |exchange| {
        text::rewrite(exchange, |at, old| match at {
            Where::Address | Where::Sent("referer") | Where::Received("location") => parameters(old, &renamed),
            Where::RequestBody(media) if media.contains("json") => members(old, &renamed),
            Where::RequestBody(media) if media.contains("multipart") => attributes(old, &renamed),
            Where::RequestBody(_) => pairs(old, &renamed),
            Where::ResponseBody(_) => members(&attributes(old, &renamed), &renamed),
            _ => old.to_owned(),
        })
    })
}

fn collect_query(query: &str, found: &mut BTreeSet<String>) {
    for (name, _) in url::form_urlencoded::parse(query.as_bytes()) {
        found.insert(name.into_owned());
    }
}

fn collect(body: &str, found: &mut BTreeSet<String>) {
    match serde_json::from_str::<Value>(body) {
        Ok(json) => collect_members(&json, &|_| true, found),
        Err(_) if body.contains("Content-Disposition") => {
            found.extend(body.split("name=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
        Err(_) if body.contains('=') && !body.trim_start().starts_with('<') => collect_query(body, found),
        Err(_) => {}
    }
}

fn collect_handed_out(body: &str, found: &mut BTreeSet<String>) {
    let is_handed_out =
        |value: &Value| value.as_str().is_some_and(|text| text.len() >= HANDED_OUT && !text.contains(' ') && !text.contains("://"));
    if let Ok(json) = serde_json::from_str::<Value>(body) {
        collect_members(&json, &is_handed_out, found);
    }
}

fn collect_members(json: &Value, wanted: &dyn Fn(&Value) -> bool, found: &mut BTreeSet<String>) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                // GraphQL's variables are an application's own, its other members are not.
                if wanted(value) && !value.is_object() {
                    found.insert(name.clone());
                }
                collect_members(value, wanted, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect_members(value, wanted, found)),
        _ => {}
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-.".contains(c)
}

/// `?name=` and `&name=`, also in an address that stands escaped in another.
fn parameters(old: &str, renamed: &BTreeMap<String, String>) -> String {
    text::words(old, is_name, |before, word, after| {
        let is_parameter = before.ends_with(['?', '&', '#']) && after.starts_with('=');
        renamed.get(word).filter(|_| is_parameter).cloned()
    })
}

fn pairs(old: &str, renamed: &BTreeMap<String, String>) -> String {
    text::words(old, is_name, |before, word, after| {
        let is_name = (before.is_empty() || before.ends_with('&')) && after.starts_with(['=', '[', '%']);
        renamed.get(word).filter(|_| is_name).cloned()
    })
}

fn members(old: &str, renamed: &BTreeMap<String, String>) -> String {
    text::words(old, is_name, |before, word, after| {
        let is_member = before.ends_with('"') && after.strip_prefix('"').is_some_and(|rest| rest.trim_start().starts_with(':'));
        renamed.get(word).filter(|_| is_member).cloned()
    })
}

/// `name="…"` of HTML's inputs and of multipart content.
fn attributes(old: &str, renamed: &BTreeMap<String, String>) -> String {
    text::words(old, is_name, |before, word, _| {
        let is_attribute = ["name=\"", "name='", "name="].iter().any(|attribute| before.ends_with(attribute));
        renamed.get(word).filter(|_| is_attribute).cloned()
    })
}
