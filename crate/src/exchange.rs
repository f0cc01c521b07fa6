//! One request and its response, or its failure, whatever captured it.

use url::Url;

pub use crate::fields::Fields;
use crate::limits;
use crate::time::Time;
pub use crate::told::{CrossOrigin, Held, Said, Told};

/// One request and its response, normalised once from its capture.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Its number in the input, from 0: the entry of a HAR, the order of arrival when live.
    pub number: u32,
    /// When the request began, by the browser's clock.
    pub started: Time,
    /// From the request's beginning to the response's end, in milliseconds.
    pub duration: u32,
    /// The method, as sent.
    pub method: Box<str>,
    /// The target.
    pub url: Url,
    /// What the browser wanted it for.
    pub kind: Kind,
    /// What was sent.
    pub request: Request,
    /// What came back; `None` where no response was received.
    pub response: Option<Response>,
    /// The browser's own name for what went wrong: `net::ERR_FAILED`, `NS_ERROR_UNKNOWN_HOST`.
    pub error: Option<Box<str>>,
    /// Where the response came from.
    pub served_by: ServedBy,
    /// The page or script that made the request, where the capture names it.
    pub initiator: Option<Box<str>>,
    /// The server's address, where the capture names it.
    pub server_address: Option<Box<str>>,
    /// The capture's name for the connection, for logins that are bound to one.
    pub connection: Option<Box<str>>,
    /// The version of HTTP that the response came in.
    pub version: Version,
    /// What the browser itself said became of each Set-Cookie field, in their order; empty where it said nothing.
    pub told: Box<[Told]>,
    /// What else the browser itself said of the request; `None` where it said nothing.
    pub said: Option<Box<Said>>,
    /// What the capture could not show of this exchange.
    pub unseen: Unseen,
}

/// A version of HTTP, as far as logins care: whether requests share a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// The capture does not say.
    #[default]
    Unknown,
    /// HTTP/1.0 and HTTP/1.1: one request at a time on a connection.
    One,
    /// HTTP/2.
    Two,
    /// HTTP/3.
    Three,
}

impl Version {
    /// The version that a capture calls so: `HTTP/1.1`, `h2`, `http/2.0`, `HTTP/2`, `h3`, `h3-29`.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        let number = name.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        match number.as_bytes().first() {
            Some(b'1') => Self::One,
            Some(b'2') => Self::Two,
            Some(b'3') => Self::Three,
            _ => Self::Unknown,
        }
    }

    /// The name in HAR, as RFC 9110 writes it; `unknown` where nobody said.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::One => "HTTP/1.1",
            Self::Two => "HTTP/2",
            Self::Three => "HTTP/3",
        }
    }

    /// Whether many requests share one connection at the same time.
    #[must_use]
    pub const fn shares_connections(self) -> bool {
        matches!(self, Self::Two | Self::Three)
    }
}

/// The request of an exchange.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Header fields.
    pub fields: Fields,
    /// The content, where it was captured.
    pub body: Option<Body>,
}

/// The response of an exchange.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The reason phrase; empty in HTTP/2.
    pub status_text: Box<str>,
    /// Header fields.
    pub fields: Fields,
    /// Where the browser was redirected to, with the fragment that `Location` may lack.
    pub redirect_url: Option<Box<str>>,
    /// The content, where it was captured.
    pub body: Option<Body>,
}

/// Content as text. May hold passwords and tokens, so it has no readable `Debug` form.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// The text, decoded; at most [`BODY`](limits::BODY) bytes of it.
    pub text: Box<str>,
    /// Whether the text was longer.
    pub cut: bool,
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Body({} bytes)", self.text.len())
    }
}

impl From<&str> for Body {
    /// Keeps the first [`BODY`](limits::BODY) bytes, cut at a character boundary.
    fn from(text: &str) -> Self {
        let kept = limits::beginning(text, limits::BODY);
        Self { text: kept.into(), cut: kept.len() < text.len() }
    }
}

/// What the browser wanted a request for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A page, in a tab or a frame.
    Document,
    /// `fetch()`.
    Fetch,
    /// `XMLHttpRequest`.
    Xhr,
    /// A CORS preflight.
    Preflight,
    /// A script.
    Script,
    /// A style sheet.
    Style,
    /// An image.
    Image,
    /// A font.
    Font,
    /// Audio or video.
    Media,
    /// A web application's manifest.
    Manifest,
    /// A WebSocket handshake.
    WebSocket,
    /// A beacon or ping.
    Ping,
    /// The capture does not say, or says something else.
    #[default]
    Other,
}

impl Kind {
    /// The name in output and in exchange notation.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Fetch => "fetch",
            Self::Xhr => "xhr",
            Self::Preflight => "preflight",
            Self::Script => "script",
            Self::Style => "stylesheet",
            Self::Image => "image",
            Self::Font => "font",
            Self::Media => "media",
            Self::Manifest => "manifest",
            Self::WebSocket => "websocket",
            Self::Ping => "ping",
            Self::Other => "other",
        }
    }

    /// The kind that a capture or exchange notation calls so.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "document" | "main_frame" | "sub_frame" | "navigation" => Self::Document,
            "fetch" => Self::Fetch,
            "xhr" | "xmlhttprequest" => Self::Xhr,
            "preflight" => Self::Preflight,
            "script" => Self::Script,
            "stylesheet" => Self::Style,
            "image" | "imageset" => Self::Image,
            "font" => Self::Font,
            "media" => Self::Media,
            "manifest" | "webmanifest" | "web_manifest" => Self::Manifest,
            "websocket" => Self::WebSocket,
            "ping" | "beacon" => Self::Ping,
            _ => Self::Other,
        }
    }

    /// Whether a script of a page asks for it.
    #[must_use]
    pub const fn is_by_script(self) -> bool {
        matches!(self, Self::Fetch | Self::Xhr)
    }

    /// Whether a page could do without it: a missing image or font is no failed login.
    #[must_use]
    pub const fn is_asset(self) -> bool {
        matches!(self, Self::Script | Self::Style | Self::Image | Self::Font | Self::Media | Self::Manifest)
    }
}

