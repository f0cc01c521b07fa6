//! What is registered for OAuth and HTTP authentication, and the errors that one large provider
//! documents: known to our tables, or a difference with its reason.

#![cfg(test)]

mod common;
#[path = "common/differences.rs"]
mod differences;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use why401::syntax::oauth::authorization::{
    AuthorizationRequest, AuthorizationResponse, UNKNOWN_RESPONSE_TYPE, request as authorization_request,
};
use why401::syntax::oauth::errors;
use why401::syntax::oauth::token::{
    ClientAuthentication, Purpose, TokenRequest, introspection_response, request as token_request, response as token_response,
};
use why401::syntax::{problem_json, schemes};

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The values of a registry; none, with one printed line, where the data is absent.
fn registry(name: &str) -> Vec<String> {
    let Some(folder) = common::shared_data("webconcepts") else { return Vec::new() };
    let registry = read(&folder.join(format!("concepts/{name}.json")));
    registry["values"].as_array().unwrap().iter().map(|row| row["value"].as_str().unwrap().to_owned()).collect()
}

fn assert_known(name: &str, is_known: impl Fn(&str) -> bool) {
    let values = registry(name);
    let unknown = values.iter().filter(|value| !is_known(value)).map(|value| (value.clone(), String::new())).collect();
    if !values.is_empty() {
        differences::assert_expected(&format!("webconcepts, {name}"), &unknown);
    }
}

#[test]
fn every_scheme_and_token_type_is_known() {
    assert_known("http-authentication-scheme", |name| schemes::known(name).is_some());
    assert_known("oauth-access-token-type", |name| schemes::known(name).is_some());
}

#[test]
fn every_parameter_is_read() {
    let lists = [AuthorizationRequest::PARAMETERS, AuthorizationResponse::PARAMETERS, TokenRequest::PARAMETERS];
    assert_known("oauth-parameter", |name| lists.iter().any(|list| list.contains(&name)));
    // Both values are text: a number would be a claim of another type.
    assert_known("oauth-token-introspection-response", |name| {
        let value = if matches!(name, "exp" | "iat" | "nbf") { json!(1_419_356_238) } else { json!("marked") };
        let mut answer = json!({"active": true});
        answer[name] = if name == "active" { json!(true) } else { value };
        let blank = introspection_response(r#"{"active":false}"#).unwrap().value;
        introspection_response(&answer.to_string()).is_some_and(|read| {
            read.value != blank && read.violations.is_empty() && {
                let only_active = introspection_response(r#"{"active":true}"#).unwrap().value;
                name == "active" || read.value != only_active
            }
        })
    });
}

#[test]
fn every_error_and_response_type_is_known() {
    assert_known("oauth-extension-error", |code| errors::find(code).is_some());
    assert_known("oauth-authorization-endpoint-response-type", |kind| {
        let query = format!("client_id=a&response_type={kind}");
        let parsed = authorization_request(&query).unwrap();
        parsed.violations.iter().all(|violation| violation.rule != &UNKNOWN_RESPONSE_TYPE)
    });
}

#[test]
fn every_uri_is_recognised() {
    assert_known("oauth-uri", |uri| {
        let request =
            |form: String| token_request("/token", &form).map(|parsed| (parsed.value.purpose, parsed.value.client_authentication()));
        if uri.contains(":grant-type:") {
            request(format!("grant_type={uri}&assertion=a")).is_some_and(|(purpose, _)| purpose != Purpose::OtherGrant)
        } else if uri.contains(":client-assertion-type:") {
            let form = format!("grant_type=client_credentials&client_assertion_type={uri}&client_assertion=a");
            request(form) == Some((Purpose::ClientCredentials, ClientAuthentication::Assertion))
        } else {
            let answer = json!({"access_token": "a", "token_type": "N_A", "issued_token_type": uri});
            token_response(&answer.to_string()).is_some_and(|parsed| parsed.value.issued_token_type.as_deref() == Some(uri))
        }
    });
    assert_known("oauth-token-endpoint-auth-method", |method| {
        let form = match method {
            "client_secret_post" => "grant_type=client_credentials&client_id=a&client_secret=b",
            _ => "grant_type=client_credentials&client_id=a",
        };
        let expected = if method == "client_secret_post" { ClientAuthentication::Post } else { ClientAuthentication::None };
        token_request("/token", form).is_some_and(|parsed| parsed.value.client_authentication() == expected)
    });
    assert_known("oauth-token-type-hint", |hint| {
        token_request("/revoke", &format!("token=a&token_type_hint={hint}"))
            .is_some_and(|parsed| parsed.value.purpose == Purpose::Revocation)
    });
}

#[test]
fn every_oauth_error_of_okta_is_read_and_its_code_known() {
    let Some(folder) = common::shared_data("okta-errors") else { return };
    let file = read(&folder.join("packages/@okta/vuepress-site/data/oauth2-error-codes.json"));
    let mut unknown = BTreeMap::new();
    let rows = file["errors"].as_array().unwrap();
    assert_eq!(rows.len(), 476);
    for row in rows {
        let code = row["errorCode"].as_str().unwrap();
        let description = row["errorDescription"].as_str();
        let parsed = token_response(&json!({"error": code, "error_description": description}).to_string()).unwrap();
        assert_eq!(parsed.violations, [], "{row}");
        let error = parsed.value.error.unwrap();
        assert_eq!((error.error.as_str(), error.description.as_deref()), (code, description));
        if errors::find(code).is_none() {
            unknown.insert(code.to_owned(), String::new());
        }
    }
    differences::assert_expected("okta-errors, codes", &unknown);
}

#[test]
fn no_api_error_of_okta_is_taken_for_oauth() {
    let Some(folder) = common::shared_data("okta-errors") else { return };
    let file = read(&folder.join("packages/@okta/vuepress-site/data/error-codes.json"));
    let rows = file["errors"].as_array().unwrap();
    assert_eq!(rows.len(), 251);
    for row in rows {
        let content = json!({"errorCode": row["errorCode"], "errorSummary": row["errorSummary"], "errorCauses": []}).to_string();
        assert!(token_response(&content).is_none() && introspection_response(&content).is_none(), "{row}");
        let problem = problem_json::read(&content, 401);
        assert_eq!((problem.violations.as_slice(), &problem.value.extensions["errorCode"]), (&[][..], &row["errorCode"]));
    }
}
