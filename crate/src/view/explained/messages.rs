//! The messages of OAuth, OpenID Connect and WS-Federation, problem details and rate limits, member by member.

use super::super::detail::{Level, Line};
use crate::exchange::Exchange;
use crate::redact::Redactor;
use crate::syntax::oauth::authorization::{self, AuthorizationRequest, AuthorizationResponse, RequestCarrier, ResponsePlace};
use crate::syntax::oauth::token::{self, ClientAuthentication, TokenRequest};
use crate::syntax::oauth::{errors, logout};
use crate::syntax::rate_limit::{self, Reset};
use crate::syntax::secret::Secret;
use crate::syntax::ws_federation::{self, Action};
use crate::syntax::{Parsed, SyntaxViolation, form, oidc, problem_json};
use crate::time::{Time, span};

/// A message, with its heading.
pub struct Message {
    /// What it is: "Token request".
    pub title: &'static str,
    /// What it says.
    pub lines: Vec<Line>,
}

/// Parameters that tell an application's set-up and hold no secret (RFC 6749, OpenID Connect Core).
const CLEAR: [&str; 16] = [
    "acr_values",
    "audience",
    "client_assertion_type",
    "client_id",
    "code_challenge_method",
    "error",
    "error_uri",
    "expires_in",
    "grant_type",
    "iss",
    "max_age",
    "prompt",
    "resource",
    "response_mode",
    "response_type",
    "scope",
];

/// Every message that an exchange carries.
pub fn read(exchange: &Exchange, redactor: &mut Redactor) -> Vec<Message> {
    let mut messages = Vec::new();
    let sent = exchange.request.body.as_ref().map_or("", |body| &*body.text);
    let (query, fragment) = (exchange.url.query().unwrap_or_default(), exchange.url.fragment().unwrap_or_default());
    for parameters in [query, sent] {
        messages.extend(authorization::request(parameters).map(|parsed| request(&parsed, redactor)));
    }
    for (parameters, place) in [(query, ResponsePlace::Query), (fragment, ResponsePlace::Fragment), (sent, ResponsePlace::FormPost)] {
        messages.extend(authorization::response(parameters, place).map(|parsed| response(&parsed, redactor)));
    }
    for parameters in [sent, query] {
        let asked = token::request(exchange.url.path(), parameters);
        messages.extend(asked.map(|parsed| token_request(&parsed, redactor)));
    }
    for parameters in [query, sent] {
        messages.extend(federation(&form::urlencoded(parameters).value, redactor));
    }
    messages.extend(logout::front_channel(query).filter(|_| sent.is_empty()).map(|parsed| front_channel(&parsed)));
    messages.extend(logout::back_channel(sent).map(|parsed| Message { title: "Logout token", lines: violations(&parsed.violations) }));
    messages.extend(answer(exchange, redactor));
    messages.extend(limits(exchange));
    messages.retain(|message| !message.lines.is_empty());
    messages
}

fn parameters(form: &form::Form<'_>, known: &[&str], redactor: &mut Redactor) -> Vec<Line> {
    let is_known = |pair: &&form::Pair<'_>| known.contains(&&*pair.name);
    form.pairs
        .iter()
        .filter(is_known)
        .map(|pair| match &*pair.name {
            name if CLEAR.contains(&name) => Line::text(name, &*pair.value),
            // A pushed request is taken by whoever has its reference.
            "request_uri" => Line::new("request_uri", vec![redactor.secret(&pair.value)]),
            name if name.ends_with("_uri") => Line::new(name, redactor.url(&pair.value)),
            name if name.ends_with("_description") => Line::new(name, redactor.text(&pair.value)),
            name => Line::new(name, vec![redactor.secret(&pair.value)]),
        })
        .map(explained_error)
        .collect()
}

/// An error code in the words of its specification.
fn explained_error(line: Line) -> Line {
    let code = line.value.first().map(|part| part.text.clone()).unwrap_or_default();
    match errors::find(&code).filter(|_| line.name == "error") {
        Some(row) => line.marked(Level::Bad, format!("The server {} ({}).", row.says, row.source)),
        None => line,
    }
}

