//! What a program with one address for everything is called for, beside that address.

use super::Fingerprint;
use super::parameters::Parameters;

/// Members under which calls say what they call: the document of GraphQL (GraphQL over HTTP 5), the method of JSON-RPC 2.0.
const CALLED: [(&str, &str); 2] = [("query", "query"), ("jsonrpc", "method")];

/// What is called where the content says so; variables and parameters may differ between attempts.
pub fn called(parameters: &Parameters<'_>) -> Option<Fingerprint> {
    let sent = &parameters.content;
    let is_call = |(mark, _): &&(&str, &str)| parameters.is_json && sent.has(mark);
    CALLED.iter().find(is_call).and_then(|(_, name)| sent.get(name)).map(Fingerprint::of)
}
