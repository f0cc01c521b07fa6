//! What an answer to a program calls itself, whatever its status: many programs answer 200 and write the outcome inside.

use super::parameters::Parameters;
use crate::exchange::Exchange;
use crate::limits;
use crate::syntax::json;

/// Bytes of the longest answer that is looked at: a program's error is short.
pub const LONGEST: usize = 8 * 1024;

/// Members in which programs write a status of their own beside HTTP's, in lower case and without underscores.
const STATUS_MEMBERS: [&str; 6] = ["status", "code", "statuscode", "errorcode", "errcode", "httpstatus"];

/// Members whose `false` says that something failed.
const SUCCESS_MEMBERS: [&str; 3] = ["success", "ok", "succeeded"];

/// The codes by which gRPC refuses whoever asks, and what HTTP calls them: grpc.io, "Status codes and their use".
const GRPC_REFUSALS: [(u16, u16); 2] = [(16, 401), (7, 403)];

/// Members in which programs say why, in lower case and without underscores.
const REASON_MEMBERS: [&str; 7] = ["detail", "error", "errors", "message", "msg", "reason", "title"];

/// Reason phrases that are all that a member says, in lower case, and the status that they name (RFC 9110 15.5).
const REASONS: [(&str, u16); 4] =
    [("\"unauthorized\"", 401), ("\"unauthenticated\"", 401), ("\"not authenticated\"", 401), ("\"forbidden\"", 403)];

/// What stands for nothing where an error may be.
const NOTHING: [&str; 6] = ["null", "false", "[]", "{}", "\"\"", "0"];

/// What a short JSON object says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Whether it calls itself an error: by `error` or, as in GraphQL, `errors`, by no success, by a status.
    pub is_error: bool,
    /// The status of HTTP that it gives itself.
    pub status: Option<u16>,
}

impl Outcome {
    /// What the answer of an exchange calls itself: in its content, or by the status that gRPC-Web puts beside HTTP's.
    #[must_use]
    pub(super) fn of_exchange(exchange: &Exchange) -> Self {
        match exchange.received("grpc-status").and_then(|code| code.trim().parse().ok()) {
            Some(0) => Self::default(),
            Some(code) => {
                Self { is_error: true, status: GRPC_REFUSALS.iter().find(|(known, _)| *known == code).map(|(_, status)| *status) }
            }
            None if exchange.response_text().trim_start().starts_with('[') => Self::of_batch(exchange),
            None => {
                let text = exchange.response_text();
                let short = Some(text).filter(|text| text.len() <= LONGEST);
                let wrapped = short.and_then(json::wrapped).filter(|(name, _)| names_call(exchange, name));
                let said = Self::of(wrapped.map_or(text, |(_, value)| value));
                let is_stranger = exchange.sent("authorization").is_some() && calls_a_stranger(exchange.response_text());
                Self { is_error: said.is_error || is_stranger, status: said.status.or(is_stranger.then_some(401)) }
            }
        }
    }

    /// A batch of calls, where a batch was sent: it failed as one where each of them did.
    fn of_batch(exchange: &Exchange) -> Self {
        let text = exchange.response_text();
        let answers = if text.len() <= LONGEST { json::elements_of(text) } else { Vec::new() };
        // Where a list is cut, nobody knows how long it was.
        let is_whole = answers.len() < limits::LIST_ELEMENTS;
        let mut each = answers.iter().map(|element| Self::of(element));
        let Some(first) = each.next().filter(|first| is_whole && first.is_error && each.all(|other| other.is_error)) else {
            return Self::default();
        };
        let sent = exchange.request.body.as_ref().map_or(0, |body| json::elements_of(&body.text).len());
        if sent == answers.len() { first } else { Self::default() }
    }