/// Where a response came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServedBy {
    /// The network.
    #[default]
    Network,
    /// The browser's disk or memory cache.
    Cache,
    /// The page's service worker.
    ServiceWorker,
}

/// What a capture could not show of one exchange, so that "absent" is never read where
/// "not observable" is true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unseen {
    /// The request's Cookie field may be missing from the capture.
    pub cookies: bool,
    /// The response's Set-Cookie fields may be missing from the capture.
    pub set_cookies: bool,
    /// The request's Authorization field may be missing from the capture.
    pub authorization: bool,
    /// The response's fields are not those that the server sent.
    pub response_fields: bool,
    /// The response's content was not captured.
    pub response_body: bool,
    /// Whether an answer came was not recorded: none was looked for.
    pub response: bool,
    /// When the request was made was not recorded: `started` only keeps the order.
    pub moment: bool,
}

/// Fields in which caches say that they answered, in lower case: Varnish, CloudFront, Fastly, Cloudflare,
/// Akamai, nginx, LiteSpeed, Drupal; checked 2026-11-30.
const CACHE_FIELDS: [&str; 8] = [
    "x-cache",
    "cf-cache-status",
    "x-cache-status",
    "x-proxy-cache",
    "x-varnish-cache",
    "x-litespeed-cache",
    "x-nginx-cache",
    "x-drupal-cache",
];

impl Exchange {
    /// The response's status, or 0 where no response was received.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.response.as_ref().map_or(0, |response| response.status)
    }

    /// When it began, where the capture says so.
    #[must_use]
    pub fn moment(&self) -> Option<Time> {
        (!self.unseen.moment).then_some(self.started)
    }

    /// When the response had come in.
    #[must_use]
    pub fn ended(&self) -> Time {
        self.started.plus(i64::from(self.duration))
    }

    /// The first request field of that name (lower case).
    #[must_use]
    pub fn sent<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.request.fields.get(name)
    }

    /// The first response field of that name (lower case).
    #[must_use]
    pub fn received<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.response.as_ref().and_then(|response| response.fields.get(name))
    }

    /// Whether a cache on the way had kept the answer for a while (RFC 9111 5.1).
    #[must_use]
    pub fn is_of_some_age(&self) -> bool {
        self.received("age").is_some_and(|age| age.trim().parse().is_ok_and(|age: u64| age > 0))
    }

    /// The field in which a cache on the way says that an answer is an old one.
    #[must_use]
    pub fn cached_on_the_way(&self) -> Option<&'static str> {
        let hits = |name: &&str| self.received(name).is_some_and(|value| value.to_ascii_lowercase().contains("hit"));
        if self.is_of_some_age() { Some("age") } else { CACHE_FIELDS.into_iter().find(hits) }
    }

    /// The response's content as text, empty where there is none.
    #[must_use]
    pub fn response_text(&self) -> &str {
        self.response.as_ref().and_then(|response| response.body.as_ref()).map_or("", |body| &body.text)
    }

    /// The method that a script asked with: a preflight names it.
    #[must_use]
    pub fn asked_method(&self) -> &str {
        let preflighted = self.sent("access-control-request-method").filter(|_| &*self.method == "OPTIONS");
        preflighted.unwrap_or(&self.method)
    }

    /// The page that the request belongs to, as far as its own fields or the capture tell.
    #[must_use]
    pub fn page(&self) -> Option<Url> {
        self.page_address().and_then(|url| Url::parse(url).ok())
    }

    /// Its address, as it stands there.
    #[must_use]
    pub fn page_address(&self) -> Option<&str> {
        self.sent("origin").filter(|origin| *origin != "null").or_else(|| self.sent("referer")).or(self.initiator.as_deref())
    }

    /// Whether a script asks its own origin for whole pages to put in the place of the one shown, as Turbo, Unpoly and others
    /// do: of what it accepts the pages come first, and not just anything besides.
    #[must_use]
    pub fn navigates_by_script(&self) -> bool {
        let accepts_pages = |accept: &str| {
            let mut ranges = accept.split(',').map(|range| range.split(';').next().unwrap_or_default().trim());
            let is_page = |range: &str| matches!(range, "text/html" | "application/xhtml+xml") || range.ends_with("stream.html");
            accept.starts_with("text/") && accept.contains("xhtml") && ranges.all(is_page)
        };
        let is_own = || match self.sent("sec-fetch-site") {
            Some(site) => site == "same-origin",
            None => self.page().is_some_and(|page| page.origin() == self.url.origin()),
        };
        // A frame of Turbo's is a part of the page.
        let is_whole = || self.sent("turbo-frame").is_none();
        self.kind.is_by_script() && self.sent("accept").is_some_and(accepts_pages) && is_whole() && is_own()
    }

    /// Where the response sends the browser: the redirect's target, resolved against this URL.
    #[must_use]
    pub fn redirect_target(&self) -> Option<Url> {
        let response = self.response.as_ref().filter(|response| matches!(response.status, 301 | 302 | 303 | 307 | 308))?;
        let target = response.redirect_url.as_deref().filter(|url| !url.is_empty()).or_else(|| response.fields.get("location"))?;
        self.url.join(target).ok()
    }
}
