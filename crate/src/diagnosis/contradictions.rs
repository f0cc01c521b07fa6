//! What cannot be, whatever else speaks for it: findings that something in the session excludes.

use std::collections::HashSet;

use crate::cause::{Case, Stage};
use crate::exchange::Kind;
use crate::facts::messages::MessageKind;
use crate::facts::tokens::Carrier;
use crate::facts::{Fingerprint, Purpose};
use crate::finding::{Certainty, Finding};
use crate::limits;
use crate::products::iis_sub_status;
use crate::session::cors::CredentialsMode;
use crate::session::{Carries, FailureKind, Record};
use crate::syntax::Rule;
use crate::syntax::saml::check;

/// Causes that lie in the bytes of a credential: what was accepted with the same bytes has none of them.
const IN_THE_BYTES: [&str; 7] = [
    "malformed-authorization",
    "token-malformed",
    "token-signature-invalid",
    "token-wrong-audience",
    "token-wrong-issuer",
    "wrong-scheme",
    "wrong-token-type",
];

/// Causes that every token from the same issuer for the same audience and of the same type has.
const OF_ITS_KIND: [&str; 3] = ["token-wrong-audience", "token-wrong-issuer", "wrong-token-type"];

/// Causes that a token has wherever it goes.
const IN_ITSELF: [&str; 2] = ["token-malformed", "token-signature-invalid"];

/// Causes that only a request has which another site's page, or a script, makes.
const OF_EMBEDDED_REQUESTS: [&str; 2] = ["cookie-blocked-third-party", "credentials-mode-omits-cookies"];

/// Causes that only hold where nothing that was sent can be what was refused.
const OF_THE_UNKNOWN: [&str; 3] = ["challenge-missing", "insufficient-permissions", "missing-credentials"];

/// Causes that nothing has which logs in by a provider's code: it is no password, and no scheme asks for it.
const OF_A_PASSWORD: [&str; 2] = ["challenge-missing", "wrong-credentials"];

/// Causes by which a session is over for good.
const ENDED: [&str; 2] = ["session-expired", "session-ended-by-server"];

/// Whether something in the session excludes a finding.
pub fn exclude(case: &Case<'_>, finding: &Finding) -> bool {
    let id = finding.cause.id;
    finding.cause.family == "cookies" && (brings_its_own_grant(case) || is_asked_for_its_token(case) || is_answer_for_another_place(case))
        || is_absence_hidden(case, id)
        || id == "missing-credentials" && says_what_came_is_wrong(case)
        || OF_THE_UNKNOWN.contains(&id) && finding.certainty < Certainty::Stated && may_have_brought_them(case)
        || matches!(finding.cause.family, "credentials" | "windows") && is_shut_by_iis(case)
        || id == "insufficient-permissions" && case.is_split_between_servers()
        || ENDED.contains(&id) && finding.certainty < Certainty::Stated && (comes_and_goes(case) || case.bore_what_is_asked_for().is_some())
        || id == "permission-denied-as-401" && case.stated("insufficient-permissions").is_none() && case.wavering().is_some()
        || id == "wrong-scheme" && was_refused_by_the_other_scheme(case)
        || id == "wrong-credentials" && is_known_and_not_allowed(case)
        || OF_A_PASSWORD.contains(&id) && case.session.hands_on_code(case.at()).is_some()
        || id == "cookies-disabled" && (keeps_cookies_of_the_page(case) || case.brings_cookies_set_here())
        || is_top_level(case) && OF_EMBEDDED_REQUESTS.contains(&id)
        || id == "credentials-mode-omits-cookies" && asked_with_credentials(case)
        || IN_THE_BYTES.contains(&id) && !have_keys_changed(case, id) && were_the_same_bytes_accepted(case)
        || OF_ITS_KIND.contains(&id) && was_one_of_its_kind_accepted(case)
        || IN_ITSELF.contains(&id) && !have_keys_changed(case, id) && was_the_token_accepted_anywhere(case)
        || matches!(finding.cause.stage, Stage::CookieNotKept | Stage::CookieNotSent) && is_later_than_its_effect(case, finding)
}