    /// Reads an answer; whatever is no short object says nothing.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut outcome = Self::default();
        if text.len() > LONGEST {
            return outcome;
        }
        if text.trim_start().starts_with("<?xml") {
            return Self { is_error: xml_is_error(text), status: None };
        }
        if !text.trim_start().starts_with('{') {
            return outcome;
        }
        // GraphQL hands errors of its own schema out as data.
        outcome.is_error = ["Error\"", "Failure\""].iter().any(|end| names_type(text, end));
        let mut inner = Self::default();
        let mut named = [false; 2];
        let read = json::each_member(text, &mut |name, value| {
            let plain = name.replace('_', "").to_ascii_lowercase();
            outcome.take(&plain, value.trim());
            named[0] |= plain == "exception" && is_code(value.trim());
            named[1] |= matches!(&*plain, "errorcode" | "errcode") && is_code(value.trim());
            // An envelope that carries the answer as a text.
            if let Some(text) = json::unescaped(value).filter(|text| text.starts_with("{\"")) {
                let read = Self::of(&text);
                inner = Self { is_error: inner.is_error || read.is_error, status: inner.status.or(read.status) };
            }
        });
        if read.is_err() {
            return Self::default();
        }
        // One of the two alone may name what went well.
        outcome.is_error |= named == [true; 2];
        Self { is_error: outcome.is_error || inner.is_error, status: outcome.status.or(inner.status) }
    }

    fn take(&mut self, name: &str, value: &str) {
        if STATUS_MEMBERS.contains(&name) {
            let status = value.trim_matches('"').parse().ok().filter(|status| (100..600).contains(status));
            self.status = self.status.or(status);
            let says_so = ["\"error\"", "\"fail\"", "\"failed\"", "\"failure\""].iter().any(|word| value.eq_ignore_ascii_case(word));
            self.is_error |= says_so || status.is_some_and(|status| status >= 400);
        }
        if STATUS_MEMBERS.contains(&name) || REASON_MEMBERS.contains(&name) {
            let reason = || REASONS.iter().find(|(phrase, _)| value.eq_ignore_ascii_case(phrase)).map(|(_, status)| *status);
            self.status = self.status.or_else(reason);
        }
        let is_one = match name {
            "error" | "errors" => !NOTHING.contains(&value),
            "data" => hands_out_errors(value),
            _ => SUCCESS_MEMBERS.contains(&name) && value == "false",
        };
        self.is_error |= is_one;
    }
}

/// Members whose `false` says to whoever shows credentials that they are nobody, in lower case and without underscores. Who
/// shows none only asks.
const KNOWN_MEMBERS: [&str; 4] = ["authenticated", "isauthenticated", "loggedin", "isloggedin"];

/// Whether an answer that consists of one member is wrapped in it: it is called after the call, and not after a thing that was
/// asked for.
fn names_call(exchange: &Exchange, name: &str) -> bool {
    let is_it = |text: &str| text.eq_ignore_ascii_case(name);
    let last = exchange.url.path_segments().and_then(Iterator::last).unwrap_or_default();
    let content = || Parameters::of(exchange).content.pairs.into_iter().any(|pair| is_it(&pair.value));
    is_it(last) || exchange.url.query_pairs().any(|(_, value)| is_it(&value)) || content()
}

/// Members of an object that is not about who asks.
const THINGS: [&str; 4] = ["domain", "id", "name", "username"];

/// Whether a short JSON object says that nobody is known who asks.
#[must_use]
pub fn calls_a_stranger(text: &str) -> bool {
    let (mut found, mut is_of_another) = (false, false);
    if text.len() <= LONGEST && text.trim_start().starts_with('{') {
        let _ = json::each_member(text, &mut |name, value| {
            let plain = name.replace('_', "").to_ascii_lowercase();
            found |= KNOWN_MEMBERS.contains(&plain.as_str()) && value.trim() == "false";
            is_of_another |= THINGS.contains(&plain.as_str()) && !NOTHING.contains(&value.trim());
        });
    }
    found && !is_of_another
}

/// Whether a short JSON object says that somebody is known who asks.
#[must_use]
pub fn calls_somebody(text: &str) -> bool {
    let mut found = false;
    if text.len() <= LONGEST && text.trim_start().starts_with('{') {
        let _ = json::each_member(text, &mut |name, value| {
            let plain = name.replace('_', "").to_ascii_lowercase();
            found |= KNOWN_MEMBERS.contains(&plain.as_str()) && value.trim() == "true";
        });
    }
    found
}

/// What XML calls an answer that is none: SOAP's Fault, the error of a partial response of Jakarta Faces, services' own.
const XML_ERRORS: [&str; 3] = ["error", "exception", "fault"];

/// Whether a member that names an error holds a name: not a number, and none of what says that all is well.
fn is_code(value: &str) -> bool {
    let text = value.trim_matches('"');
    value.starts_with('"') && text.starts_with(char::is_alphabetic) && !is_well(text)
}

/// Whether a code or a text says that all is well.
fn is_well(text: &str) -> bool {
    const WELL: [&str; 8] = ["", "ok", "na", "none", "noerror", "null", "success", "successful"];
    let plain: String = text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_ascii_lowercase();
    WELL.contains(&plain.as_str())
        || plain.trim_start_matches(char::is_alphabetic).bytes().all(|digit| digit == b'0') && plain.ends_with('0')
}

/// Elements of an XML document, from the outermost inwards, among which one may say so.
const XML_DEPTH: usize = 3;

