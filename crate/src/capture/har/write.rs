//! Exchanges as a HAR 1.2 file that browsers' Network panels, replaying tools and Why401 open.

use serde_json::{Value, json};

use super::remarks::{Note, Remarks};
use crate::exchange::{Exchange, Fields};
use crate::time::Time;

const PAGE: &str = "page_1";

/// A piece of a file is about this long: of a long text there is no room for one that grows beside it.
const PIECE: usize = 1 << 20;

/// Exchanges on their way into a file. Each becomes text as it comes: what the text is made of takes ten times as much.
#[derive(Default)]
pub struct Writer {
    started: Time,
    count: usize,
    pieces: Vec<String>,
}

impl Writer {
    /// Appends an exchange.
    pub fn push(&mut self, exchange: &Exchange) {
        let entry = entry(exchange).to_string();
        let comma = if self.count == 0 { "" } else { ",\n" };
        match self.pieces.last_mut().filter(|piece| piece.len() + comma.len() + entry.len() <= piece.capacity()) {
            Some(piece) => piece.extend([comma, &entry]),
            None => {
                let mut piece = String::with_capacity(PIECE.max(comma.len() + entry.len()));
                piece.extend([comma, &entry]);
                self.pieces.push(piece);
            }
        }
        if self.count == 0 {
            self.started = exchange.started;
        }
        self.count += 1;
    }

    /// All of them, in one text that has room for what stands before and behind them.
    #[must_use]
    pub fn end(self) -> Entries {
        let length: usize = self.pieces.iter().map(String::len).sum();
        let mut text = String::with_capacity(length + PIECE);
        text.extend(self.pieces);
        Entries { started: self.started, count: self.count, text }
    }
}

/// The exchanges of a file, written.
pub struct Entries {
    started: Time,
    count: usize,
    text: String,
}

impl Entries {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What stands before them. `comment` is for people: panels show none of a file's own members.
    #[must_use]
    pub fn head(&self, remarks: &Remarks, comment: &str) -> String {
        // `_why401` stands before the entries, so that a reader knows of it when it comes to them.
        let head = json!({
            "version": "1.2",
            "creator": {"name": "Why401", "version": env!("CARGO_PKG_VERSION")},
            "comment": comment,
            "pages": [{"startedDateTime": self.started.to_rfc3339(), "id": PAGE, "title": "", "pageTimings": {"onContentLoad": -1, "onLoad": -1}}],
        });
        let members = head.as_object().into_iter().flatten().map(|(name, value)| format!("\"{name}\": {value}"));
        let remarks = serde_json::to_string(remarks).unwrap_or_default();
        let head: Vec<String> = std::iter::once(format!("\"_why401\": {remarks}")).chain(members).collect();
        format!("{{\"log\": {{{},\n\"entries\": [\n", head.join(",\n"))
    }

    /// The file in the pieces that it is made of.
    #[must_use]
    pub const fn pieces<'s>(&'s self, head: &'s str) -> [&'s str; 3] {
        [head, self.text.as_str(), TAIL]
    }

    /// The file, whole.
    #[must_use]
    pub fn file(self, head: &str) -> String {
        let mut file = self.text;
        file.insert_str(0, head);
        file.push_str(TAIL);
        file
    }
}

const TAIL: &str = "\n]}}\n";

/// The file of exchanges that are all there.
#[must_use]
pub fn write(exchanges: &[Exchange], remarks: &Remarks, comment: &str) -> String {
    let mut writer = Writer::default();
    exchanges.iter().for_each(|exchange| writer.push(exchange));
    let entries = writer.end();
    let head = entries.head(remarks, comment);
    entries.file(&head)
}

fn entry(exchange: &Exchange) -> Value {
    let fields = &exchange.request.fields;
    let mut request = json!({
        "method": exchange.method,
        "url": exchange.url.as_str(),
        "httpVersion": exchange.version.name(),
        "cookies": [],
        "headers": headers(fields),
        "queryString": exchange.url.query_pairs().map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>(),
        "headersSize": -1,
        "bodySize": exchange.request.body.as_ref().map_or(0, |body| body.text.len()),
    });
    if let (Some(body), Some(request)) = (&exchange.request.body, request.as_object_mut()) {
        request.insert("postData".into(), json!({"mimeType": fields.get("content-type").unwrap_or("text/plain"), "text": body.text}));
    }
    let mut entry = json!({
        "pageref": PAGE,
        "startedDateTime": exchange.started.to_rfc3339(),
        "time": exchange.duration,
        "request": request,
        "response": response(exchange),
        "cache": {},
        "timings": {"blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": 0, "wait": exchange.duration, "receive": 0},
        "_resourceType": exchange.kind.name(),
        "_why401": Note::of(exchange),
    });
    if let Some(entry) = entry.as_object_mut() {
        let optional = [("serverIPAddress", &exchange.server_address), ("_connectionId", &exchange.connection)];
        entry.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?)))));
        entry.extend(exchange.initiator.as_ref().map(|url| ("_initiator".to_owned(), json!({"type": "other", "url": url}))));
    }
    entry
}

fn response(exchange: &Exchange) -> Value {
    let none = crate::exchange::Response::default();
    let response = exchange.response.as_ref().unwrap_or(&none);
    let text = response.body.as_ref().map(|body| &*body.text);
    let mut content = json!({"size": text.map_or(0, str::len), "mimeType": response.fields.get("content-type").unwrap_or("x-unknown")});
    if let (Some(text), Some(content)) = (text, content.as_object_mut()) {
        content.insert("text".into(), json!(text));
    }
    let mut value = json!({
        "status": response.status,
        "statusText": response.status_text,
        "httpVersion": exchange.version.name(),
        "cookies": [],
        "headers": headers(&response.fields),
        "content": content,
        "redirectURL": response.redirect_url.as_deref().unwrap_or_default(),
        "headersSize": -1,
        "bodySize": -1,
    });
    if let (Some(error), Some(value)) = (&exchange.error, value.as_object_mut()) {
        value.insert("_error".into(), json!(error));
    }
    value
}

fn headers(fields: &Fields) -> Vec<Value> {
    fields.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}