/// Whether a cause rests on credentials not having come, and the capture could not show them: what a login handed
/// out before may well have gone along.
fn is_absence_hidden(case: &Case<'_>, id: &str) -> bool {
    let unseen = case.exchange().unseen;
    let logged_in = || case.earlier().any(|(_, other)| other.facts.purpose == Purpose::SignIn && other.was_accepted());
    unseen.authorization && (id == "negotiate-no-ticket" || id == "missing-credentials" && unseen.cookies && logged_in())
}

/// Whether this session was refused before and served again since, by the same address or by others while this one stays shut: what
/// is over does not come back.
fn comes_and_goes(case: &Case<'_>) -> bool {
    let carries = |name: &str| case.session.carries(case.record, name) > Carries::No;
    let sessions: Vec<_> = case.facts().cookies.iter().filter(|(name, _)| carries(name)).collect();
    let is_same = |record: &Record| {
        let is_borne = |(name, value): &&(Box<str>, Fingerprint)| record.facts.cookie(name).is_some_and(|theirs| theirs.is_surely(*value));
        sessions.iter().any(is_borne) && !record.facts.purpose.is_login()
    };
    let is_refused = |record: &Record| record.exchange.status() == 401 || record.redirects_to_sign_in() || record.shows_sign_in_form();
    let is_served = |record: &Record| {
        let is_content = matches!(record.facts.purpose, Purpose::Api | Purpose::Page);
        record.was_accepted() && is_content && !is_refused(record)
    };
    let request = |record: &Record| (record.exchange.method.clone(), record.exchange.url.as_str().to_owned());
    let mut served = HashSet::new();
    // With a new login begins a new session, whatever else stays as it was.
    let is_login = |record: &Record| matches!(record.facts.purpose, Purpose::SignIn | Purpose::Callback) && record.was_accepted();
    for (_, record) in case.earlier().take_while(|(_, record)| !is_login(record)).filter(|(_, record)| is_same(record)) {
        if is_served(record) {
            served.insert(request(record));
        } else if is_refused(record) {
            let refused = request(record);
            if served.contains(&refused) || !served.is_empty() && refused == request(case.record) {
                return true;
            }
        }
    }
    false
}

/// Whether the answer speaks of a permission to somebody whom the same session lets in elsewhere: a password that they sent is for
/// another account.
fn is_known_and_not_allowed(case: &Case<'_>) -> bool {
    let is_let_in =
        |record: &Record| record.was_accepted() && !record.facts.purpose.is_login() && record.bears_the_same_credentials_as(case.record);
    // Nobody is known before a login, and some tell that to whoever mistypes.
    case.stated("insufficient-permissions").is_some()
        && case.stated("wrong-credentials").is_none()
        && !case.session.asks_as_visitor(case.at(), case.record)
        && case.session.bears_carrier(case.record)
        && case.others().any(|(_, other)| matches!(other.facts.purpose, Purpose::Api) && is_let_in(other))
}

/// Whether the same token was refused as well where it came by a scheme that the answer asks for.
fn was_refused_by_the_other_scheme(case: &Case<'_>) -> bool {
    let token = |record: &Record| {
        let seen = record.facts.tokens.iter().find(|seen| seen.carrier == Carrier::Authorization);
        seen.map(|seen| seen.token.fingerprint)
    };
    let Some(own) = token(case.record) else { return false };
    let is_asked_for =
        |record: &Record| record.facts.credentials.as_ref().is_some_and(|sent| case.facts().challenge(&sent.scheme).is_some());
    case.others()
        .any(|(_, other)| other.exchange.status() == 401 && token(other).is_some_and(|theirs| theirs.is_surely(own)) && is_asked_for(other))
}