/// Whether XML begins with an element that says that something failed, and is neither empty nor nothing.
fn xml_is_error(text: &str) -> bool {
    let mut rest = text;
    for _ in 0..XML_DEPTH {
        let Some((name, inner)) = next_element(rest) else { return false };
        let says = inner.split('<').next().unwrap_or_default().trim();
        let has_child = says.is_empty() && !inner.trim_start().starts_with("</") && !inner.trim().is_empty();
        let is_one = XML_ERRORS.iter().any(|error| name.eq_ignore_ascii_case(error));
        if is_one {
            // Its first words count, be they its own or those of its first child.
            let child = || next_element(inner).map_or("", |(_, inner)| inner.split('<').next().unwrap_or_default().trim());
            let first = if has_child { child() } else { says };
            return if first.is_empty() { has_child } else { !NOTHING.contains(&first) && !is_well(first) };
        }
        rest = inner;
    }
    false
}

/// The local name of the element that opens next, none where it is empty, and what follows its tag.
fn next_element(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    let open = loop {
        let open = from + text.get(from..)?.find('<')? + 1;
        let rest = text.get(open..)?;
        if rest.starts_with(char::is_alphabetic) {
            break open;
        }
        from = open + if rest.starts_with("!--") { rest.find("-->")? } else { rest.find('>')? };
    };
    let tag = text.get(open..)?;
    let end = tag.find('>')?;
    let name = tag.get(..end)?.split(|letter: char| letter.is_ascii_whitespace() || letter == '/').next()?;
    let is_empty = tag.get(..end)?.ends_with('/');
    Some((if is_empty { "" } else { name.rsplit(':').next()? }, tag.get(end + 1..)?))
}

/// Whether what a mutation of GraphQL returns lists errors: `{"login":{"errors":[…]}}`.
fn hands_out_errors(data: &str) -> bool {
    let mut found = false;
    let _ = json::each_member(data, &mut |_, payload| {
        let _ = json::each_member(payload, &mut |name, value| {
            found |= name.to_ascii_lowercase().ends_with("errors") && !NOTHING.contains(&value.trim());
        });
    });
    found
}

