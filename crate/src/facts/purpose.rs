//! What an exchange is for, told by its structure: its parameters before its path.

use url::Url;

use super::messages::{SHORTEST_CODE, redeems_code};
use super::parameters::Parameters;
use crate::exchange::{Exchange, Kind};
use crate::limits;
use crate::syntax::form::{Form, Pair, is_password_name};
use crate::syntax::json;
use crate::syntax::oauth::claims_of;
use crate::syntax::set_cookie;

/// What an exchange is for, by its structure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// A user's name and password are submitted.
    SignIn,
    /// A token is asked for with a grant.
    Token,
    /// A refresh token is redeemed.
    Refresh,
    /// The browser comes back from an identity provider.
    Callback,
    /// The browser goes to an identity provider.
    Authorize,
    /// The user logs out.
    SignOut,
    /// The browser asks whether it may ask.
    Preflight,
    /// An image, a font, a style sheet, a script, the icon.
    Asset,
    /// A page.
    Page,
    /// Anything that a script asks for.
    #[default]
    Api,
}

/// Bytes of a parameter that names what is to be done.
const LONGEST_ACTION: usize = 32;

/// Words by which people log out, as far as one may guess by words.
const SIGN_OUT_WORDS: [&str; 29] = [
    "logout",
    "signout",
    "sign-out",
    "log-out",
    "sign_out",
    "log_out",
    "logoff",
    "log-off",
    "signoff",
    "abmelden",
    "afmelden",
    "cikis",
    "deconnexion",
    "cerrar-sesion",
    "cerrarsesion",
    "iesire",
    "kijelentkezes",
    "logga-ut",
    "loggut",
    "logg-ut",
    "log-ud",
    "odhlaseni",
    "odhlasit",
    "odjava",
    "uloskirjautuminen",
    "wyloguj",
    "sair",
    "salir",
    "sortir",
];
/// Names under which APIs without a grant_type take a refresh token, and words in the path of those that
/// take it from a cookie. Django REST framework's simplejwt, Auth.js, Devise Token Auth and the like; checked 2026-11-21.
const REFRESH_NAMES: [&str; 3] = ["refresh", "refreshToken", "refresh_token"];
const REFRESH_WORDS: [&str; 5] = ["refresh", "refresh-token", "refresh_token", "refreshtoken", "token-refresh"];
/// Words in the path to which names and passwords go, whatever these are called there.
const PASSWORD_PAGE_WORDS: [&str; 6] = ["login", "signin", "sign-in", "log-in", "sign_in", "logon"];
/// Words in the path by which people are sent on to where they log in.
const PROVIDER_WORDS: [&str; 2] = ["authorize", "sso"];

impl Purpose {
    /// Whether it is a step of logging in, rather than of using the login.
    #[must_use]
    pub const fn is_login(self) -> bool {
        matches!(self, Self::SignIn | Self::Token | Self::Refresh | Self::Callback)
    }

    /// What this exchange is for.
    #[must_use]
    pub(super) fn of(exchange: &Exchange, parameters: &Parameters<'_>) -> Self {
        if exchange.kind == Kind::Preflight {
            return Self::Preflight;
        }
        if exchange.kind.is_asset() || exchange.url.path().ends_with("/favicon.ico") {
            return Self::Asset;
        }
        let Parameters { query, content: sent, .. } = parameters;
        // Where it stands in the address, it asks for the same in the wrong place.
        match sent.get("grant_type").or_else(|| query.get("grant_type")) {
            Some("refresh_token") => return Self::Refresh,
            Some("password") => return Self::SignIn,
            Some(_) => return Self::Token,
            None if &*exchange.method != "GET" && redeems_code(sent) => return Self::Token,
            None if is_refused_before_token(exchange, sent) => return Self::Token,
            None => {}
        }
        if &*exchange.method != "GET" && (bears_password(sent) || bears_assertion(sent) || answers_callbacks(sent)) {
            return Self::SignIn;
        }
        let renews = || sent.pairs.iter().any(takes_refresh_token) || path_has(&exchange.url, &REFRESH_WORDS);
        if &*exchange.method != "GET" && renews() {
            return Self::Refresh;
        }
        if sent.has("SAMLResponse") || sent.has("wresult") {
            return Self::Callback;
        }
        if &*exchange.method == "GET" && query.get("ticket").is_some_and(is_service_ticket) {
            return Self::Callback;
        }
        // A request that was left before is named alone: RFC 9126 4.
        if query.has("client_id") && ["response_type", "request_uri"].iter().any(|name| query.has(name)) || query.has("SAMLRequest") {
            return Self::Authorize;
        }
        if &*exchange.method == "GET" && asks_for_ticket(&exchange.url, query) {
            return Self::Authorize;
        }
        if [query, sent].into_iter().any(brings_answer) || &*exchange.method == "GET" && brings_code(query) {
            return Self::Callback;
        }
        if &*exchange.method != "GET" && calls_login(sent) {
            return Self::SignIn;
        }
        if is_submission(exchange, sent) && path_has(&exchange.url, &PASSWORD_PAGE_WORDS) && passwords_in(sent) <= 2 {
            return Self::SignIn;
        }
        if is_unseen_submission(exchange) {
            return Self::SignIn;
        }
        if path_has(&exchange.url, &SIGN_OUT_WORDS) || asks_to_leave(exchange, parameters) {
            return Self::SignOut;
        }
        if exchange.kind == Kind::Document { Self::Page } else { Self::Api }
    }
}

