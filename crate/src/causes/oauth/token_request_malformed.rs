use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::exchange::Exchange;
use crate::facts::Purpose;
use crate::facts::messages::{Message, MessageKind};
use crate::facts::parameters::Parameters;
use crate::facts::statements::says_something_is_missing;
use crate::facts::tokens::Carrier;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::form::Pair;
use crate::syntax::oauth::token::{self, ClientAuthentication, TokenRequest};
use crate::syntax::oauth::{MISSING_PARAMETER, REPEATED_PARAMETER};

declare_cause! {
    /// The application asked for a token in a form in which the provider does not take the request: as JSON, by GET,
    /// in the address, without grant_type or the grant itself, or with two proofs of who the client is. The grant
    /// and the client may be right.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > POST https://id.example.test/token
    /// > Content-Type: application/json
    /// >
    /// > {"grant_type": "authorization_code", "code": "SplxlOBeZQQYbYS6WxSbIA", "client_id": "app"}
    /// < 400 Bad Request
    /// < Content-Type: application/json
    /// <
    /// < {"error": "invalid_request"}
    /// ```
    TokenRequestMalformed {
        id: "token-request-malformed",
        family: "oauth",
        side: Client,
        stage: CredentialSpoiled,
        title: "The token request has the wrong form",
        recognised: "A token request that departs from RFC 6749 – not POST, not form-encoded, parameters in the address, repeated or missing, two client authentications – and is answered by 405, 415, or a 400 that is for no grant.",
        remedies: [
            (User, "Nothing to do; tell the application's developers.", "The login goes on."),
            (Developer, "Send the request by POST, with the parameters form-encoded in the content and Content-Type application/x-www-form-urlencoded (new URLSearchParams(…) as fetch's body does both), and the client's secret in one place only.", "The token endpoint answers 200."),
            (Administrator, "Check that no proxy turns the POST into a GET or changes its content.", "The provider's log shows the parameters as the application sent them."),
        ],
        references: [("RFC 6749 3.2: the token endpoint", "https://www.rfc-editor.org/rfc/rfc6749#section-3.2"), ("RFC 6749 4.1.3: the access token request", "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3"), ("RFC 6749 2.3: one client authentication", "https://www.rfc-editor.org/rfc/rfc6749#section-2.3")],
    }
}

impl Cause for TokenRequestMalformed {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let is_request = |message: &&Message| {
            message.kind == MessageKind::TokenRequest && (message.param("grant_type").is_some() || message.carrier == Carrier::Form)
        };
        let request = case.facts().messages.iter().find(is_request).filter(|_| case.failure.kind == FailureKind::Refused);
        let Some(request) = request else { return unread(case) };
        let departure = departure(case.exchange(), request.carrier)?;
        let (place, refusal) = refusal(case, departure.form)?;
        let was_taken = |other: &Exchange| {
            let is_same = other.url.path() == case.exchange().url.path() && other.method == case.exchange().method;
            is_same && other.sent("content-type") == case.exchange().sent("content-type")
        };
        if departure.form && case.others().any(|(_, other)| other.was_accepted() && was_taken(&other.exchange)) {
            return None;
        }
        let certainty = if departure.form && case.exchange().status() < 405 { Certainty::Likely } else { Certainty::Stated };
        Some(
            Finding::new(
                &META,
                certainty,
                format!("{} cannot read the token request of {}: {}.", case.host(), case.request(), departure.what),
            )
            .about(departure.what)
            .shown(case.at(), departure.place, departure.rule)
            .shown(case.at(), place, refusal),
        )
    }
}

/// A login of which the server says that its fields are missing, by the very names that they bear: it reads content of another
/// form than the one that came.
fn unread(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange();
    let is_about = case.failure.kind == FailureKind::Refused && case.facts().purpose == Purpose::SignIn;
    if !is_about || !matches!(exchange.status(), 400 | 415 | 422) || !says_something_is_missing(exchange) {
        return None;
    }
    let text = exchange.response_text();
    let words: Vec<&str> = text.split(|sign: char| !sign.is_alphanumeric() && sign != '_').collect();
    let parameters = Parameters::of(exchange);
    let is_missed = |pair: &&Pair<'_>| !pair.value.is_empty() && words.iter().any(|word| word.eq_ignore_ascii_case(&pair.name));
    let missed: Vec<&str> = parameters.content.pairs.iter().filter(is_missed).map(|pair| &*pair.name).collect();
    let [first, second, ..] = missed.as_slice() else { return None };
    let sent = exchange.sent("content-type").map_or_else(|| "without a media type".to_owned(), |media| format!("as {media}"));
    let summary =
        format!("{} does not read what {} brings: it misses {first} and {second}, which are there, {sent}.", case.host(), case.request());
    let whole = exchange.request.body.as_ref().map_or(0, |body| body.text.len());
    // In a sentence they may stand beside what is missing.
    let stands_alone = |name: &&&str| text.contains(&format!("\"{name}\""));
    let certainty = if [first, second].iter().all(stands_alone) { Certainty::Likely } else { Certainty::Possible };
    Some(
        Finding::new(&META, certainty, summary)
            .about(sent)
            .shown(case.at(), Place::RequestBody(0..whole), "Here they are.")
            .shown(case.at(), Place::ResponseBody(0..text.len()), "The answer says that they are missing.")
            .next("Which media type the server reads at this address: JSON or a form."),
    )
}