/// Whether an object of the content names a type that ends so.
fn names_type(text: &str, end: &str) -> bool {
    const TYPE: &str = "\"__typename\"";
    memchr::memmem::find_iter(text.as_bytes(), TYPE).any(|at| {
        let value = text.get(at + TYPE.len()..).and_then(|rest| rest.trim_start().strip_prefix(':')).map(str::trim_start);
        let value = value.and_then(|value| value.strip_prefix('"'));
        value.and_then(|value| value.get(..=value.find('"')?)).is_some_and(|value| value.ends_with(end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_failed_where_each_of_its_calls_did() {
        let is_healthy = crate::causes::testing::is_healthy;
        let call = |sent: &str, answer: &str| {
            format!(
                "~ kind xhr\n> POST https://aula.test/ajax\n> Cookie: sid={{secret s 30}}\n> Content-Type: application/json\n>\n> {sent}\n< 200 OK\n<\n< {answer}\n"
            )
        };
        let failed = "{\"error\":true,\"exception\":{\"message\":\"Your session has expired\",\"errorcode\":\"sessionexpired\"}}";
        crate::causes::testing::reports("session-expired", &call("[{\"method\":\"a\"}]", &format!("[{failed}]")));
        is_healthy(&call("[{\"method\":\"a\"},{\"method\":\"b\"}]", &format!("[{failed},{{\"data\":1}}]")));
        is_healthy(&call("[1,2,3]", &format!("[{failed},[7],\"ok\"]")));
        // A list of what went wrong elsewhere.
        is_healthy(&call("{\"page\":1}", &format!("[{failed},{failed}]")));
    }

    #[test]
    fn whoever_shows_credentials_and_is_called_a_stranger_is_refused() {
        let call = |credentials: &str, answer: &str| {
            format!(
                "~ kind fetch\n> GET https://ehr.test/session\n{credentials}< 200 OK\n< Content-Type: application/json\n<\n< {answer}\n"
            )
        };
        let is_healthy = crate::causes::testing::is_healthy;
        let stranger = "{\"authenticated\":false,\"locale\":\"es\"}";
        let found = crate::causes::testing::diagnose(&call("> Authorization: {basic a:b}\n", stranger));
        assert_eq!(found.failures.len(), 1);
        is_healthy(&call("", stranger));
        is_healthy(&call("> Authorization: {basic a:b}\n", "{\"id\":7,\"domain\":\"mail.test\",\"authenticated\":false}"));
        assert_eq!(
            crate::causes::testing::diagnose(&call("> Authorization: {basic a:b}\n", "{\"authenticated\":false,\"username\":null}"))
                .failures
                .len(),
            1
        );
        is_healthy(&call("> Authorization: {basic a:b}\n", "{\"authenticated\":true}"));
    }

    #[test]
    fn an_answer_may_be_wrapped_in_the_name_of_its_call_and_a_thing_in_its_own() {
        let call = |target: &str, body: &str, answer: &str| {
            format!(
                "~ kind fetch\n> {target}\n> Cookie: sid={{secret s 30}}\n> Content-Type: application/x-www-form-urlencoded\n>\n> {body}\n< 200 OK\n< Content-Type: application/json\n<\n< {answer}\n"
            )
        };
        let said = "{\"status\":\"FAIL\",\"message\":\"Your session has expired\"}";
        let reports = crate::causes::testing::reports;
        reports("session-expired", &call("POST https://wiki.test/api", "action=assert&a=1", &format!("{{\"assert\":{said}}}")));
        reports("session-expired", &call("POST https://wiki.test/api/renew", "a=1", &format!("{{\"renew\":{said}}}")));
        for (target, answer) in [("GET https://ci.test/job/1", "job"), ("GET https://ci.test/connection/9", "connection")] {
            crate::causes::testing::is_healthy(&call(target, "", &format!("{{\"{answer}\":{said}}}")));
        }
    }

    #[test]
    fn an_error_is_one_whatever_its_status() {
        for text in [
            r#"{"error":"jwt expired"}"#,
            r#"{"success": false}"#,
            r#"{"data":null,"errors":[{"message":"no"}]}"#,
            r#"{"status":"fail","data":{}}"#,
            r#"{"code":401,"msg":"x"}"#,
            r#"{"exception":"app_exception","errorcode":"forcepasswordchange"}"#,
            r#"{"status_code":"403"}"#,
            r#"{"data":{"authenticate":{"__typename":"UserAuthenticationFailure","message":"no"}}}"#,
            r#"{"data":{"tokenCreate":{"token":null,"errors":[{"message":"no"}]}}}"#,
            "<?xml version='1.0'?><partial-response id='j1'><error><error-name>ViewExpiredException</error-name></error></partial-response>",
            "<?xml version=\"1.0\"?>\n<soap:Envelope xmlns:soap=\"s\"><soap:Body><soap:Fault><faultcode>c</faultcode></soap:Fault></soap:Body></soap:Envelope>",
            "<?xml version=\"1.0\"?><response><error>no session</error></response>",
            r#"{"message":"{\"msg\":\"result\",\"error\":{\"error\":403}}","success":true}"#,
        ] {
            assert!(Outcome::of(text).is_error, "{text}");
        }
        assert_eq!(Outcome::of(r#"{"statusCode":401}"#).status, Some(401));
        assert_eq!(Outcome::of(r#"{"detail":"Unauthorized"}"#).status, Some(401));
        assert_eq!(Outcome::of(r#"{"payment_status":"Unauthorized","visibility":"forbidden"}"#).status, None);
    }

    #[test]
    fn what_went_well_is_none() {
        for text in [
            r#"{"error":null,"errors":[],"success":true}"#,
            r#"{"code":200,"status":"ok"}"#,
            r#"{"code":0}"#,
            r#"{"errorCode":"OK","exception":null,"errcode":0}"#,
            r#"{"errorcode":"S0000","exception":"none"}"#,
            r#"{"errorcode":"Successful"}"#,
            "<?xml version='1.0'?><!-- <error>x</error> --><answer><user>a</user></answer>",
            "<?xml version='1.0'?><error><code>0</code><message>OK</message></error>",
            "<?xml version='1.0'?><response><error>No error</error></response>",
            r#"{"data":{"authenticate":{"__typename":"UserAuthenticationSuccess"}}}"#,
            r#"{"data":{"tokenCreate":{"token":"t","errors":[]},"me":null}}"#,
            r#"{"data":["errors"]}"#,
            r#"{"code":40100}"#,
            r#"{"message":"an error"}"#,
            r#"{"job":{"status":"failed"}}"#,
            "<?xml version='1.0'?><partial-response><changes><update id='f'>error</update></changes></partial-response>",
            "<?xml version='1.0'?><response><error>0</error><user>a</user></response>",
            "<?xml version='1.0'?><response><error/><user>a</user></response>",
            "<p>error</p>",
            r#"{"error":"cut off"#,
        ] {
            assert_eq!(Outcome { status: None, ..Outcome::of(text) }, Outcome::default(), "{text}");
        }
    }
}