fn request(parsed: &Parsed<AuthorizationRequest<'_>>, redactor: &mut Redactor) -> Message {
    let mut lines = parameters(&parsed.value.form, AuthorizationRequest::PARAMETERS, redactor);
    let carrier = match parsed.value.carrier {
        RequestCarrier::Parameters => None,
        RequestCarrier::RequestObject => Some("its parameters came in a signed request object"),
        RequestCarrier::EncryptedRequestObject => Some("its parameters are encrypted"),
        RequestCarrier::Pushed => Some("the application pushed its parameters beforehand"),
        RequestCarrier::Reference => Some("its parameters lie at another address"),
    };
    lines.extend(carrier.map(|carrier| Line::text("carrier", carrier)));
    lines.push(Line::text("answer by", parsed.value.effective_response_mode()));
    if parsed.value.is_openid() {
        lines.push(Line::text("protocol", "OpenID Connect"));
    }
    lines.extend(violations(&parsed.violations));
    Message { title: "Authorization request", lines }
}

fn response(parsed: &Parsed<AuthorizationResponse<'_>>, redactor: &mut Redactor) -> Message {
    let mut lines = parameters(&parsed.value.form, AuthorizationResponse::PARAMETERS, redactor);
    let place = match parsed.value.place {
        ResponsePlace::Query => "in the query",
        ResponsePlace::Fragment => "in the fragment, which no server sees",
        ResponsePlace::FormPost => "in a form that the browser posted",
    };
    lines.push(Line::text("carried", if parsed.value.is_jwt { "in a signed answer (JARM)" } else { place }));
    lines.extend(violations(&parsed.violations));
    Message { title: "Authorization response", lines }
}

fn token_request(parsed: &Parsed<TokenRequest<'_>>, redactor: &mut Redactor) -> Message {
    let mut lines = parameters(&parsed.value.form, TokenRequest::PARAMETERS, redactor);
    let by = match parsed.value.client_authentication() {
        ClientAuthentication::None => "nothing among the parameters",
        ClientAuthentication::Post => "client_secret",
        ClientAuthentication::Assertion => "a signed assertion",
    };
    lines.push(Line::text("the application shows who it is by", by));
    lines.extend(violations(&parsed.violations));
    let title = if parsed.value.purpose.is_grant() { "Token request" } else { "Request to the authorization server" };
    Message { title, lines }
}

/// A message of WS-Federation, but for its token.
fn federation(form: &form::Form<'_>, redactor: &mut Redactor) -> Option<Message> {
    let parsed = ws_federation::find(form)?;
    let message = &parsed.value;
    let title = match (message.action, message.result) {
        (Action::SignIn, None) => "Sign-in request of WS-Federation",
        (Action::SignIn, Some(_)) => "Sign-in answer of WS-Federation",
        (Action::SignOut, _) => "Sign-out of WS-Federation",
        (Action::SignOutCleanup, _) => "Sign-out of WS-Federation, handed on to this site",
        (Action::Other, _) => "Message of WS-Federation",
    };
    let mut lines = Vec::new();
    for (name, address) in
        [("wtrealm", message.realm), ("wreply", message.reply), ("whr", message.home_realm), ("wauth", message.authentication)]
    {
        lines.extend(address.map(|address| Line::new(name, redactor.url(address))));
    }
    lines.extend(message.context.map(|context| Line::new("wctx", vec![redactor.secret(context)])));
    lines.extend(message.current_time.map(|time| Line::text("wct", time.to_utc())));
    lines.extend(message.fresh.map(|minutes| {
        let says = if minutes == 0 { "The user must log in again." } else { "So many minutes old the login may be." };
        Line::text("wfresh", minutes.to_string()).marked(Level::Plain, says)
    }));
    lines.extend(violations(&parsed.violations));
    Some(Message { title, lines })
}

fn front_channel(parsed: &Parsed<logout::FrontChannel>) -> Message {
    let mut lines: Vec<Line> = parsed.value.iss.iter().map(|issuer| Line::text("iss", &**issuer)).collect();
    lines.extend(violations(&parsed.violations));
    Message { title: "Front-channel logout", lines }
}