/// How a token request departs from the specification.
struct Departure {
    what: String,
    rule: &'static str,
    place: Place,
    /// Whether it lies in the outer form, which some providers take nevertheless, rather than in the parameters.
    form: bool,
}

impl Departure {
    fn of_form(place: Place, what: impl Into<String>, rule: &'static str) -> Option<Self> {
        Some(Self { what: what.into(), rule, place, form: true })
    }

    fn of_parameters(place: Place, what: impl Into<String>, rule: &'static str) -> Option<Self> {
        Some(Self { what: what.into(), rule, place, form: false })
    }
}

fn departure(exchange: &Exchange, carrier: Carrier) -> Option<Departure> {
    let content = exchange.request.body.as_ref().map_or("", |body| &*body.text);
    let media = exchange.sent("content-type").map(|media| media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    if &*exchange.method != "POST" {
        return Departure::of_form(Place::Target, format!("it is a {}", exchange.method), "RFC 6749 3.2 demands POST.");
    }
    if carrier == Carrier::Query {
        return Departure::of_form(
            Place::Target,
            "its parameters stand in the address",
            "RFC 6749 3.2 puts the parameters into the content.",
        );
    }
    if carrier == Carrier::RequestJson {
        return Departure::of_form(Place::RequestBody(0..content.len()), "its content is JSON", "RFC 6749 4.1.3 demands form encoding.");
    }
    match media.as_deref() {
        Some("application/x-www-form-urlencoded") => {}
        Some(other) => {
            let what = format!("its content is sent as {other}");
            return Departure::of_form(Place::Sent("content-type", 0), what, "RFC 6749 4.1.3 demands application/x-www-form-urlencoded.");
        }
        None => return None,
    }
    let whole = Place::RequestBody(0..content.len());
    let Some(parsed) = token::request(exchange.url.path(), content) else {
        return Departure::of_parameters(whole, "grant_type is missing", "RFC 6749 4.1.3: grant_type is required.");
    };
    let breaks = |rule: &crate::syntax::Rule| parsed.violations.iter().any(|violation| violation.rule.id == rule.id);
    if breaks(&REPEATED_PARAMETER) {
        return Departure::of_parameters(whole, "a parameter stands there twice", "RFC 6749 3.2: no parameter may be repeated.");
    }
    if breaks(&MISSING_PARAMETER) {
        return Departure::of_parameters(
            whole,
            "it has a grant_type and lacks the grant",
            "RFC 6749 4.1.3, 4.3.2, 6: the grant is required.",
        );
    }
    if authenticates_twice(&parsed.value, exchange) {
        return Departure::of_parameters(whole, "it proves twice who the client is", "RFC 6749 2.3: only one way of authentication.");
    }
    None
}

fn authenticates_twice(request: &TokenRequest<'_>, exchange: &Exchange) -> bool {
    let by_basic =
        exchange.sent("authorization").is_some_and(|field| field.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic ")));
    let by_secret = request.get("client_secret").is_some();
    by_basic && request.client_authentication() != ClientAuthentication::None || by_secret && request.get("client_assertion").is_some()
}

/// Where the answer says that it is the request's form, and not its grant, that is refused.
fn refusal(case: &Case<'_>, is_form: bool) -> Option<(Place, String)> {
    let status = case.exchange().status();
    let error = case.facts().messages.iter().find(|message| message.kind == MessageKind::TokenError).and_then(|error| error.param("error"));
    match (status, error) {
        (405 | 415, _) if is_form => Some((Place::Status, format!("{status} is about the form of a request."))),
        (400..=499, Some(code @ ("invalid_request" | "unsupported_grant_type"))) => {
            let span = case.exchange().response_text().find(code).map_or(0..0, |from| from..from + code.len());
            Some((Place::ResponseBody(span), format!("The provider says {code}, which is about no grant.")))
        }
        (400, None) if !names_another_reason(case) => Some((Place::Status, "400 is about the form of a request.".into())),
        _ => None,
    }
}

/// Whether the answer gives a reason of its own: then the request was read.
fn names_another_reason(case: &Case<'_>) -> bool {
    !case.statements.is_empty() || super::super::security::asks_for_captcha(case)
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "token-request-malformed";
    const FORM: &str = "Content-Type: application/x-www-form-urlencoded\n>\n> ";
    const JSON: &str =
        "Content-Type: application/json\n>\n> {\"grant_type\":\"authorization_code\",\"code\":\"{secret c 30}\",\"client_id\":\"app\"}";

    fn ask(request: &str, answer: &str) -> String {
        format!("~ kind fetch\n> {request}\n< {answer}\n\n")
    }
    fn post(fields: &str, error: &str) -> String {
        ask(
            &format!("POST https://id.test/token\n> {fields}"),
            &format!("400 Bad Request\n< Content-Type: application/json\n<\n< {{\"error\":\"{error}\"}}"),
        )
    }

    #[test]
    fn a_login_whose_fields_are_there_and_missed_is_not_read() {
        let login = |body: &str, answer: &str| {
            format!(
                "~ kind fetch\n> POST https://app.test/s/login\n> Content-Type: application/json\n>\n> {body}\n< 422 Unprocessable Content\n<\n< {answer}\n"
            )
        };
        let body = "{\"username\":\"a\",\"password\":\"b\"}";
        let missed =
            "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"username\"]},{\"type\":\"missing\",\"loc\":[\"body\",\"password\"]}]}";
        reports("token-request-malformed", &login(body, missed));
        for (body, answer) in [
            ("{\"username\":\"\",\"password\":\"b\"}", missed),
            ("{\"user\":\"a\",\"password\":\"b\"}", missed),
            (body, "{\"detail\":\"username or password is wrong\"}"),
            (body, "{\"detail\":\"captcha is missing\"}"),
        ] {
            is_silent("token-request-malformed", &login(body, answer));
        }
    }

    #[test]
    fn reports_every_departure_of_the_form() {
        let parameters = "grant_type=client_credentials&client_id=a&client_secret=b";
        reports(ID, &post(JSON, "invalid_request"));
        reports(ID, &post(&format!("Content-Type: text/plain;charset=UTF-8\n>\n> {parameters}"), "unsupported_grant_type"));
        reports(
            ID,
            &post(
                "Content-Type: multipart/form-data; boundary=x\n>\n> --x\n> Content-Disposition: form-data; name=\"grant_type\"\n>\n> client_credentials\n> --x--",
                "invalid_request",
            ),
        );
        reports(ID, &ask(&format!("GET https://id.test/token?{parameters}"), "405 Method Not Allowed\n< Allow: POST"));
        reports(
            ID,
            &ask(
                &format!("POST https://id.test/token?{parameters}\n> Content-Length: 0"),
                "400 Bad Request\n<\n< {\"error\":\"invalid_request\"}",
            ),
        );
    }

    #[test]
    fn reports_what_is_wrong_with_the_parameters() {
        for parameters in [
            "code={secret c 30}&client_id=a&client_secret=b",
            "grant_type=authorization_code&client_id=a",
            "grant_type=refresh_token&refresh_token=",
            "grant_type=authorization_code&code={secret c 30}&code={secret d 30}",
        ] {
            reports(ID, &post(&format!("{FORM}{parameters}"), "invalid_request"));
        }
        let twice =
            format!("Authorization: {{basic app:secret}}\n> {FORM}grant_type=authorization_code&code={{secret c 30}}&client_secret=secret");
        reports(ID, &post(&twice, "invalid_request"));
    }

    #[test]
    fn passes_over_requests_of_the_right_form() {
        let right = format!("{FORM}grant_type=authorization_code&code={{secret c 30}}&client_id=a");
        is_silent(ID, &post(&right, "invalid_request"));
        is_silent(ID, &post(&format!("Authorization: {{basic app:secret}}\n> {right}"), "invalid_request"));
    }

    #[test]
    fn passes_over_what_the_provider_has_read() {
        is_silent(ID, &post(JSON, "invalid_grant"));
        is_silent(ID, &post(JSON, "invalid_client"));
        let taken = ask(
            &format!("POST https://id.test/token\n> {JSON}"),
            "200 OK\n<\n< {\"access_token\":\"{secret a 30}\",\"token_type\":\"Bearer\"}",
        );
        is_healthy(&taken);
        is_silent(ID, &(taken + &post(JSON, "invalid_request")));
    }

    #[test]
    fn passes_over_an_applications_own_endpoint() {
        let own = "> POST https://app.test/api/token\n> Content-Type: application/json\n>\n> {\"code\":\"{secret c 30}\",\"state\":\"s\"}\n< 400 Bad Request\n<\n< {\"error\":\"invalid_request\"}\n";
        is_silent(ID, own);
    }
}