/// Whether the request comes from a page of another site whose own cookies come back: then the browser keeps cookies.
fn keeps_cookies_of_the_page(case: &Case<'_>) -> bool {
    let Some((page, site)) = case.record.page_site().zip(case.record.site()) else { return false };
    let is_of_page = |record: &Record| record.site().is_some_and(|other| other.is_schemelessly_same(page));
    !page.is_schemelessly_same(site) && case.earlier_anywhere().any(|(_, record)| is_of_page(record) && !record.facts.cookies.is_empty())
}

/// Whether what was sent may have been credentials: the capture has left out the answer that would tell, and no challenge asks for a
/// field.
fn may_have_brought_them(case: &Case<'_>) -> bool {
    let exchange = case.exchange();
    exchange.unseen.response_body && &*exchange.method == "POST" && exchange.request.body.is_some() && case.facts().challenges.is_empty()
}

/// Whether IIS itself says that a list of rights, a filter or a restriction shuts the place, whoever asks.
fn is_shut_by_iis(case: &Case<'_>) -> bool {
    iis_sub_status(case.exchange().response_text()).is_some_and(|(status, _)| status.number > LOGON_FAILED_BY_CONFIGURATION)
}

/// The last sub-status of IIS that speaks of the credentials.
const LOGON_FAILED_BY_CONFIGURATION: u16 = 2;

/// Whether the answer says of a name and a password that they are wrong, to a request that could bring them in its content.
fn says_what_came_is_wrong(case: &Case<'_>) -> bool {
    case.exchange().request.body.is_some() && case.stated("wrong-credentials").is_some()
}

/// RFC 6749 5.2: who brings a code, a refresh token or an assertion and gets an error of OAuth needs no cookie. Nor does a call
/// that hands a code on and is told that the code is no good.
fn brings_its_own_grant(case: &Case<'_>) -> bool {
    let is_told_of_its_code = || case.stated("oauth-code-rejected").is_some() && case.session.hands_on_code(case.at()).is_some();
    case.facts().messages.iter().any(|message| message.kind == MessageKind::TokenError) || is_told_of_its_code()
}

/// A provider's response that is meant for another address or service is no good there, whatever cookie comes with it.
fn is_answer_for_another_place(case: &Case<'_>) -> bool {
    const OF_THE_PLACE: [&Rule; 3] = [&check::DESTINATION, &check::RECIPIENT, &check::AUDIENCE];
    let mut answers = case.facts().saml.iter().filter(|saml| saml.carrier.is_sent());
    answers.any(|answer| case.session.saml_check(case.at(), answer, None).is_some_and(|checked| checked.breaks(&OF_THE_PLACE)))
}

/// A request that bears a token, and is asked for a better one, needs no cookie.
fn is_asked_for_its_token(case: &Case<'_>) -> bool {
    let facts = case.facts();
    let credentials = facts.credentials.as_ref().filter(|credentials| credentials.is("bearer") || credentials.is("dpop"));
    credentials.is_some_and(|credentials| facts.challenge(&credentials.scheme).is_some())
}

/// A page in a tab of its own is no third party, and no script chose what goes along.
fn is_top_level(case: &Case<'_>) -> bool {
    let exchange = case.exchange();
    exchange.kind == Kind::Document && exchange.sent("sec-fetch-dest") == Some("document")
}

/// Whether the browser refused the request for what it demands of those with credentials.
fn asked_with_credentials(case: &Case<'_>) -> bool {
    case.session.cors(case.at()).is_some_and(|verdict| verdict.credentials == Some(CredentialsMode::Include))
}

/// Whether the server says of the signature that it is wrong, and took the same token until a moment before: no part of
/// the token changed, so its keys did.
fn have_keys_changed(case: &Case<'_>, id: &str) -> bool {
    let is_same = |record: &Record| record.exchange.url == case.exchange().url && record.exchange.method == case.exchange().method;
    let later = |record: &Record| record.place() > case.record.place();
    id == "token-signature-invalid"
        && case.stated(id).is_some()
        && case.accepted_elsewhere().any(|(_, other)| is_same(other))
        && !case.accepted_elsewhere().any(|(_, other)| later(other))
}