/// What the response's content is, where a specification says so.
fn answer(exchange: &Exchange, redactor: &mut Redactor) -> Option<Message> {
    let content = exchange.response_text();
    let media = exchange.received("content-type").unwrap_or_default();
    if problem_json::is_problem(media) {
        return Some(problem(&problem_json::read(content, exchange.status()), redactor));
    }
    if !content.trim_start().starts_with('{') && !content.starts_with("access_token=") {
        return None;
    }
    let is_for_authorization_server = &*exchange.method == "POST";
    if is_for_authorization_server {
        if let Some(parsed) = token::response(content) {
            return Some(token_answer(&parsed, redactor));
        }
        if let Some(parsed) = token::introspection_response(content) {
            return Some(introspection(&parsed));
        }
        if let Some(parsed) = token::device_response(content) {
            let mut lines = optional([("verification_uri", parsed.value.verification_uri.clone())]);
            lines.extend(seconds("expires_in", parsed.value.expires_in));
            lines.extend(seconds("interval", parsed.value.interval));
            lines.extend(violations(&parsed.violations));
            return Some(Message { title: "Device authorization", lines });
        }
        if let Some(parsed) = token::pushed_response(content) {
            let mut lines = vec![Line::new("request_uri", vec![redactor.secret(&parsed.value.request_uri)])];
            lines.extend(seconds("expires_in", parsed.value.expires_in));
            lines.extend(violations(&parsed.violations));
            return Some(Message { title: "Pushed authorization request", lines });
        }
    }
    if content.contains("\"keys\"") && content.contains("\"kty\"") {
        return Some(key_set(&oidc::jwks(content)));
    }
    if content.contains("\"issuer\"") && content.contains("_endpoint\"") {
        return Some(metadata(&oidc::metadata(content, exchange.url.as_str())));
    }
    if content.contains("\"authorization_servers\"") {
        let parsed = oidc::resource_metadata(content);
        let value = parsed.value;
        let mut lines = optional([
            ("resource", value.resource),
            ("authorization_servers", joined(&value.authorization_servers)),
            ("scopes_supported", joined(&value.scopes_supported)),
            ("bearer_methods_supported", joined(&value.bearer_methods_supported)),
        ]);
        lines.extend(violations(&parsed.violations));
        return Some(Message { title: "Protected resource metadata", lines });
    }
    None
}

fn problem(parsed: &Parsed<problem_json::Problem>, redactor: &mut Redactor) -> Message {
    let problem = &parsed.value;
    let mut lines = vec![Line::new("type", redactor.url(&problem.kind))];
    for (name, text) in [("title", &problem.title), ("detail", &problem.detail), ("instance", &problem.instance)] {
        lines.extend(text.as_deref().map(|text| Line::new(name, redactor.text(text))));
    }
    lines.extend(problem.extensions.keys().map(|name| Line::text("also has", &**name)));
    lines.extend(violations(&parsed.violations));
    Message { title: "Problem details", lines }
}

fn token_answer(parsed: &Parsed<token::TokenResponse>, redactor: &mut Redactor) -> Message {
    let answer = &parsed.value;
    let mut lines = Vec::new();
    let secrets = [("access_token", &answer.access_token), ("refresh_token", &answer.refresh_token), ("id_token", &answer.id_token)];
    for (name, secret) in secrets {
        lines.extend(secret.as_ref().map(|Secret(secret)| Line::new(name, vec![redactor.secret(secret)])));
    }
    lines.extend(optional([
        ("token_type", answer.token_type.clone()),
        ("scope", answer.scope.clone()),
        ("issued_token_type", answer.issued_token_type.clone()),
    ]));
    lines.extend(seconds("expires_in", answer.expires_in));
    lines.extend(seconds("refresh token's life", answer.refresh_expires_in));
    if let Some(error) = &answer.error {
        lines.push(explained_error(Line::text("error", &*error.error)));
        lines.extend(error.description.as_deref().map(|text| Line::new("error_description", redactor.text(text))));
        lines.extend(error.error_codes.iter().map(|code| Line::text("code", format!("AADSTS{code}"))));
        lines.extend(optional([
            ("error_uri", error.uri.clone()),
            ("suberror", error.suberror.clone()),
            ("trace_id", error.trace_id.clone()),
            ("correlation_id", error.correlation_id.clone()),
        ]));
    }
    lines.extend(violations(&parsed.violations));
    Message { title: "Token response", lines }
}

fn introspection(parsed: &Parsed<token::Introspection>) -> Message {
    let value = &parsed.value;
    let is_active = if value.active {
        Line::text("active", "true").marked(Level::Good, "The authorization server still accepts the token.")
    } else {
        Line::text("active", "false").marked(Level::Bad, "The authorization server no longer accepts the token.")
    };
    let moment = |seconds: Option<i64>| seconds.map(|seconds| Time::from_seconds(seconds).to_utc());
    let mut lines = vec![is_active];
    lines.extend(optional([
        ("iss", value.iss.clone()),
        ("aud", joined(&value.aud)),
        ("scope", value.scope.clone()),
        ("client_id", value.client_id.clone()),
        ("token_type", value.token_type.clone()),
        ("iat", moment(value.iat)),
        ("nbf", moment(value.nbf)),
        ("exp", moment(value.exp)),
        ("bound to a key", value.jkt.as_ref().map(|_| "yes, by DPoP".to_owned())),
    ]));
    lines.extend(violations(&parsed.violations));
    Message { title: "Token introspection", lines }
}

