//! Prints our reading of SAML messages as JSON lines: one line in is one message as a JSON string.

use std::io::{BufRead, Write};

use serde_json::{Value, json};
use why401::syntax::saml::assertion::{Assertion, NameId};
use why401::syntax::saml::message::{self, Kind, Message};
use why401::time::Time;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let xml: String = serde_json::from_str(&line?)?;
        let parsed = message::read(&xml);
        let broken: Vec<&str> = parsed.violations.iter().map(|violation| violation.rule.id).filter(|id| id.starts_with("xml-")).collect();
        let value = json!({"broken": broken, "message": shown(&parsed.value)});
        writeln!(out, "{value}")?;
    }
    Ok(())
}

fn time(time: Option<Time>) -> Value {
    json!(time.map(|time| time.0))
}

fn name_id(name: Option<&NameId<'_>>) -> Value {
    json!(name.map(|name| json!([name.value, name.format, name.name_qualifier, name.sp_name_qualifier])))
}

fn shown(message: &Message<'_>) -> Value {
    let mut value = json!({
        "kind": message.kind.name(),
        "id": message.id,
        "issued": time(message.issued),
        "destination": message.destination,
        "issuer": message.issuer,
    });
    if let Some(request) = &message.authn_request {
        value["acs_url"] = json!(request.acs_url);
        value["acs_index"] = json!(request.acs_index);
        value["protocol_binding"] = json!(request.protocol_binding);
        value["flags"] = json!([request.force_authn, request.is_passive]);
        value["name_id_format"] = json!(request.name_id_format);
        value["contexts"] = json!(request.contexts);
    }
    if let Some(request) = &message.logout_request {
        value["name_id"] = name_id(request.name_id.as_ref());
        value["sessions"] = json!(request.session_indexes);
        value["end"] = time(request.not_on_or_after);
    }
    if matches!(message.kind, Kind::Response | Kind::LogoutResponse) {
        value["in_response_to"] = json!(message.in_response_to);
        value["status"] = json!(message.status.as_ref().map(|status| json!([status.code, status.sub_code, status.message])));
    }
    if message.kind == Kind::Response {
        value["assertions"] = message.assertions.iter().map(assertion).collect();
        value["encrypted"] = json!(message.encrypted_assertions);
    }
    value
}

fn assertion(assertion: &Assertion<'_>) -> Value {
    let confirmations = assertion.confirmations.iter().map(|confirmation| {
        json!([
            confirmation.method,
            confirmation.recipient,
            confirmation.in_response_to,
            time(confirmation.not_before),
            time(confirmation.not_on_or_after)
        ])
    });
    let authentications = assertion.authentications.iter().map(|statement| {
        json!([time(statement.instant), statement.session_index, time(statement.session_not_on_or_after), statement.context])
    });
    json!({
        "id": assertion.id,
        "issued": time(assertion.issued),
        "issuer": assertion.issuer,
        "name_id": name_id(assertion.name_id.as_ref()),
        "confirmations": confirmations.collect::<Vec<_>>(),
        "conditions": [time(assertion.not_before), time(assertion.not_on_or_after)],
        "audiences": assertion.audiences,
        "authentications": authentications.collect::<Vec<_>>(),
        "attributes": assertion.attributes,
    })
}
