//! Tokens and messages of an exchange, decoded: claims and the messages of Windows logins; [`saml`](super::saml) has the rest.

use super::detail::{Leaf, Level, Line, Section, Validity};
use crate::exchange::Exchange;
use crate::facts::negotiation::Negotiation;
use crate::facts::tokens::{Format, Seen};
use crate::redact::Redactor;
use crate::session::{Record, Session};
use crate::syntax::jwt;
use crate::syntax::kerberos;
use crate::syntax::negotiate::Token;
use crate::syntax::ntlm;
use crate::syntax::spnego::{self, MechToken, Mechanism};
use crate::time::{Time, span};

/// Tokens of one exchange that are decoded.
const TOKENS: usize = 12;

impl Session {
    /// Everything of an exchange that is decoded.
    pub(super) fn decoded(&self, at: usize, record: &Record, redactor: &mut Redactor) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        for seen in record.facts.tokens.iter().take(TOKENS) {
            sections.push(self.token(at, record, seen));
        }
        sections.extend(self.saml_messages(at, record, redactor));
        sections.extend(windows(&record.exchange));
        sections
    }

    fn token(&self, at: usize, record: &Record, seen: &Seen) -> Section {
        let title = format!("{} in {}", seen.role.name(), seen.carrier.name());
        let mut lines = vec![Line::text("name", &*seen.name).marked(Level::Plain, format!("Taken for it since {}.", seen.because()))];
        let Format::Jwt(jwt) = &seen.token.format else {
            let prefix = self.tokens().prefix(seen.token.fingerprint, at);
            let says = prefix.map_or_else(
                || "No JWT: what it means, only its issuer can tell.".to_owned(),
                |prefix| format!("It begins with {}, as those of {} do.", prefix.prefix, prefix.issuer),
            );
            lines.push(Line::text("form", "opaque").marked(Level::Plain, says));
            return Section::new(Leaf::Tokens, title, lines);
        };
        lines.extend(header(jwt));
        let validity = self.validity(record, seen.token.not_before().or(seen.token.issued()), seen.token.expires());
        let (now, clock) = (Time(validity.now_least), Time(validity.now_most));
        lines.extend(moment("iat", seen.token.issued(), now, clock, true));
        lines.extend(moment("nbf", seen.token.not_before(), now, clock, true));
        lines.extend(moment("exp", seen.token.expires(), now, clock, false));
        if let Some(claims) = seen.token.claims() {
            let text = |name: &str, value: &Option<String>| value.as_ref().map(|value| Line::text(name, &**value));
            lines.extend(
                [text("iss", &claims.iss), text("sub", &claims.sub), text("azp", &claims.azp), text("client_id", &claims.client_id)]
                    .into_iter()
                    .flatten(),
            );
            for (name, values) in [("aud", &claims.aud), ("scope", &claims.scope), ("roles", &claims.roles)] {
                if !values.is_empty() {
                    lines.push(Line::text(name, values.join(" ")));
                }
            }
        }
        Section {
            validity: (validity.from.is_some() || validity.until.is_some()).then_some(validity),
            ..Section::new(Leaf::Tokens, title, lines)
        }
    }

    /// A time of validity beside the server's own time: its `Date`, or the browser's clock with what is known of their distance.
    pub(super) fn validity(&self, record: &Record, from: Option<Time>, until: Option<Time>) -> Validity {
        let ended = record.exchange.ended();
        let (least, most) = match (record.facts.date, self.clock(&record.origin)) {
            (Some(date), _) => (date, date.plus(999)),
            (None, Some(clock)) => {
                let offset = clock.offset_at(record.exchange.started);
                (record.exchange.started.plus(offset.least), ended.plus(offset.most))
            }
            (None, None) => (ended, ended),
        };
        Validity { from: from.map(|time| time.0), until: until.map(|time| time.0), now_least: least.0, now_most: most.0 }
    }
}

fn header(jwt: &jwt::Jwt) -> Vec<Line> {
    let form = match jwt.form {
        jwt::Form::Signed => "signed; whether the signature is right is the receiver's to check",
        jwt::Form::Unsecured => "not signed",
        jwt::Form::Detached => "signed over content that is not in it",
        jwt::Form::Encrypted => "encrypted, so its claims cannot be read",
    };
    let level = if jwt.form == jwt::Form::Unsecured { Level::Bad } else { Level::Plain };
    let mut lines = vec![Line::text("form", "JWT").marked(level, form)];
    let header = &jwt.header;
    for (name, value) in [("alg", &header.alg), ("typ", &header.typ), ("kid", &header.kid), ("enc", &header.enc)] {
        lines.extend(value.as_ref().map(|value| Line::text(name, &**value)));
    }
    lines
}