fn key_set(parsed: &Parsed<Vec<oidc::Key>>) -> Message {
    let key = |key: &oidc::Key| {
        let about = [&key.kty, &key.crv, &key.alg, &key.usage].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
        Line::text(key.kid.as_deref().unwrap_or("a key without kid"), about)
    };
    let mut lines: Vec<Line> = parsed.value.iter().map(key).collect();
    lines.extend(violations(&parsed.violations));
    Message { title: "Key set", lines }
}

fn metadata(parsed: &Parsed<oidc::Metadata>) -> Message {
    let value = &parsed.value;
    let yes = |is_so: bool| is_so.then(|| "yes".to_owned());
    let mut lines = optional([
        ("issuer", value.issuer.clone()),
        ("authorization_endpoint", value.authorization_endpoint.clone()),
        ("token_endpoint", value.token_endpoint.clone()),
        ("userinfo_endpoint", value.userinfo_endpoint.clone()),
        ("jwks_uri", value.jwks_uri.clone()),
        ("end_session_endpoint", value.end_session_endpoint.clone()),
        ("introspection_endpoint", value.introspection_endpoint.clone()),
        ("revocation_endpoint", value.revocation_endpoint.clone()),
        ("pushed_authorization_request_endpoint", value.pushed_authorization_request_endpoint.clone()),
        ("device_authorization_endpoint", value.device_authorization_endpoint.clone()),
        ("scopes", joined(&value.scopes_supported)),
        ("response types", joined(&value.response_types_supported)),
        ("response modes", joined(&value.response_modes_supported)),
        ("grant types", joined(&value.grant_types_supported)),
        ("PKCE methods", joined(&value.code_challenge_methods_supported)),
        ("applications authenticate by", joined(&value.token_endpoint_auth_methods_supported)),
        ("names itself in its answers", yes(value.has_response_iss)),
        ("takes pushed requests only", yes(value.requires_pushed_requests)),
    ]);
    lines.extend(violations(&parsed.violations));
    Message { title: "Provider metadata", lines }
}

fn limits(exchange: &Exchange) -> Option<Message> {
    let fields = &exchange.response.as_ref()?.fields;
    let mut lines = Vec::new();
    for limit in rate_limit::of(fields) {
        let name = if limit.policy.is_empty() { "limit".to_owned() } else { limit.policy.clone() };
        let mut says = Vec::new();
        says.extend(limit.quota.map(|quota| format!("{quota} requests")));
        says.extend(limit.window.map(|window| format!("in {window} s")));
        says.extend(limit.remaining.map(|left| format!("{left} left")));
        says.extend(limit.reset.map(|reset| match reset {
            Reset::After(seconds) => format!("counted anew after {seconds} s"),
            Reset::At(moment) => format!("counted anew at {}", moment.to_utc()),
        }));
        let line = Line::text(name, says.join(", "));
        lines.push(if limit.remaining == Some(0) { line.marked(Level::Bad, "Nothing is left of this limit.") } else { line });
    }
    Some(Message { title: "Rate limits", lines })
}

