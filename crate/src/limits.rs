//! Every bound on captured input, in one table, so that no hostile input can take the core's time
//! or memory beyond what is written here.

/// Challenges read from one response.
pub const CHALLENGES: usize = 64;
/// Parameters read from one challenge or one set of credentials.
pub const AUTH_PARAMS: usize = 64;
/// Departures from the grammar that are kept of one challenge or credentials field.
pub const AUTH_VIOLATIONS: usize = 64;
/// Bytes of one JWT segment that are decoded.
pub const JWT_SEGMENT: usize = 64 * 1024;
/// Bytes of the modulus of an RSA key by which a signature is verified.
pub const RSA_BYTES: usize = 1024;
/// Top-level members read from a token's header or claims.
pub const JSON_MEMBERS: usize = 512;
/// Cookies read from one Cookie field, and Set-Cookie fields read from one response.
pub const COOKIES: usize = 512;
/// Attributes without effect that are kept of one Set-Cookie field.
pub const IGNORED_COOKIE_ATTRIBUTES: usize = 32;
/// Departures from the grammar that are kept of one Cookie or Set-Cookie field.
pub const COOKIE_VIOLATIONS: usize = 64;
/// Bytes kept of a request's or response's content.
pub const BODY: usize = 256 * 1024;
/// Elements read from one comma-separated list.
pub const LIST_ELEMENTS: usize = 256;
/// Parameters read from one form, query or fragment.
pub const FORM_PAIRS: usize = 512;
/// Keys read from one JSON Web Key Set.
pub const JWKS_KEYS: usize = 128;
/// Characters of one Negotiate or NTLM token; Windows never writes more than 64 KiB.
pub const NEGOTIATE_TOKEN: usize = 96 * 1024;
/// Tokens kept of one exchange.
pub const TOKENS: usize = 64;
/// Objects within objects of JSON in which tokens are looked for.
pub const TOKEN_JSON_DEPTH: usize = 3;
/// Logins that are tried, the latest first, for the one that an exchange belongs to.
pub const SIGN_INS: usize = 32;
/// Messages with one linking parameter that are taken into one login.
pub const SIGN_IN_STEPS: usize = 32;
/// Exchanges of one origin that are looked through for a step of a login.
pub const SIGN_IN_WALK: usize = 256;
/// Bytes of exchange notation, which people write by hand.
pub const NOTATION: usize = 16 * 1024 * 1024;
/// Bytes that the generators of one session in exchange notation make.
pub const NOTATION_MADE: usize = 64 * 1024 * 1024;
/// Generators of exchange notation within one another.
pub const NOTATION_DEPTH: usize = 8;
/// Bytes of a capture that are best read at a time.
pub const CAPTURE_CHUNK: usize = 1024 * 1024;
/// Bytes of one entry of a HAR file.
pub const HAR_ENTRY: usize = 256 * 1024 * 1024;
/// Bytes of a capture that can only be read as a whole, also of all that is unpacked from an archive.
pub const WHOLE_CAPTURE: usize = 256 * 1024 * 1024;
/// Bytes of one of a HAR file's members that say what wrote it.
pub const HAR_HEAD: usize = 4096;
/// Unreadable entries of a HAR file that are named one by one.
pub const HAR_SKIPPED: usize = 1000;
/// Hops of a chain of redirects; browsers stop long before.
pub const REDIRECT_HOPS: usize = 64;
/// Challenges and attempts of one origin that its protection spaces are told from.
pub const SPACE_CHALLENGES: usize = 1024;
/// Earlier requests of an origin that are asked where an unexplained cookie comes from.
pub const EARLIER_REQUESTS: usize = 64;
/// Responses with cookies that may be under way at once from one site. Browsers hold fewer; where the
/// times of a capture say more, an exchange is taken to come after the earlier of them.
pub const RESPONSES_UNDER_WAY: usize = 256;
/// Exchanges of a site that a "what if" replays before the change.
pub const WHAT_IF_BEFORE: usize = 256;
/// Exchanges of a site that it replays after the change.
pub const WHAT_IF_EXCHANGES: usize = 2000;
/// Bytes of one XML document, also of one that was deflated.
pub const XML_BYTES: usize = 1024 * 1024;
/// Nested elements of one XML document.
pub const XML_DEPTH: usize = 64;
/// Nodes of one XML document, and attributes of all its elements.
pub const XML_NODES: usize = 20_000;
/// Attributes of one XML element.
pub const XML_ATTRIBUTES: usize = 128;
/// Namespace declarations in scope at one place of an XML document.
pub const XML_NAMESPACES: usize = 128;
/// References to characters and entities in one XML document.
pub const XML_REFERENCES: usize = 20_000;
/// Departures from the grammar that are kept of one XML document.
pub const XML_VIOLATIONS: usize = 64;
/// Bytes of the canonical form that a signature's digest is computed over.
pub const CANONICAL_BYTES: usize = 4 * 1024 * 1024;
/// Assertions read from one SAML message; of each, confirmations, statements, audience lists and audiences.
pub const SAML_ITEMS: usize = 16;
/// Attributes named of one SAML assertion.
pub const SAML_ATTRIBUTES: usize = 512;
/// Bytes of an identifier, a URL or a status message that are kept of one SAML or WS-Federation message.
pub const SAML_TEXT: usize = 1024;
/// Earlier exchanges among which a failed login's own beginning is looked for.
pub const LOOK_BACK: usize = 512;
/// Passwords that one recording looks out for; the oldest is forgotten first.
pub const PASSWORDS: usize = 64;
/// Requests under way at once in a recording; more are taken for requests whose end was not told.
pub const REQUESTS_UNDER_WAY: usize = 4096;
/// Later exchanges of an origin that are asked what they show of a failed login before them.
pub const LOOK_AHEAD: usize = 64;
/// Bytes of a content in which an answer says why.
pub const STATEMENT_CONTENT: usize = 64 * 1024;
/// Texts of one content that are read for it.
pub const STATEMENT_LEAVES: usize = 96;
/// Arrays and objects within each other in which they are looked for.
pub const STATEMENT_DEPTH: usize = 8;
/// Bytes of one such text.
pub const STATEMENT_TEXT: usize = 600;
/// Statements kept of one answer.
pub const STATEMENTS: usize = 12;

/// The beginning of a text: at most so many bytes, whole characters.
#[must_use]
pub fn beginning(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}