/// A moment, and whether it lies on the right side of the server's time, which is known to lie between two others.
pub(super) fn moment(name: &str, time: Option<Time>, now_least: Time, now_most: Time, is_beginning: bool) -> Option<Line> {
    let time = time?;
    let is_in_order = if is_beginning { time <= now_most } else { time > now_least };
    let distance = if time <= now_least {
        format!("{} before the answer.", span(now_least.since(time)))
    } else {
        format!("{} after the answer.", span(time.since(now_least)))
    };
    Some(Line::text(name, time.to_utc()).marked(if is_in_order { Level::Good } else { Level::Bad }, distance))
}

fn windows(exchange: &Exchange) -> Vec<Section> {
    let Some(negotiation) = Negotiation::of(exchange) else { return Vec::new() };
    let section = |title: &str, token: Option<&Token>| token.map(|token| Section::new(Leaf::Tokens, title, lines_of(token)));
    [
        section("Windows login: the client's message", negotiation.sent.as_ref()),
        section("Windows login: the server's message", negotiation.received.as_ref()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn lines_of(token: &Token) -> Vec<Line> {
    match token {
        Token::Spnego(spnego::Token::Init(init)) => {
            let mut lines = vec![
                Line::text("message", "NegTokenInit").marked(Level::Plain, "SPNEGO, RFC 4178: the client offers mechanisms."),
                Line::text("mechanisms", init.mechanisms.iter().map(mechanism).collect::<Vec<_>>().join(", ")),
            ];
            lines.extend(init.hint_name.as_ref().map(|name| Line::text("hint", &**name)));
            lines.extend(init.token.as_ref().map(inner).unwrap_or_default());
            lines
        }
        Token::Spnego(spnego::Token::Resp(response)) => {
            let mut lines = vec![Line::text("message", "NegTokenResp").marked(Level::Plain, "SPNEGO, RFC 4178: the answer.")];
            lines.extend(response.state.map(|state| {
                let (name, level) = match state {
                    spnego::NegState::AcceptCompleted => ("accept-completed", Level::Good),
                    spnego::NegState::AcceptIncomplete => ("accept-incomplete", Level::Plain),
                    spnego::NegState::Reject => ("reject", Level::Bad),
                    spnego::NegState::RequestMic => ("request-mic", Level::Plain),
                };
                Line { level, ..Line::text("state", name) }
            }));
            lines.extend(response.mechanism.as_ref().map(|one| Line::text("mechanism", mechanism(one))));
            lines.extend(response.token.as_ref().map(inner).unwrap_or_default());
            lines
        }
        Token::Kerberos(message) => of_kerberos(message),
        Token::Ntlm(message) => of_ntlm(message),
        Token::Unknown(bytes) => vec![Line::text("message", format!("{bytes} bytes of an unknown kind"))],
    }
}

fn inner(token: &MechToken) -> Vec<Line> {
    match token {
        MechToken::Kerberos(message) => of_kerberos(message),
        MechToken::Ntlm(message) => of_ntlm(message),
        MechToken::Other(bytes) => vec![Line::text("token", format!("{bytes} bytes"))],
    }
}

fn mechanism(mechanism: &Mechanism) -> String {
    match mechanism {
        Mechanism::Kerberos => "Kerberos".into(),
        Mechanism::MicrosoftKerberos => "Kerberos (Microsoft's number)".into(),
        Mechanism::KerberosUserToUser => "Kerberos user-to-user".into(),
        Mechanism::Iakerb => "IAKERB".into(),
        Mechanism::Ntlm => "NTLM".into(),
        Mechanism::NegoEx => "NegoEx".into(),
        Mechanism::Spnego => "SPNEGO".into(),
        Mechanism::Other(number) => number.clone(),
    }
}

/// The name of an encryption type, or the number of one without a name.
fn encryption(kind: i64) -> String {
    kerberos::encryption_name(kind).map_or_else(|| format!("type {kind}"), str::to_owned)
}

fn of_kerberos(message: &kerberos::Message) -> Vec<Line> {
    let principal = |one: &kerberos::Principal| one.names.join("/");
    match message {
        kerberos::Message::ApRequest(request) => vec![
            Line::text("message", "AP-REQ").marked(Level::Plain, "Kerberos: a ticket for a service."),
            Line::text("service", principal(&request.ticket.service)),
            Line::text("realm", &*request.ticket.realm),
            Line::text("ticket encryption", encryption(request.ticket.encryption)),
        ],
        kerberos::Message::ApReply(_) => vec![Line::text("message", "AP-REP").marked(Level::Good, "Kerberos: the service proves itself.")],
        kerberos::Message::Error(error) => {
            let name = kerberos::error_name(error.code).unwrap_or("an error without a name");
            let mut lines = vec![
                Line::text("message", "KRB-ERROR").marked(Level::Bad, name),
                Line::text("code", error.code.to_string()),
                Line::text("service", principal(&error.service)),
                Line::text("realm", &*error.realm),
            ];
            lines.extend(error.server_time.map(|time| Line::text("the server's time", time.to_utc())));
            lines.extend(error.text.as_ref().map(|text| Line::text("text", &**text)));
            lines
        }
        kerberos::Message::AsRequest(_)
        | kerberos::Message::TgsRequest(_)
        | kerberos::Message::AsReply(_)
        | kerberos::Message::TgsReply(_) => {
            vec![Line::text("message", "a message to or from the key distribution center")]
        }
    }
}

fn of_ntlm(message: &ntlm::Message) -> Vec<Line> {
    let flags = |flags: ntlm::Flags| Line::text("flags", flags.names().collect::<Vec<_>>().join(", "));
    match message {
        ntlm::Message::Negotiate(one) => {
            let mut lines = vec![Line::text("message", "NEGOTIATE (1 of 3)").marked(Level::Plain, "NTLM: the client says what it can do.")];
            lines.extend(one.domain.as_ref().map(|domain| Line::text("domain", &**domain)));
            lines.extend(one.workstation.as_ref().map(|name| Line::text("workstation", &**name)));
            lines.push(flags(one.flags));
            lines
        }
        ntlm::Message::Challenge(one) => {
            let mut lines = vec![Line::text("message", "CHALLENGE (2 of 3)").marked(Level::Plain, "NTLM: the server asks.")];
            lines.extend(one.target_name.as_ref().map(|name| Line::text("target", &**name)));
            if let Some(info) = &one.target_info {
                let names = [
                    ("computer", &info.computer),
                    ("domain", &info.domain),
                    ("DNS computer", &info.dns_computer),
                    ("DNS domain", &info.dns_domain),
                ];
                lines.extend(names.into_iter().filter_map(|(name, value)| value.as_ref().map(|value| Line::text(name, &**value))));
                lines.extend(info.timestamp.map(|time| Line::text("the server's time", time.to_utc())));
            }
            lines.push(flags(one.flags));
            lines
        }
        ntlm::Message::Authenticate(one) => {
            let mut lines = vec![
                Line::text("message", "AUTHENTICATE (3 of 3)").marked(Level::Plain, "NTLM: the client answers."),
                Line::text("user", &*one.user),
                Line::text("domain", &*one.domain),
                Line::text("workstation", &*one.workstation),
            ];
            if one.user.is_empty() {
                lines.push(Line::text("user", "none").marked(Level::Bad, "An anonymous login."));
            }
            lines.push(flags(one.flags));
            lines
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sections(notation: &str) -> Vec<Section> {
        let session = crate::session::testing::session(notation);
        session.detail(0, &mut Redactor::default()).unwrap().sections.into_iter().filter(|section| section.leaf == Leaf::Tokens).collect()
    }

    fn value(section: &Section, name: &str) -> String {
        section.lines.iter().find(|line| line.name == name).map(|line| crate::redact::join(&line.value)).unwrap_or_default()
    }

    #[test]
    fn a_token_shows_its_claims_and_when_it_was_valid() {
        let all = sections(
            "> GET https://api.test/\n> Authorization: Bearer {jwt exp=-60 aud=api iss=https://id.test}\n< 401 Unauthorized\n< Date: {date}\n",
        );
        let [token] = &all[..] else { panic!("{all:?}") };
        assert_eq!((value(token, "aud"), value(token, "iss")), ("api".into(), "https://id.test".into()));
        let validity = token.validity.unwrap();
        assert!(validity.until.unwrap() < validity.now_least, "{validity:?}");
        let exp = token.lines.iter().find(|line| line.name == "exp").unwrap();
        assert_eq!((exp.level, exp.note.as_deref()), (Level::Bad, Some("60 s before the answer.")));
    }

    #[test]
    fn an_ntlm_message_is_read_field_by_field() {
        let all = sections(
            "> GET https://intranet.test/\n> Authorization: NTLM TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAGAbEdAAAADw==\n< 401 Unauthorized\n",
        );
        assert!(all.iter().any(|section| value(section, "message").starts_with("NEGOTIATE")), "{all:?}");
    }
}