fn optional<const N: usize>(members: [(&'static str, Option<String>); N]) -> Vec<Line> {
    members.into_iter().filter_map(|(name, value)| Some(Line::text(name, value?))).collect()
}

fn joined(list: &[String]) -> Option<String> {
    (!list.is_empty()).then(|| list.join(", "))
}

fn seconds(name: &'static str, value: Option<i64>) -> Option<Line> {
    value.map(|seconds| Line::text(name, span(seconds.saturating_mul(1000))))
}

fn violations(list: &[SyntaxViolation]) -> Vec<Line> {
    list.iter()
        .map(|violation| {
            let says = format!("It {} ({}).", violation.rule.says(), violation.rule.source());
            Line::text("departs from the specification", format!("byte {}", violation.at)).marked(Level::Note, says)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, value and note of a line.
    type Told = (String, String, String);

    fn told(notation: &str) -> Vec<(&'static str, Vec<Told>)> {
        let exchange = crate::capture::notation::parse(notation).unwrap().remove(0);
        let line = |line: Line| (line.name, crate::redact::join(&line.value), line.note.unwrap_or_default());
        let messages = read(&exchange, &mut Redactor::default());
        messages.into_iter().map(|message| (message.title, message.lines.into_iter().map(line).collect())).collect()
    }

    fn value<'t>(lines: &'t [Told], name: &str) -> (&'t str, &'t str) {
        lines
            .iter()
            .find(|(found, ..)| found == name)
            .map(|(_, value, note)| (&**value, &**note))
            .unwrap_or_else(|| panic!("no {name} in {lines:?}"))
    }

    #[test]
    fn explains_a_refused_token_request_and_masks_its_secrets() {
        let told = told(
            "> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=authorization_code&code=hunter2&client_id=app&client_secret=hunter2&redirect_uri=https%3A%2F%2Fapp.test%2Fcb\n< 400 Bad Request\n< Content-Type: application/json\n<\n< {\"error\":\"invalid_grant\",\"error_description\":\"Code not valid\"}\n",
        );
        assert!(!format!("{told:?}").contains("hunter2"), "{told:?}");
        let [("Token request", asked), ("Token response", answered)] = &*told else { panic!("{told:?}") };
        assert_eq!(value(asked, "redirect_uri").0, "https://app.test/cb");
        assert_eq!(value(asked, "the application shows who it is by").0, "client_secret");
        let (code, says) = value(answered, "error");
        assert!(code == "invalid_grant" && says.contains("RFC 6749 5.2"), "{says}");
    }

    #[test]
    fn shows_the_providers_own_words_and_no_reference_to_a_pushed_request() {
        let answer = told("> GET https://app.test/cb?error=access_denied&error_description=Please+verify+your+email&state=hunter2\n");
        let [("Authorization response", lines)] = &*answer else { panic!("{answer:?}") };
        assert_eq!(value(lines, "error_description").0, "Please verify your email");
        let asked = told("> GET https://id.test/auth?client_id=app&request_uri=urn:ietf:params:oauth:request_uri:hunter2\n");
        assert!(!format!("{answer:?} {asked:?}").contains("hunter2"), "{asked:?}");
    }

    #[test]
    fn explains_a_sign_in_by_ws_federation() {
        let told = told("> GET https://adfs.test/adfs/ls/?wa=wsignin1.0&wtrealm=https%3A%2F%2Fapp.test%2F&wctx=hunter2&wct=now&wfresh=0\n");
        assert!(!format!("{told:?}").contains("hunter2"), "{told:?}");
        let [("Sign-in request of WS-Federation", lines)] = &*told else { panic!("{told:?}") };
        assert_eq!(value(lines, "wtrealm").0, "https://app.test/");
        assert!(value(lines, "wfresh").1.contains("again") && value(lines, "departs from the specification").1.contains("WS-Federation"));
    }

    #[test]
    fn explains_what_providers_publish() {
        let metadata = told(
            "> GET https://id.test/.well-known/openid-configuration\n< 200 OK\n<\n< {\"issuer\":\"https://other.test\",\"token_endpoint\":\"https://id.test/token\"}\n",
        );
        let [("Provider metadata", lines)] = &*metadata else { panic!("{metadata:?}") };
        assert_eq!(value(lines, "issuer").0, "https://other.test");
        assert!(value(lines, "departs from the specification").1.contains("issuer"), "{lines:?}");
        let keys = told(
            "> GET https://id.test/jwks\n< 200 OK\n<\n< {\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"alg\":\"RS256\",\"n\":\"AQ\",\"e\":\"AQAB\"}]}\n",
        );
        let [("Key set", lines)] = &*keys else { panic!("{keys:?}") };
        assert_eq!(value(lines, "a").0, "RSA, RS256");
    }

    #[test]
    fn explains_problems_and_spent_limits() {
        let told = told(
            "> GET https://api.test/\n< 429 Too Many Requests\n< Content-Type: application/problem+json\n< X-RateLimit-Limit: 5\n< X-RateLimit-Remaining: 0\n<\n< {\"type\":\"https://api.test/slow\",\"title\":\"Too fast\",\"status\":403}\n",
        );
        let [("Problem details", problem), ("Rate limits", limits)] = &*told else { panic!("{told:?}") };
        assert_eq!(value(problem, "title").0, "Too fast");
        assert!(value(problem, "departs from the specification").1.contains("status"), "{problem:?}");
        assert_eq!(value(limits, "limit"), ("5 requests, 0 left", "Nothing is left of this limit."));
    }

    #[test]
    fn passes_over_pages_and_other_json() {
        for notation in [
            "> GET https://app.test/?a=b\n< 200 OK\n<\n< <html></html>\n",
            "> GET https://app.test/api\n< 200 OK\n<\n< {\"active\":true,\"error\":\"none\"}\n",
            "> POST https://app.test/api\n>\n> {\"code\":1}\n< 200 OK\n<\n< {\"ok\":true}\n",
        ] {
            assert!(told(notation).is_empty(), "{notation}");
        }
    }
}