/// Whether the same part of the same origin let the same Authorization through.
fn were_the_same_bytes_accepted(case: &Case<'_>) -> bool {
    let part = |record: &Record| record.exchange.url.path_segments().and_then(|mut segments| segments.next().map(str::to_owned));
    let proves = |other: &Record| {
        !matches!(other.facts.purpose, Purpose::Asset | Purpose::Preflight)
            && other.exchange.status() < 300
            && part(other) == part(case.record)
    };
    case.facts().credentials.is_some() && case.accepted_elsewhere().any(|(_, other)| proves(other))
}

/// Whether this origin took another token that differs in nothing that such a cause could lie in.
fn was_one_of_its_kind_accepted(case: &Case<'_>) -> bool {
    let kind = |record: &Record| {
        let seen = record.facts.judged_by()?;
        let claims = seen.token.claims()?;
        Some((claims.iss.clone()?, claims.aud.clone(), claims.azp.clone(), seen.role, seen.carrier))
    };
    let Some(mine) = kind(case.record) else { return false };
    let is_api = |record: &Record| record.facts.purpose == Purpose::Api && record.was_accepted();
    case.others().any(|(_, other)| is_api(other) && kind(other).as_ref() == Some(&mine))
}

/// Whether another API took the token: then it is whole, and somebody verified it.
fn was_the_token_accepted_anywhere(case: &Case<'_>) -> bool {
    let Some(token) = case.facts().token() else { return false };
    let is_api = |other: &Record| other.facts.purpose == Purpose::Api && other.exchange.status() < 300;
    case.session.tokens().accepted(token.fingerprint).take(limits::TOKENS).any(|(_, other)| is_api(other))
}

fn is_later_than_its_effect(case: &Case<'_>, finding: &Finding) -> bool {
    let mut causes = finding.evidence.iter().filter_map(|evidence| case.session.record(evidence.at));
    // What one round of a circle does has its effect in the next.
    let rounds = if case.failure.kind == FailureKind::Loop { case.failure.with.as_slice() } else { &[] };
    let effect = rounds.iter().filter_map(|at| case.session.record(*at)).map(Record::place).chain([case.record.place()]).max();
    causes.any(|cause| Some(cause.place()) > effect)
}