/// Whether a parameter says that somebody leaves: by its own name, or as what is to be done.
fn asks_to_leave(exchange: &Exchange, parameters: &Parameters<'_>) -> bool {
    let Parameters { query, content: sent, is_json } = parameters;
    let is_call = |pair: &Pair<'_>| is_call_name(&pair.name) && is_out(&pair.value);
    let is_page = |pair: &Pair<'_>| is_page_name(&pair.name) && is_out(&pair.value);
    let mut pairs = query.pairs.iter().chain(&sent.pairs);
    query.pairs.iter().any(is_button)
        || if *is_json { sent.pairs.iter().any(is_flag) } else { sent.pairs.len() <= *SUBMITTED.end() && sent.pairs.iter().any(is_button) }
        || sent.get("query").is_some_and(mutates_out)
        || pairs.clone().any(is_call) && !is_refused_a_look(exchange) && !is_sent_to_log_in_first(exchange)
        || pairs.any(is_page) && is_led_away(exchange)
}

/// Whether a parameter's name or value is a word by which people log out. What is longer or a path names where to go.
fn is_out(text: &str) -> bool {
    let is_name = text.len() <= LONGEST_ACTION && !text.contains('/');
    is_name && text.split(['.', ':']).any(|word| SIGN_OUT_WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// Whether a parameter is called after leaving and confirms it.
fn is_flag(pair: &Pair<'_>) -> bool {
    is_out(&pair.name) && (pair.value.is_empty() || ["1", "true", "yes"].iter().any(|known| pair.value.eq_ignore_ascii_case(known)))
}

/// Whether a parameter is called after leaving and may be the button of a form, whose value is what stands on it. A box that is
/// checked says `on`, and only chooses.
fn is_button(pair: &Pair<'_>) -> bool {
    const DENIALS: [&str; 6] = ["0", "false", "no", "null", "off", "on"];
    let is_label = pair.value.len() <= LONGEST_ACTION && !pair.value.contains(['/', '{', '[']);
    is_out(&pair.name) && is_label && !DENIALS.iter().any(|known| pair.value.eq_ignore_ascii_case(known))
}

/// Whether a mutation of GraphQL asks first for a field that is called after leaving (GraphQL 2.5).
fn mutates_out(document: &str) -> bool {
    let field = || document.split_once('{')?.1.trim_start().split(|sign: char| !is_name(sign)).next();
    document.trim_start().starts_with("mutation") && field().is_some_and(is_out)
}

/// Whether whoever looks is refused, by which nobody leaves. Browsers let go of a password in Authorization by such an answer
/// alone (RFC 7617).
fn is_refused_a_look(exchange: &Exchange) -> bool {
    let is_basic = |field: &str| field.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic"));
    &*exchange.method == "GET" && matches!(exchange.status(), 401 | 403) && !exchange.received("www-authenticate").is_some_and(is_basic)
}

/// Whether an answer deletes a cookie, or sends on and remembers no address to come back to. What has moved for good is a page.
fn is_led_away(exchange: &Exchange) -> bool {
    let remembers = |target: Url| target.query_pairs().any(|(_, value)| value.contains(['/', '.']));
    let is_sent_on = || matches!(exchange.status(), 302 | 303) && exchange.redirect_target().is_some_and(|target| !remembers(target));
    deletes_cookie(exchange) || is_sent_on()
}

/// Whether an answer takes a cookie away.
fn deletes_cookie(exchange: &Exchange) -> bool {
    let lines = exchange.response.iter().flat_map(|response| response.fields.all("set-cookie")).take(limits::COOKIES);
    let mut cookies = lines.map(|line| set_cookie::parse(line).value);
    cookies.any(|cookie| cookie.value.is_empty() || cookie.max_age.is_some_and(|(_, seconds)| seconds <= 0))
}

/// Whether whoever asks is to log in and come back, and keeps what they have: so are those answered who look at what others did.
/// Another cookie for a stranger takes nothing from them.
fn is_sent_to_log_in_first(exchange: &Exchange) -> bool {
    let names_it = |value: &str| value.split('?').next().is_some_and(|path| path == exchange.url.path());
    let comes_back = |target: Url| {
        let values = || target.query_pairs().map(|(_, value)| value);
        let is_address = |value: &str| Url::parse(value).is_ok_and(|back| back.path() == exchange.url.path());
        is_password_url(&target) && values().any(|value| names_it(&value) || is_address(&value))
    };
    &*exchange.method == "GET" && !deletes_cookie(exchange) && exchange.redirect_target().is_some_and(comes_back)
}

/// Whether a provider's answer is among the parameters.
fn brings_answer(parameters: &Form<'_>) -> bool {
    parameters.has("state") && ["code", "error", "id_token"].iter().any(|name| parameters.has(name))
}

/// Whether a provider's code comes back without a `state`, since none was sent (RFC 6749 4.1.2): what else providers add tells
/// it from the codes of other things: `iss` (RFC 9207), `session_state` (OpenID Connect Session Management 3), `scope`.
fn brings_code(query: &Form<'_>) -> bool {
    let is_code = |code: &str| code.len() >= SHORTEST_CODE && !code.contains(|sign: char| sign.is_whitespace() || "(){}[]".contains(sign));
    query.get("code").is_some_and(is_code) && ["iss", "session_state", "scope"].iter().any(|name| query.has(name))
}

/// Whether a parameter is a refresh token, or holds the variables of a call of GraphQL and one among them.
fn takes_refresh_token(pair: &Pair<'_>) -> bool {
    let mut found = REFRESH_NAMES.contains(&&*pair.name);
    if pair.name == "variables" {
        json::each_name(&pair.value, &mut |name| found |= REFRESH_NAMES.contains(&name));
    }
    found
}

/// How every service ticket begins: CAS Protocol 3.0, 3.1.1.
const SERVICE_TICKET: &str = "ST-";

/// Characters of a ticket that nobody can guess: its 2.5 says so, and that it is opaque.
const TICKET: usize = 20;

fn is_service_ticket(ticket: &str) -> bool {
    ticket.starts_with(SERVICE_TICKET) && ticket.len() >= TICKET
}

/// Whether an address brings a service ticket of CAS.
#[must_use]
pub fn brings_ticket(url: &Url) -> bool {
    url.query_pairs().any(|(name, value)| name == "ticket" && is_service_ticket(&value))
}

/// Whether a service of another origin sends somebody to a CAS server's login: CAS Protocol 3.0, 2.1.1.
fn asks_for_ticket(url: &Url, query: &Form<'_>) -> bool {
    let service = query.get("service").and_then(|service| Url::parse(service).ok());
    url.path().ends_with("/login") && service.is_some_and(|service| service.has_host() && service.origin() != url.origin())
}

/// Names under which programs with one address for everything are told what to do, and under which they are told for whom:
/// Synology DSM, JSON-RPC, TYPO3, phpBB, GraphQL over HTTP and the like; checked 2026-11-29.
const CALL_NAMES: [&str; 10] = ["act", "action", "cmd", "command", "do", "method", "mode", "op", "operationname", "task"];
const PERSON_NAMES: [&str; 8] = ["account", "email", "login", "name", "uid", "user", "userid", "username"];

/// Names under which such programs are told what to show, and others what to look for.
const PAGE_NAMES: [&str; 4] = ["p", "page", "q", "view"];

fn is_call_name(name: &str) -> bool {
    CALL_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn is_page_name(name: &str) -> bool {
    PAGE_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether a call says by a parameter that it logs somebody in, however it hides the password.
fn calls_login(sent: &Form<'_>) -> bool {
    let is_call = |name: &str, value: &str| is_call_name(name) && PASSWORD_PAGE_WORDS.iter().any(|word| value.eq_ignore_ascii_case(word));
    let is_person = |name: &str| PERSON_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known));
    sent.pairs.iter().any(|pair| is_call(&pair.name, &pair.value))
        && sent.pairs.iter().any(|pair| is_person(&pair.name) && !pair.value.is_empty())
}

/// Short values that a form to log in brings: a name, a password, and what guards the form or remembers it.
const SUBMITTED: std::ops::RangeInclusive<usize> = 2..=6;
/// Bytes of the longest of them.
const LONGEST: usize = 512;

/// Whether a few short values are sent by somebody who brings no credentials of another kind: so are names and
/// passwords, in every language.
pub(super) fn is_submission(exchange: &Exchange, sent: &Form<'_>) -> bool {
    &*exchange.method != "GET"
        && exchange.sent("authorization").is_none()
        && SUBMITTED.contains(&sent.pairs.len())
        && sent.pairs.iter().all(|pair| !pair.value.is_empty() && pair.value.len() <= LONGEST && !pair.value.starts_with(['{', '[']))
}

/// Whether a client was refused what has to come before a token: to be registered (RFC 7591 3.1), to leave its request
/// (RFC 9126 2.1) or to log in a device (RFC 8628 3.1). What is granted there is no token yet.
fn is_refused_before_token(exchange: &Exchange, sent: &Form<'_>) -> bool {
    let names_device = || exchange.url.path().split('/').any(|part| matches!(part, "device_authorization" | "devicecode" | "device"));
    let is_client = || {
        let is_basic = |field: &str| field.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "));
        ["client_id", "client_assertion"].iter().any(|name| sent.has(name)) || exchange.sent("authorization").is_some_and(is_basic)
    };
    let leaves_request = || sent.has("response_type") || sent.get("request").is_some_and(|object| claims_of(object).is_some());
    let asks = || is_client() && (leaves_request() || names_device());
    let is_refused = match exchange.status() {
        400 | 401 | 403 => sent.has("redirect_uris") || asks(),
        // A provider that registers nobody, or takes no request beforehand, need not know the endpoint.
        404 | 405 | 415 | 422 | 501 => sent.has("redirect_uris") || is_client() && leaves_request(),
        _ => false,
    };
    &*exchange.method == "POST" && is_refused
}

/// Whether a form was sent from or to a page where people log in, whose content the capture leaves out, and the answer
/// does what answers to logins do: it sets a cookie and sends on, or refuses.
fn is_unseen_submission(exchange: &Exchange) -> bool {
    let length = || exchange.sent("content-length").and_then(|length| length.trim().parse::<u64>().ok());
    let has_content = || exchange.sent("content-type").is_some() && length() != Some(0);
    if &*exchange.method != "POST" || exchange.request.body.is_some() || exchange.sent("authorization").is_some() || !has_content() {
        return false;
    }
    let sets = exchange.received("set-cookie").is_some();
    let page = || exchange.sent("referer").and_then(|page| Url::parse(page).ok()).is_some_and(|page| is_password_url(&page));
    match exchange.status() {
        302 | 303 => sets && (is_password_url(&exchange.url) || page()),
        200..=299 => sets && exchange.kind != Kind::Document && is_password_url(&exchange.url),
        // Scripts of such a page send much besides.
        401 | 403 | 422 => is_password_url(&exchange.url) || !exchange.kind.is_by_script() && page(),
        _ => false,
    }
}

/// Whether a URL looks like a page where people log in, or that leads to one.
#[must_use]
pub fn is_sign_in_url(url: &Url) -> bool {
    is_password_url(url) || path_has(url, &PROVIDER_WORDS)
}

/// Whether a URL is of the metadata by which a client learns where it may log in: OpenID Connect Discovery 4, RFC 8414 3,
/// RFC 9728 3.
#[must_use]
pub fn is_discovery(url: &Url) -> bool {
    const DOCUMENTS: [&str; 3] = ["openid-configuration", "oauth-authorization-server", "oauth-protected-resource"];
    url.path().contains("/.well-known/") && path_has(url, &DOCUMENTS)
}

/// Whether a URL looks like a page where people type a password.
#[must_use]
pub fn is_password_url(url: &Url) -> bool {
    path_has(url, &PASSWORD_PAGE_WORDS)
}

/// Whether a URL looks like a page where somebody who has a password chooses another.
#[must_use]
pub fn is_new_password_url(url: &Url) -> bool {
    let segments = || url.path().split(['/', '.']).filter(|segment| !segment.is_empty());
    let says = |segment: &str, words: &[&str]| words.iter().any(|word| segment.to_ascii_lowercase().contains(word));
    segments().any(is_password_name)
        && segments().any(|segment| says(segment, &CHANGE_WORDS))
        && !segments().any(|segment| says(segment, &["forg"]))
}

/// Words by which such a page names the change, as far as any part of its path.
const CHANGE_WORDS: [&str; 16] = [
    "aender", "alter", "byt", "cambi", "chang", "expire", "force", "modif", "must", "new", "renew", "reset", "troca", "update", "wijzig",
    "zmen",
];

fn path_has(url: &Url, words: &[&str]) -> bool {
    url.path().split(['/', '.']).any(|segment| words.iter().any(|word| segment.eq_ignore_ascii_case(word)))
}

/// Whether a page leads to where people log out, which is shown to who is let in.
#[must_use]
pub fn leads_out(page: &str) -> bool {
    let is_out = |word: &str| SIGN_OUT_WORDS.iter().any(|known| word.eq_ignore_ascii_case(known));
    addresses(page).any(|address| address.split(['/', '.', '?', '=', '&']).any(is_out))
}

/// Whether a page leads to an address of its own origin, whatever query follows it.
#[must_use]
pub fn leads_to(page: &str, target: &Url) -> bool {
    let origin = target.origin().ascii_serialization();
    let is_it = |address: &str| address.split(['?', '#']).next() == Some(target.path());
    addresses(page).any(|address| is_it(address.strip_prefix(&*origin).unwrap_or(address)))
}

/// The addresses to which a page's links and forms lead, as they are written.
fn addresses(page: &str) -> impl Iterator<Item = &str> {
    let address = |at: usize| page.get(at..).unwrap_or_default().trim_start_matches(['"', '\'']).split(['"', '\'', ' ', '>']).next();
    let begins = ["href=", "action="].iter().flat_map(|name| page.match_indices(name).map(|(at, name)| at + name.len()));
    begins.filter_map(address)
}

/// Whether a request brings a password, by what its fields are called.
#[must_use]
pub fn names_password(exchange: &Exchange) -> bool {
    bears_password(&Parameters::of(exchange).content)
}

/// Whether a login's password is among what is sent; of a JSON object nested members count too, since APIs wrap
/// what they are sent. Who sends two passwords, or one for another, chooses a new one.
fn bears_password(sent: &Form<'_>) -> bool {
    let passwords = passwords_in(sent);
    passwords == 1 || passwords == 0 && sent.get("query").is_some_and(mutates_with_password)
}

/// Whether what a request sends is called a password somewhere.
#[must_use]
pub fn sends_password(exchange: &Exchange) -> bool {
    passwords_in(&Parameters::of(exchange).content) > 0
}

/// How many passwords are among what is sent.
fn passwords_in(sent: &Form<'_>) -> usize {
    let (mut filled, mut empty) = (0, 0);
    for pair in &sent.pairs {
        if is_password_name(&pair.name) {
            *if pair.value.is_empty() { &mut empty } else { &mut filled } += 1;
        }
        if pair.value.starts_with(['{', '[']) {
            json::each_name(&pair.value, &mut |name| filled += usize::from(is_password_name(name)));
        }
    }
    // What stands empty beside the password keeps browsers from filling it in, or would take a new one.
    if filled > 0 { filled } else { empty }
}

/// Whether a mutation of GraphQL takes one password as an argument, whatever its variables are called (GraphQL 2.6).
fn mutates_with_password(document: &str) -> bool {
    let names = document.split(':').filter_map(|before| before.rsplit(|sign: char| !is_name(sign)).next().map(|name| (before, name)));
    // Variables are declared before they are used, each behind a sign.
    let arguments = names.filter(|(before, name)| !name.is_empty() && !before.trim_end_matches(is_name).ends_with('$'));
    document.trim_start().starts_with("mutation") && arguments.filter(|(_, name)| is_password_name(name)).count() == 1
}

const fn is_name(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || sign == '_'
}

/// Whether what is sent answers what a login asked for in callbacks, a password among them: JAAS's, as OpenAM and its
/// successors put them into JSON.
fn answers_callbacks(sent: &Form<'_>) -> bool {
    sent.get("callbacks").is_some_and(|asked| asked.starts_with('[') && asked.contains("\"PasswordCallback\""))
}

/// Whether a passkey's assertion is among what is sent (Web Authentication 5.2.2): a new passkey brings no signature.
fn bears_assertion(sent: &Form<'_>) -> bool {
    let mut members = 0;
    let mut take = |name: &str| {
        let name = name.replace(['_', '-'], "").to_ascii_lowercase();
        members += usize::from(["clientdatajson", "authenticatordata", "signature"].contains(&name.as_str()));
    };
    for pair in &sent.pairs {
        take(&pair.name);
        if pair.value.starts_with(['{', '[']) {
            json::each_name(&pair.value, &mut take);
        }
    }
    members == 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purpose(notation: &str) -> Purpose {
        crate::facts::Facts::of(&crate::capture::notation::parse(notation).unwrap()[0]).purpose
    }

    #[test]
    fn an_answer_without_a_state_is_known_by_what_stands_beside_its_code() {
        let at = |query: &str| purpose(&format!("~ kind document\n> GET https://a.test/back?{query}\n"));
        assert_eq!(at("code={secret c 40}&scope=email+profile"), Purpose::Callback);
        assert_eq!(at("code={secret c 40}&iss=https://id.test"), Purpose::Callback);
        assert_eq!(at("code={secret c 40}"), Purpose::Page);
        assert_eq!(at("code=SPRING25&scope=shop"), Purpose::Page);
        let run = "~ kind fetch\n> POST https://a.test/run\n> Content-Type: application/json\n>\n> {\"code\":\"console.log('hello')\",\"scope\":\"global\"}\n";
        assert_eq!(purpose(run), Purpose::Api);
    }

    #[test]
    fn somebody_leaves_by_a_parameter_as_well() {
        let at = |request: &str| purpose(&format!("~ kind document\n> {request}\n"));
        for request in
            ["GET https://a.test/wiki?do=logout", "POST https://a.test/enter?task=user.logout", "GET https://a.test/index.php?logout"]
        {
            assert_eq!(at(request), Purpose::SignOut, "{request}");
        }
        for request in
            ["GET https://a.test/wiki?back=/user/logout", "GET https://a.test/search?q=how+to+logout", "GET https://a.test/?theme=dark"]
        {
            assert_eq!(at(request), Purpose::Page, "{request}");
        }
        let form = "POST https://a.test/in?logout=1\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b";
        assert_eq!(at(form), Purpose::SignIn);
    }

    #[test]
    fn who_speaks_of_leaving_does_not_leave() {
        let at = |request: &str| purpose(&format!("~ kind document\n> {request}\n"));
        for request in [
            "GET https://a.test/log?kind=person.logout",
            "GET https://a.test/words?entry=footer.sign-out",
            "GET https://a.test/start?logout=false",
            "GET https://a.test/start?logout=0",
            "POST https://a.test/alive\n> Content-Type: application/json\n>\n> {\"since\":5,\"logout\":false}",
            "POST https://a.test/seen\n> Content-Type: application/json\n>\n> {\"what\":\"shown\",\"button\":\"logout\"}",
        ] {
            assert_eq!(at(request), Purpose::Page, "{request}");
        }
        for request in [
            "GET https://a.test/start?logout=true",
            "GET https://a.test/forum?mode=logout&sid=4",
            "POST https://a.test/rpc\n> Content-Type: application/json\n>\n> {\"method\":\"session.logout\"}",
        ] {
            assert_eq!(at(request), Purpose::SignOut, "{request}");
        }
        // Whoever is to log in first, and then to come back, only looked at what others did.
        let looks = |answer: &str| at(&format!("GET https://a.test/staff/journal?action=logout\n< 302 Found\n< Location: {answer}"));
        assert_eq!(looks("/login?next=/staff/journal"), Purpose::Page);
        assert_eq!(looks("/login?back=https%3A%2F%2Fa.test%2Fstaff%2Fjournal%3Faction%3Dlogout"), Purpose::Page);
        for answer in ["/login", "/login?left=1", "/login?next=/staff/journal\n< Set-Cookie: sid=; Max-Age=0"] {
            assert_eq!(looks(answer), Purpose::SignOut, "{answer}");
        }
    }

    #[test]
    fn a_button_or_a_page_by_which_somebody_leaves_is_known() {
        let at = |request: &str| purpose(&format!("~ kind document\n> {request}\n"));
        let form = |sent: &str| {
            format!(
                "POST https://wiki.test/me\n> Content-Type: application/x-www-form-urlencoded\n>\n> {sent}\n< 303 See Other\n< Location: /"
            )
        };
        let json = |sent: &str| format!("POST https://wiki.test/rpc\n> Content-Type: application/json\n>\n> {sent}\n< 200 OK");
        let page = |query: &str, answer: &str| format!("GET https://wiki.test/index.php?{query}\n< {answer}");
        const AWAY: &str = "302 Found\n< Location: /start";
        const ENDED: &str = "200 OK\n< Set-Cookie: sid=gone; Max-Age=0";
        for request in [
            form("signout=Sign+me+out&csrf=x1"),
            form("abmelden=Tsch%C3%BCss"),
            form("act=logoff"),
            json("{\"signOut\":true}"),
            json("{\"operationName\":\"SignOut\",\"variables\":{}}"),
            json("{\"query\":\"mutation Bye { logout { ok } }\"}"),
            page("logout=Leave", AWAY),
            page("act=logoff", AWAY),
            page("view=signout", "302 Found\n< Location: /login?left=1"),
            page("p=logout", ENDED),
            page("action=logout", "401 Unauthorized\n< WWW-Authenticate: Basic realm=\"x\""),
        ] {
            assert_eq!(at(&request), Purpose::SignOut, "{request}");
        }
        for request in [
            form("signin=on&signout=on&mail=1"),
            form("signin=In&signout=Out&home=Home&cart=Cart&search=Find&help=Help&back=Back"),
            form("shown=signout"),
            json("{\"signOut\":false}"),
            json("{\"signOut\":\"Leave\",\"cart\":\"Basket\"}"),
            json("{\"query\":\"query { logout { at } }\"}"),
            page("logout=off", AWAY),
            page("key=logout", AWAY),
            page("visible=logout", ENDED),
            page("q=logout", "200 OK"),
            page("page=signout", "302 Found\n< Location: /login?back=%2Findex.php"),
            page("view=signout", "301 Moved Permanently\n< Location: /help/leaving"),
        ] {
            assert_eq!(at(&request), Purpose::Page, "{request}");
        }
    }

    #[test]
    fn who_is_refused_a_look_at_who_left_does_not_leave() {
        let at = |answer: &str| purpose(&format!("~ kind fetch\n> GET https://a.test/trail?action=logout\n< {answer}\n"));
        assert_eq!(at("401 Unauthorized\n< WWW-Authenticate: Bearer"), Purpose::Api);
        assert_eq!(at("403 Forbidden"), Purpose::Api);
        assert_eq!(at("302 Found\n< Location: /login?next=%2Ftrail\n< Set-Cookie: anon={secret n 30}"), Purpose::Api);
        assert_eq!(at("302 Found\n< Location: /login?next=%2Ftrail\n< Set-Cookie: sid=; Path=/"), Purpose::SignOut);
        assert_eq!(at("204 No Content"), Purpose::SignOut);
    }

    #[test]
    fn a_submitted_password_is_a_login_in_every_form() {
        for (media, body) in [
            ("application/x-www-form-urlencoded", "user=a&password=b"),
            ("application/x-www-form-urlencoded", "fake_password=&user=a&password=b"),
            ("application/json", "{\"user\": \"a\", \"password\": \"b\"}"),
            ("application/json", "{\"user\": \"a\", \"password\": \"b\", \"newPassword\": \"\"}"),
            ("application/json", "{\"session\": {\"email\": \"a\", \"password\": \"b\"}}"),
            ("application/x-www-form-urlencoded", "user%5Bemail%5D=a&user%5Bpassword%5D=b"),
            ("multipart/form-data; boundary=x", "--x\n> Content-Disposition: form-data; name=\"pwd\"\n>\n> b\n> --x--"),
            ("application/x-www-form-urlencoded", "grant_type=password&username=a&password=b"),
        ] {
            assert_eq!(purpose(&format!("> POST https://a.test/x\n> Content-Type: {media}\n>\n> {body}\n")), Purpose::SignIn, "{body}");
        }
    }

    #[test]
    fn a_mutation_that_takes_a_password_is_a_login_whatever_its_variables_are_called() {
        let call = |query: &str| {
            purpose(&format!(
                "> POST https://a.test/graphql\n> Content-Type: application/json\n>\n> {{\"query\":\"{query}\",\"variables\":{{\"u\":\"a\",\"p\":\"b\"}}}}\n"
            ))
        };
        assert_eq!(call("mutation($u:String!,$p:String!){signIn(user:$u,password:$p){token}}"), Purpose::SignIn);
        assert_eq!(call("mutation { signIn(user: \\\"a\\\", password: \\\"b\\\") { token } }"), Purpose::SignIn);
        assert_eq!(call("mutation($p:String!,$q:String!){change(password:$p,newPassword:$q){ok}}"), Purpose::Api);
        assert_eq!(call("query($password:Int){notes(first:$password){id}}"), Purpose::Api);
    }

    #[test]
    fn tells_the_steps_of_a_sign_in_with_a_provider() {
        assert_eq!(purpose("> GET https://id.test/auth?response_type=code&client_id=c&state=s\n"), Purpose::Authorize);
        assert_eq!(purpose("> GET https://a.test/cb?code=x&state=s\n"), Purpose::Callback);
        assert_eq!(purpose("> POST https://a.test/acs\n>\n> SAMLResponse=PHg+&RelayState=r\n"), Purpose::Callback);
        assert_eq!(purpose("> POST https://id.test/token\n>\n> grant_type=authorization_code&code=x\n"), Purpose::Token);
        assert_eq!(purpose("> POST https://id.test/token\n>\n> grant_type=refresh_token&refresh_token=x\n"), Purpose::Refresh);
        assert_eq!(
            purpose("> POST https://api.test/renew\n> Content-Type: application/json\n>\n> {\"refresh\": \"x\"}\n"),
            Purpose::Refresh
        );
        assert_eq!(purpose("> POST https://api.test/auth/refresh\n"), Purpose::Refresh);
        let call = |name: &str| {
            let body = format!("{{\"query\":\"mutation {{ renew }}\",\"variables\":{{\"{name}\":\"x\"}}}}");
            purpose(&format!("> POST https://api.test/graphql\n> Content-Type: application/json\n>\n> {body}\n"))
        };
        assert_eq!((call("refreshToken"), call("refresh_rate")), (Purpose::Refresh, Purpose::Api));
        assert_eq!(purpose("~ kind fetch\n> GET https://api.test/refresh\n"), Purpose::Api);
    }

    #[test]
    fn tells_the_steps_of_a_login_by_cas() {
        assert_eq!(purpose("~ kind document\n> GET https://sso.test/cas/login?service=https%3A%2F%2Fapp.test%2Fin\n"), Purpose::Authorize);
        assert_eq!(purpose("~ kind document\n> GET https://app.test/in?ticket=ST-12-abcdefghijklmn-sso\n"), Purpose::Callback);
        assert_eq!(purpose("~ kind document\n> GET https://app.test/login?service=mail\n"), Purpose::Page);
        assert_eq!(purpose("~ kind document\n> GET https://help.test/?ticket=4711\n"), Purpose::Page);
        assert_eq!(purpose("~ kind document\n> GET https://help.test/?ticket=ST-4711\n"), Purpose::Page);
    }

    #[test]
    fn what_is_refused_before_a_token_belongs_to_the_login() {
        let form = "> Content-Type: application/x-www-form-urlencoded\n>\n> ";
        for (path, sent) in [
            ("/par", format!("{form}client_id=c&response_type=code")),
            ("/par", format!("{form}client_assertion=a&response_type=code")),
            ("/par", format!("{form}client_id=c&request={{jwt response_type=code}}")),
            ("/device_authorization", format!("{form}client_id=c&scope=openid")),
            ("/register", "> Content-Type: application/json\n>\n> {\"redirect_uris\":[\"https://a.test/cb\"]}".to_owned()),
        ] {
            let answered = |status| purpose(&format!("~ kind fetch\n> POST https://id.test{path}\n{sent}\n< {status}\n"));
            assert_eq!(answered("400 Bad Request"), Purpose::Token, "{path}");
            assert_ne!(answered("201 Created"), Purpose::Token, "{path}");
        }
    }

    #[test]
    fn a_login_whose_content_is_not_captured_is_known_by_its_answer() {
        let sent = |path: &str, length: u8, answer: &str| {
            let form = "> Content-Type: application/x-www-form-urlencoded\n> Referer: https://a.test/login\n";
            purpose(&format!("~ kind document\n> POST https://a.test{path}\n{form}> Content-Length: {length}\n< {answer}\n"))
        };
        const IN: &str = "302 Found\n< Location: /home\n< Set-Cookie: sid=1";
        assert_eq!(sent("/login", 26, IN), Purpose::SignIn);
        assert_eq!(sent("/session", 26, IN), Purpose::SignIn);
        assert_eq!(sent("/login", 26, "401 Unauthorized"), Purpose::SignIn);
        assert_eq!(sent("/session", 26, "422 Unprocessable Content"), Purpose::SignIn);
        let count =
            "~ kind fetch\n> POST https://a.test/count\n> Content-Type: text/plain\n> Referer: https://a.test/login\n< 403 Forbidden\n";
        assert_eq!(purpose(count), Purpose::Api);
        assert_eq!(sent("/login", 0, IN), Purpose::Page);
        assert_eq!(sent("/session", 26, "302 Found\n< Location: /home"), Purpose::Page);
        assert_eq!(sent("/login", 26, "200 OK\n< Set-Cookie: theme=1"), Purpose::Page);
    }

    #[test]
    fn a_call_that_logs_in_says_so() {
        let call = |body: &str| {
            purpose(&format!(
                "~ kind xhr\n> POST https://nas.test/entry.cgi\n> Content-Type: application/x-www-form-urlencoded\n>\n> {body}\n"
            ))
        };
        assert_eq!(call("api=Auth&method=login&account=a&x=%7B%22rsa%22%3A1%7D&otp_code="), Purpose::SignIn);
        assert_eq!(call("method=login&x=1"), Purpose::Api);
        assert_eq!(call("method=list&account=a"), Purpose::Api);
        assert_eq!(call("event=login&user=a"), Purpose::Api);
    }

    #[test]
    fn a_passkey_that_is_shown_logs_in_and_a_new_one_does_not() {
        let call = |response: &str| {
            purpose(&format!(
                "~ kind fetch\n> POST https://a.test/x\n> Content-Type: application/json\n>\n> {{\"id\":\"i\",\"type\":\"public-key\",\"response\":{{{response}}}}}\n"
            ))
        };
        assert_eq!(call("\"clientDataJSON\":\"c\",\"authenticatorData\":\"a\",\"signature\":\"s\""), Purpose::SignIn);
        assert_eq!(call("\"clientDataJSON\":\"c\",\"attestationObject\":\"a\""), Purpose::Api);
    }

    #[test]
    fn words_alone_do_not_make_a_login() {
        assert_eq!(purpose("> GET https://a.test/login?password=1\n"), Purpose::Api);
        assert_eq!(purpose("> GET https://a.test/search?code=1\n"), Purpose::Api);
        assert_eq!(
            purpose("> POST https://a.test/notes\n> Content-Type: application/json\n>\n> {\"note\": {\"text\": \"my password: x\"}}\n"),
            Purpose::Api
        );
        assert_eq!(purpose("~ kind script\n> GET https://a.test/login.js\n"), Purpose::Asset);
    }
}
