//! Messages of SAML and token responses of WS-Federation, opened: what they say, what their receiver will not
//! accept in them, and what their signatures prove.

use super::decoded::moment;
use super::detail::{Leaf, Level, Line, Section};
use crate::facts::saml::{Carried, carried};
use crate::redact::Redactor;
use crate::session::{Record, Session};
use crate::syntax::SyntaxViolation;
use crate::syntax::jwt::signature::Verdict;
use crate::syntax::saml::assertion::Assertion;
use crate::syntax::saml::check::Checked;
use crate::syntax::saml::message::{self, Message};
use crate::syntax::saml::verify::Proof;
use crate::syntax::saml::{artifact, status};
use crate::syntax::ws_federation::{self, TokenResponse};
use crate::time::Time;

/// The moments between which the receiver's clock stood.
type Clock = (Time, Time);

impl Session {
    pub(super) fn saml_messages(&self, at: usize, record: &Record, redactor: &mut Redactor) -> Vec<Section> {
        carried(&record.exchange).iter().map(|carried| self.saml_message(at, record, carried, redactor)).collect()
    }

    fn saml_message(&self, at: usize, record: &Record, carried: &Carried, redactor: &mut Redactor) -> Section {
        let message = message::read(&carried.xml).value;
        let response = carried.is_token_response.then(|| ws_federation::token_response(&carried.xml).value);
        let assertion = message.assertions.first().or_else(|| response.as_ref()?.assertions.first());
        let validity = self.validity(record, assertion.and_then(|one| one.not_before), assertion.and_then(|one| one.not_on_or_after));
        let clock = (Time(validity.now_least), Time(validity.now_most));
        let mut lines = match &response {
            Some(response) => of_token_response(response, clock, redactor),
            None => of_message(&message, clock, redactor),
        };
        lines.extend(assertion.map(|assertion| of_assertion(assertion, clock)).unwrap_or_default());
        if let Some(artifact) = &carried.artifact {
            lines.extend(of_artifact(artifact));
        }
        lines.extend(carried.violations.iter().map(departs));
        let saml = record.facts.saml.iter().find(|saml| saml.carrier == carried.carrier);
        let checked = saml.filter(|_| assertion.is_some() || message.status.is_some());
        if let Some(checked) = checked.and_then(|saml| self.saml_check(at, saml, Some(clock.0))) {
            lines.extend(proofs(&checked));
            lines.extend(checked.faults.iter().map(departs));
        }
        if !carried.xml.is_empty() {
            lines.push(Line::new("", redactor.text(&indented(&carried.xml))));
        }
        let name = if carried.is_token_response { "Token response of WS-Federation" } else { message.kind.name() };
        Section {
            validity: (validity.from.is_some() || validity.until.is_some()).then_some(validity),
            ..Section::new(Leaf::Tokens, format!("{name} by {}", carried.parameter), lines)
        }
    }
}