/// A finding as sure as it can be here: what only shows that something is wrong is not surely its root where the capture hides
/// what could lie behind it.
#[must_use]
pub fn bounded(case: &Case<'_>, mut finding: Finding) -> Finding {
    let unseen = case.exchange().unseen;
    let hides = unseen.cookies || unseen.set_cookies || unseen.authorization || unseen.response_body;
    if hides && finding.cause.stage == Stage::Symptom {
        finding.certainty = finding.certainty.min(Certainty::Likely);
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::causes::testing::{diagnose, is_silent, reports};

    #[test]
    fn what_comes_back_was_not_over() {
        let call = |path: &str, answer: &str| {
            format!("~ kind document\n> GET https://bugs.test{path}\n> Cookie: sid={{secret s 30}}; device={{secret d 30}}\n< {answer}\n\n")
        };
        let login = "~ kind document\n> POST https://bugs.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 303 See Other\n< Location: /bug\n< Set-Cookie: sid={secret s 30}; HttpOnly\n\n";
        let form = "200 OK\n<\n< <form method=post action=/login><input name=user><input type=password name=password></form>";
        let (open, shut) = (call("/bug", "200 OK\n<\n< <h1>Bug</h1>"), call("/bug", form));
        let says = |session: &str| {
            let diagnosis = diagnose(session);
            let last = diagnosis.failures.last().expect("a failure");
            last.causes.iter().any(|cause| ENDED.contains(&cause.id))
        };
        assert!(says(&format!("{login}{open}@ 3h\n{shut}")));
        assert!(!says(&format!("{login}{open}@ 5m\n{shut}@ 5m\n{open}@ 5m\n{shut}")));
    }

    #[test]
    fn a_scheme_that_would_not_help_either_is_not_why() {
        let call = |scheme: &str, says: &str| {
            format!(
                "~ kind fetch\n> GET https://labels.test/api\n> Authorization: {scheme} {{secret t 40}}\n< 401 Unauthorized\n< WWW-Authenticate: Token\n<\n< {{\"detail\":\"{says}\"}}\n\n"
            )
        };
        let bearer = call("Bearer", "Authentication credentials were not provided.");
        reports("wrong-scheme", &bearer);
        is_silent("wrong-scheme", &(call("Token", "Invalid token.") + &bearer));
    }

    #[test]
    fn one_of_several_servers_that_never_takes_it_knows_no_permissions() {
        let call = |path: &str, by: &str, answer: &str| {
            format!(
                "~ kind fetch\n> GET https://desk.test/api/{path}\n> Desk-Token: {{secret t 40}}\n< {answer}\n< X-Served-By: {by}\n<\n< {{\"type\":\"PERMISSION_DENIED\"}}\n\n"
            )
        };
        let (one, other) = (call("a", "desk-1", "200 OK").replace("PERMISSION_DENIED", "ok"), "desk-2");
        let shut = call("b", other, "403 Forbidden") + &call("c", other, "403 Forbidden");
        is_silent("insufficient-permissions", &(one.clone() + &shut));
        reports("insufficient-permissions", &(one + &shut.replace("desk-2", "desk-1")));
    }

    #[test]
    fn a_symptom_is_no_sure_root_where_cookies_are_hidden() {
        let hop = |from: &str, to: &str| format!("HIDES> GET https://app.test{from}\n< 302 Found\n< Location: {to}\n\n");
        let circle = (hop("/home", "/login") + &hop("/login", "/home")).repeat(10);
        let certainty = |circle: &str| diagnose(circle).failures[0].causes[0].certainty;
        assert_eq!(certainty(&circle.replace("HIDES", "")), Certainty::Proved);
        assert_eq!(certainty(&circle.replace("HIDES", "~ unseen cookies\n")), Certainty::Likely);
    }

    #[test]
    fn what_was_accepted_is_well_formed_and_for_this_api() {
        let call = |path: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://api.test{path}\n> Authorization: Bearer {{jwt aud=other}}\n< {answer}\n\n")
        };
        let refused = "401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"invalid audience\"";
        reports("token-wrong-audience", &call("/v1/a", refused));
        is_silent("token-wrong-audience", &(call("/v1/b", "200 OK") + &call("/v1/a", refused)));
        // Keys may have changed since, and the server says so itself.
        let unsigned = "401 Unauthorized\n<\n< {\"message\":\"invalid signature\"}";
        reports("token-signature-invalid", &(call("/v1/a", "200 OK") + &call("/v1/a", unsigned)));
        is_silent("token-signature-invalid", &(call("/v1/a", unsigned) + &call("/v1/a", "200 OK")));
        // Another part of the origin may not have looked at it.
        reports("token-wrong-audience", &(call("/health", "200 OK") + &call("/v1/a", refused)));
    }

    #[test]
    fn what_every_token_of_the_kind_has_is_not_why_one_is_refused() {
        let call = |token: &str, answer: &str| {
            format!(
                "~ kind fetch\n> GET https://api.test/a\n> Authorization: Bearer {{jwt token_use=id iss=i aud=a {token}}}\n< {answer}\n\n"
            )
        };
        let refused = call("iat=-1 exp=600", "401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\"");
        reports("wrong-token-type", &refused);
        is_silent("wrong-token-type", &(call("iat=-900 exp=300", "200 OK") + &refused));
    }

    #[test]
    fn a_grant_needs_no_cookie() {
        let session = "> GET https://id.test/\n< 200 OK\n< Set-Cookie: SSO={secret s 30}; Secure; HttpOnly; SameSite=Lax\n\n\
            ~ kind fetch\n> POST https://id.test/token\n> Origin: https://app.test\n> Content-Type: application/x-www-form-urlencoded\n>\n\
            > grant_type=authorization_code&code={secret c 30}&client_id=app\n< 400 Bad Request\n\
            < Access-Control-Allow-Origin: https://app.test\n< Content-Type: application/json\n<\n< {\"error\":\"invalid_grant\"}\n";
        for cause in ["credentials-mode-omits-cookies", "cookie-not-sent-samesite", "cookie-blocked-third-party"] {
            is_silent(cause, session);
        }
        reports("oauth-code-rejected", session);
    }

    #[test]
    fn a_response_for_another_address_needs_no_cookie() {
        let session = |destination: &str| {
            format!(
                "~ kind document\n> GET https://app.test/\n< 302 Found\n< Location: https://id.elsewhere.example/sso?SAMLRequest={{percent {{saml-request issuer=https://app.test acs=https://app.test/acs destination=https://id.elsewhere.example/sso}}}}\n< Set-Cookie: s={{secret s 40}}; HttpOnly; Secure; SameSite=Lax\n\n\
                 ~ kind document\n> POST https://app.test/acs\n> Origin: https://id.elsewhere.example\n> Content-Type: application/x-www-form-urlencoded\n>\n> SAMLResponse={{percent {{saml-response issuer=https://id.elsewhere.example audience=https://app.test destination={destination} not-on-or-after=5m}}}}\n< 403 Forbidden\n"
            )
        };
        reports("saml-destination-mismatch", &session("https://old.test/acs"));
        is_silent("cookie-not-sent-samesite", &session("https://old.test/acs"));
        reports("cookie-not-sent-samesite", &session("https://app.test/acs"));
    }

    #[test]
    fn a_list_of_rights_is_no_question_of_the_password() {
        let page = |number: u8| {
            format!(
                "~ kind document\n> GET https://intra.test/a\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"i\"\n\n\
                 ~ kind document\n> GET https://intra.test/a\n> Authorization: {{basic a:b}}\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"i\"\n<\n< <title>IIS 10.0 Detailed Error - 401.{number}</title>\n"
            )
        };
        reports("iis-401-3", &page(3));
        is_silent("wrong-credentials", &page(3));
        reports("iis-401-1", &page(1));
    }

    #[test]
    fn who_is_known_and_lacks_a_right_sent_the_password_of_another_account() {
        let session = |more: &str| {
            let call = |target: &str, sent: &str, answer: &str| {
                format!("~ kind fetch\n> {target}\n> Cookie: s={{secret s 40}}\n{sent}< {answer}\n\n")
            };
            let login = "~ kind fetch\n> POST https://mon.test/login\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 200 OK\n< Set-Cookie: s={secret s 40}; HttpOnly\n\n";
            let entry = format!("> Content-Type: application/json\n>\n> {{\"password\":\"x\",\"ident\":\"db\"{more}}}\n");
            let refused =
                "401 Unauthorized\n< Content-Type: application/json\n<\n< {\"detail\":\"You lack the permission for this operation\"}";
            login.to_owned() + &call("GET https://mon.test/hosts", "", "200 OK") + &call("POST https://mon.test/entries", &entry, refused)
        };
        for sent in ["", ",\"title\":\"t\",\"owner\":\"o\",\"shared\":\"s\""] {
            is_silent("wrong-credentials", &session(sent));
            reports("permission-denied-as-401", &session(sent));
        }
        // The answer says of the password that it is wrong.
        reports("wrong-credentials", &session("").replace("{\"detail\"", "{\"code\":\"INVALID_PASSWORD\",\"detail\""));
    }

    #[test]
    fn nobody_is_known_before_a_login() {
        let visit = "~ kind document\n> GET https://mon.test/enter\n< 200 OK\n< Content-Type: text/html\n< Set-Cookie: s={secret s 40}; HttpOnly\n<\n\
                     < <form><input name=user><input type=password name=password></form>\n\n";
        let call = |target: &str, rest: &str| format!("~ kind fetch\n> {target}\n> Cookie: s={{secret s 40}}\n{rest}\n\n");
        let open = call("GET https://mon.test/settings", "< 200 OK");
        for more in ["", ",\"remember\":true,\"zone\":\"Asia/Tokyo\",\"lang\":\"ja\",\"device\":\"web\""] {
            for said in ["Permission denied", "Permission denied: wrong user name or password"] {
                let enters = call(
                    "POST https://mon.test/enter",
                    &format!(
                        "> Content-Type: application/json\n>\n> {{\"user\":\"a\",\"password\":\"b\"{more}}}\n\
                         < 401 Unauthorized\n< Content-Type: application/json\n<\n< {{\"message\":\"{said}\"}}"
                    ),
                );
                let session = visit.to_owned() + &open + &enters;
                reports("wrong-credentials", &session);
                is_silent("permission-denied-as-401", &session);
                // Who mistyped once is nobody yet.
                is_silent("permission-denied-as-401", &(session + "@ 5s\n" + &enters));
            }
        }
    }

    #[test]
    fn what_was_sent_may_be_what_a_left_out_answer_refuses() {
        let call = |sent: &str, unseen: &str| {
            format!("~ kind fetch\n{unseen}> POST https://app.test/y\n> Content-Type: application/json\n>\n> {sent}\n< 401 Unauthorized\n")
        };
        let names = "{\"a1\":\"eleni\",\"a2\":\"lathos\"}";
        is_silent("missing-credentials", &call(names, "~ unseen response-body\n"));
        is_silent("challenge-missing", &call(names, "~ unseen response-body\n"));
        assert_eq!(diagnose(&call(names, "~ unseen response-body\n")).failures.len(), 1);
    }

    #[test]
    fn a_page_of_its_own_is_no_third_party() {
        let page = |destination: &str| {
            format!(
                "> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={{secret s 30}}; Secure; HttpOnly; SameSite=None\n\n\
                 ~ kind document\n> GET https://app.test/home\n> Referer: https://other.test/\n> Sec-Fetch-Site: cross-site\n> Sec-Fetch-Dest: {destination}\n< 401 Unauthorized\n< WWW-Authenticate: Cookie\n"
            )
        };
        is_silent("cookie-blocked-third-party", &page("document"));
        reports("cookie-blocked-third-party", &page("iframe"));
    }

    #[test]
    fn what_happens_later_causes_nothing_earlier() {
        let home = "~ kind document\n> GET http://app.test/home\n< 401 Unauthorized\n< WWW-Authenticate: Cookie\n\n";
        let login = "> POST http://app.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 30}; Secure\n\n";
        is_silent("cookie-rejected-secure", &format!("{home}{login}"));
        reports("cookie-rejected-secure", &format!("{login}{home}"));
    }

    #[test]
    fn what_a_capture_cannot_show_is_not_absent() {
        let page =
            |unseen: &str| format!("{unseen}~ kind document\n> GET https://app.test/\n< 401 Unauthorized\n< WWW-Authenticate: Negotiate\n");
        reports("negotiate-no-ticket", &page(""));
        is_silent("negotiate-no-ticket", &page("~ unseen authorization\n"));
    }

    #[test]
    fn a_token_that_another_api_took_is_whole_and_signed() {
        let call = |host: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://{host}/me\n> Authorization: Bearer {{jwt aud=graph}}\n< {answer}\n\n")
        };
        let refused =
            "401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The signature is invalid\"";
        reports("token-signature-invalid", &call("api.mine.test", refused));
        reports("token-wrong-audience", &(call("graph.example", "200 OK") + &call("api.mine.test", refused)));
    }
}