fn text<const N: usize>(members: [(&'static str, Option<&str>); N]) -> impl Iterator<Item = Line> {
    members.into_iter().filter_map(|(name, value)| Some(Line::text(name, value?)))
}

fn of_message(message: &Message<'_>, (now, clock): Clock, redactor: &mut Redactor) -> Vec<Line> {
    let mut lines: Vec<Line> = text([("Issuer", message.issuer.as_deref()), ("Destination", message.destination.as_deref())]).collect();
    lines.extend(moment("IssueInstant", message.issued, now, clock, true));
    if let Some(request) = &message.authn_request {
        lines.extend(text([
            ("AssertionConsumerServiceURL", request.acs_url.as_deref()),
            ("AssertionConsumerServiceIndex", request.acs_index.as_deref()),
            ("ProtocolBinding", request.protocol_binding.as_deref()),
            ("NameIDPolicy", request.name_id_format.as_deref()),
            ("RequestedAuthnContext", Some(request.contexts.join(", ").as_str()).filter(|contexts| !contexts.is_empty())),
        ]));
        lines.extend(request.force_authn.then(|| Line::text("ForceAuthn", "true").marked(Level::Plain, "The user must log in again.")));
        lines.extend(request.is_passive.then(|| Line::text("IsPassive", "true").marked(Level::Plain, "Nothing may be shown to the user.")));
    }
    if let Some(request) = &message.logout_request {
        lines.extend(moment("NotOnOrAfter", request.not_on_or_after, now, clock, false));
        lines.extend(request.name_id.as_ref().map(|name| Line::new("NameID", vec![redactor.secret(&name.value)])));
        lines.extend(request.has_encrypted_id.then(|| Line::text("NameID", "encrypted")));
        lines.extend(request.session_indexes.iter().map(|index| Line::new("SessionIndex", vec![redactor.secret(index)])));
    }
    if let Some(status) = &message.status {
        lines.extend([&status.code, &status.sub_code].into_iter().flatten().map(|code| of_status(code)));
        lines.extend(status.message.as_deref().map(|message| Line::new("StatusMessage", redactor.text(message))));
    }
    if let Some(inner) = &message.inner {
        lines.push(Line::text("holds", inner.kind.name()));
        lines.extend(of_message(inner, (now, clock), redactor));
    }
    lines.extend((message.encrypted_assertions > 0).then(|| Line::text("assertions", "encrypted; only the receiver can read them")));
    lines
}

fn of_status(code: &str) -> Line {
    let line = Line::text("StatusCode", code);
    match status::says(code) {
        Some(says) => line.marked(if code == status::SUCCESS { Level::Good } else { Level::Bad }, format!("The identity provider {says}.")),
        None => line,
    }
}

fn of_assertion(assertion: &Assertion<'_>, (now, clock): Clock) -> Vec<Line> {
    let mut lines = Vec::new();
    lines.extend(moment("NotBefore", assertion.not_before, now, clock, true));
    lines.extend(moment("NotOnOrAfter", assertion.not_on_or_after, now, clock, false));
    lines.extend(assertion.audiences.iter().map(|audiences| Line::text("Audience", audiences.join(", "))));
    lines.extend(assertion.confirmations.iter().filter_map(|one| one.recipient.as_deref()).map(|to| Line::text("Recipient", to)));
    if let Some(name) = &assertion.name_id {
        lines.extend(text([("NameID format", name.format.as_deref()), ("NameQualifier", name.name_qualifier.as_deref())]));
    }
    for login in &assertion.authentications {
        lines.extend(moment("AuthnInstant", login.instant, now, clock, true));
        lines.extend(moment("SessionNotOnOrAfter", login.session_not_on_or_after, now, clock, false));
        lines.extend(text([("logged in by", login.context.as_deref())]));
        lines.extend(login.session_index.as_ref().map(|_| Line::text("SessionIndex", "given, so that logout can name this session")));
    }
    if !assertion.attributes.is_empty() {
        lines.push(Line::text("attributes", assertion.attributes.join(", ")));
    }
    lines
}

fn of_token_response(response: &TokenResponse<'_>, (now, clock): Clock, redactor: &mut Redactor) -> Vec<Line> {
    let mut lines: Vec<Line> =
        text([("TokenType", response.token_type.as_deref()), ("AppliesTo", response.applies_to.as_deref())]).collect();
    lines.extend(moment("Created", response.created, now, clock, true));
    lines.extend(moment("Expires", response.expires, now, clock, false));
    lines.extend((response.encrypted > 0).then(|| Line::text("token", "encrypted; only the receiver can read it")));
    if let Some(fault) = &response.fault {
        let codes = [("fault", &fault.code), ("subcode", &fault.sub_code)];
        lines.extend(codes.into_iter().filter_map(|(name, code)| Some(Line { level: Level::Bad, ..Line::text(name, code.as_deref()?) })));
        lines.extend(fault.reason.as_deref().map(|reason| Line::new("reason", redactor.text(reason))));
    }
    lines
}

fn of_artifact(artifact: &artifact::Artifact) -> Vec<Line> {
    let mut lines = vec![
        Line::text("type", artifact.type_code.to_string())
            .marked(Level::Plain, "The receiver fetches the message itself, so that no browser sees it."),
    ];
    lines.extend(artifact.endpoint_index.map(|index| Line::text("endpoint index", index.to_string())));
    lines.extend(artifact.source_id.map(|source| {
        let digits: String = source.iter().map(|byte| format!("{byte:02x}")).collect();
        Line::text("issuer", digits).marked(Level::Plain, "The SHA-1 of its entity ID.")
    }));
    lines
}

/// What each signature proves. A certificate that comes along with it is anybody's.
fn proofs(checked: &Checked) -> Vec<Line> {
    let line = |proof: &Proof| {
        let line = Line::text("signature", format!("byte {}", proof.at));
        match (proof.integrity, proof.known_key, proof.own_key) {
            (Verdict::Bad, ..) => line.marked(Level::Bad, "What it covers was changed after it was signed."),
            (_, Verdict::Good, _) => line.marked(Level::Good, "It holds, and a key of the provider's metadata made it."),
            (_, Verdict::Bad, _) => line.marked(Level::Bad, "No signing key of the provider's metadata made it."),
            (_, _, Verdict::Bad) => line.marked(Level::Bad, "The key of the certificate in it did not make it."),
            (Verdict::Good, _, Verdict::Good) => line.marked(
                Level::Plain,
                "It holds by the certificate in it: nothing was changed since. Who signed, only the provider's metadata can tell.",
            ),
            (Verdict::Good, ..) => line.marked(Level::Plain, "Its digest holds; there is no key here to verify it by."),
            (Verdict::Unknown, ..) => line.marked(Level::Plain, "Whether it holds cannot be told from this capture."),
        }
    };
    checked.proofs.iter().map(line).collect()
}

fn departs(violation: &SyntaxViolation) -> Line {
    let says = format!("It {} ({}).", violation.rule.says(), violation.rule.source());
    Line::text("departs from the specification", format!("byte {}", violation.at)).marked(Level::Bad, says)
}

/// XML with one element a line. It works on the text, so that also what is broken is shown as it came.
fn indented(xml: &str) -> String {
    let mut out = String::with_capacity(xml.len() * 2);
    let mut depth = 0_usize;
    for piece in xml.split_inclusive('>') {
        let (text, tag) = piece.rfind('<').and_then(|at| piece.split_at_checked(at)).unwrap_or((piece, ""));
        let is_end = tag.starts_with("</");
        if is_end {
            depth = depth.saturating_sub(1);
        }
        let text = text.trim();
        // A text and the end of its element stay on the line where the element began.
        if !text.is_empty() {
            out.push_str(text);
        }
        if !tag.is_empty() {
            if !(is_end && (!text.is_empty() || out.ends_with('>') && !last_closes(&out))) && !out.is_empty() {
                out.push('\n');
                out.extend(std::iter::repeat_n("  ", depth.min(20)));
            }
            out.push_str(tag);
        }
        if tag.starts_with('<') && !is_end && !tag.ends_with("/>") && !tag.starts_with("<?") && !tag.starts_with("<!") {
            depth += 1;
        }
    }
    out
}

/// Whether the last tag written ends an element.
fn last_closes(out: &str) -> bool {
    let tag = out.rfind('<').and_then(|at| out.get(at..)).unwrap_or_default();
    tag.starts_with("</") || tag.ends_with("/>")
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    /// The lines of the message: name, value, note.
    fn lines(parameter: &str, value: &str) -> Vec<(String, String, String)> {
        let form: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        let notation = format!(
            "> POST https://sp.test/acs\n> Content-Type: application/x-www-form-urlencoded\n>\n> {parameter}={form}\n< 403 Forbidden\n< Date: {{date}}\n"
        );
        let session = crate::session::testing::session(&notation);
        let sections = session.detail(0, &mut Redactor::default()).unwrap().sections;
        let section = sections.into_iter().find(|section| section.title.ends_with(parameter)).unwrap();
        let told = |line: Line| (line.name, crate::redact::join(&line.value), line.note.unwrap_or_default());
        section.lines.into_iter().map(told).collect()
    }

    fn has(lines: &[(String, String, String)], name: &str, part: &str) -> bool {
        lines.iter().any(|(other, value, note)| other == name && (value.contains(part) || note.contains(part)))
    }

    #[test]
    fn a_response_shows_what_its_receiver_will_not_accept() {
        let xml = "<p:Response xmlns:p='urn:oasis:names:tc:SAML:2.0:protocol' xmlns='urn:oasis:names:tc:SAML:2.0:assertion' ID='r' Version='2.0' IssueInstant='2026-01-01T00:00:00Z' \
            Destination='https://other.test/acs'><Issuer>https://idp.test</Issuer><p:Status><p:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Success'/></p:Status>\
            <Assertion ID='a' Version='2.0' IssueInstant='2026-01-01T00:00:00Z'><Issuer>https://idp.test</Issuer><Conditions NotOnOrAfter='2020-01-01T00:00:00Z'/></Assertion></p:Response>";
        let told = lines("SAMLResponse", &STANDARD.encode(xml));
        assert!(has(&told, "StatusCode", "succeeded") && has(&told, "NotOnOrAfter", "before the answer"), "{told:?}");
        for fault in ["another URL", "no signature", "not valid any more"] {
            assert!(told.iter().any(|(name, _, note)| name.starts_with("departs") && note.contains(fault)), "{fault}: {told:?}");
        }
    }

    #[test]
    fn a_token_response_of_ws_federation_is_read_as_well() {
        let told = lines(
            "wresult",
            "<t:RequestSecurityTokenResponse xmlns:t='http://schemas.xmlsoap.org/ws/2005/02/trust'><t:TokenType>urn:oasis:names:tc:SAML:1.0:assertion</t:TokenType>\
             <t:RequestedSecurityToken><Assertion xmlns='urn:oasis:names:tc:SAML:1.0:assertion' AssertionID='a' Issuer='http://adfs.test' IssueInstant='2026-01-01T00:00:00Z'>\
             <Conditions NotOnOrAfter='2020-01-01T00:00:00Z'/></Assertion></t:RequestedSecurityToken></t:RequestSecurityTokenResponse>",
        );
        assert!(has(&told, "TokenType", "SAML:1.0") && has(&told, "NotOnOrAfter", "before the answer"), "{told:?}");
        let fault = lines("wresult", "<Fault><faultcode>Server</faultcode><faultstring>Down</faultstring></Fault>");
        assert!(has(&fault, "fault", "Server") && has(&fault, "reason", "Down"), "{fault:?}");
    }

    #[test]
    fn xml_is_shown_one_element_a_line() {
        assert_eq!(indented("<a><b c=\"1\">text</b><d/></a>"), "<a>\n  <b c=\"1\">text</b>\n  <d/>\n</a>");
        assert_eq!(indented("<a><b></b>"), "<a>\n  <b></b>");
        assert_eq!(indented("no xml"), "no xml");
    }
}
