//! Items that people save from Burp Suite: an XML document with the messages as they went over the network.
//! <https://portswigger.net/burp/documentation/desktop/tools/proxy/http-history>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::json;

use super::har::Entries;
use super::whole::{Read, Whole};
use super::{Capture, Format, beginning, message};
use crate::exchange::Exchange;
use crate::time::Time;

/// Whether a file begins as Burp's items do.
pub(super) fn recognises(head: &[u8]) -> bool {
    let text = beginning(head);
    text.starts_with(b"<") && memmem::find(text.get(..4096).unwrap_or(text), b"burpVersion").is_some()
}

/// A reader; the zone of an item's time has a name that says little, so answers tell it, or `now`.
pub(super) fn reader(now: Time) -> Box<dyn Format> {
    Whole::boxed(Burp { now })
}

struct Burp {
    now: Time,
}

#[derive(Default)]
struct Item {
    url: String,
    address: Option<String>,
    request: Vec<u8>,
    response: Vec<u8>,
}

impl Read for Burp {
    const NAME: &'static str = "file of Burp's items";

    fn read(self, bytes: &[u8], exchanges: &mut Vec<Exchange>) -> Result<Capture, String> {
        let mut entries = Entries::starting(self.now);
        let text = String::from_utf8_lossy(bytes);
        let mut xml = Reader::from_str(&text);
        let (mut item, mut within, mut is_base64) = (Item::default(), String::new(), false);
        let damage = loop {
            match xml.read_event() {
                Ok(Event::Start(element)) => {
                    within = element.name().as_ref().to_owned();
                    is_base64 = attribute(&element, "base64").is_some_and(|value| value == "true");
                    match &*within {
                        "item" => item = Item::default(),
                        "host" => item.address = attribute(&element, "ip"),
                        _ => {}
                    }
                }
                Ok(Event::End(element)) if element.name().as_ref() == "item" => {
                    take(&mut entries, std::mem::take(&mut item), exchanges);
                }
                Ok(Event::End(_)) => within.clear(),
                Ok(Event::CData(text)) => item.put(&within, is_base64, &text),
                Ok(Event::Text(text)) => item.put(&within, is_base64, &text),
                Ok(Event::Eof) => break None,
                Ok(_) => {}
                Err(error) => break Some((xml.error_position(), error)),
            }
        };
        let damage = damage.map(|(at, error)| {
            let place = super::Position::START.after(text.get(..usize::try_from(at).unwrap_or_default()).unwrap_or(&text).as_bytes());
            super::Error { place, what: format!("these items of Burp break here ({error}); save them again") }
        });
        match (exchanges.is_empty(), damage) {
            (true, Some(damage)) => Err(damage.to_string()),
            (true, None) => Err("there is no item in this file of Burp; select requests in its history, then save the items".to_owned()),
            (false, damage) => Ok(Capture { damage, ..entries.finish("Burp items", exchanges) }),
        }
    }
}

impl Item {
    fn put(&mut self, element: &str, is_base64: bool, text: &str) {
        let bytes = || if is_base64 { BASE64_STANDARD.decode(text.trim_ascii()).unwrap_or_default() } else { text.as_bytes().to_vec() };
        match element {
            "url" => self.url.push_str(text),
            "request" => self.request.extend(bytes()),
            "response" => self.response.extend(bytes()),
            _ => {}
        }
    }
}

fn take(entries: &mut Entries, item: Item, exchanges: &mut Vec<Exchange>) {
    let place = format!("item {}", exchanges.len() + 1);
    match message::request(&item.request, Some(item.url.trim()), "https") {
        Some(request) => {
            let entry = json!({ "serverIPAddress": item.address, "request": request, "response": message::response(&item.response) });
            entries.take(&place, &entry, exchanges);
        }
        None => entries.skip(&place, "it has no request; save the item again"),
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok()??;
    Some(attribute.value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::read;

    // In the shape that Burp's documentation shows; Burp itself does not run here.
    fn items(request: &str, response: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE items [\n<!ELEMENT items (item*)>\n<!ATTLIST items burpVersion CDATA \"\">\n]>\n<items burpVersion=\"2026.1\" exportTime=\"Fri Nov 20 10:00:00 CET 2026\">\n  <item>\n    <time>Fri Nov 20 10:00:00 CET 2026</time>\n    <url><![CDATA[https://app.test/me?a=1&b=2]]></url>\n    <host ip=\"192.0.2.7\">app.test</host>\n    <request base64=\"true\"><![CDATA[{}]]></request>\n    <status>401</status>\n    <response base64=\"true\"><![CDATA[{}]]></response>\n    <comment></comment>\n  </item>\n</items>\n",
            BASE64_STANDARD.encode(request),
            BASE64_STANDARD.encode(response)
        )
    }

    const SENT: &str = "GET /me?a=1&b=2 HTTP/2\r\nHost: app.test\r\nCookie: sid=1\r\n\r\n";
    const RECEIVED: &str =
        "HTTP/2 401 Unauthorized\r\nDate: Fri, 20 Nov 2026 09:00:00 GMT\r\nContent-Type: application/json\r\n\r\n{\"a\":1}";

    #[test]
    fn reads_items_with_their_messages() {
        let (exchanges, capture) = read(items(SENT, RECEIVED).as_bytes(), Time::default()).unwrap();
        let [only] = exchanges.as_slice() else { panic!("one exchange, not {}", exchanges.len()) };
        assert_eq!((only.url.as_str(), only.sent("cookie")), ("https://app.test/me?a=1&b=2", Some("sid=1")));
        assert_eq!((only.status(), only.response_text()), (401, "{\"a\":1}"));
        assert_eq!(only.started, Time::from_rfc3339("2026-11-20T09:00:00Z").unwrap(), "when the answer says");
        assert_eq!((capture.source.name.as_str(), only.server_address.as_deref()), ("Burp items", Some("192.0.2.7")));
    }

    #[test]
    fn keeps_what_stands_before_damage() {
        let whole = items(SENT, RECEIVED);
        let (exchanges, capture) = read(whole.replace("</items>", "<item><url></item>").as_bytes(), Time::default()).unwrap();
        assert_eq!(exchanges.len(), 1);
        assert!(capture.damage.is_some());
        let (_, why) = (0, read(b"<?xml version=\"1.0\"?><items burpVersion=\"1\"></items>", Time::default()).unwrap_err());
        assert!(why.contains("no item"), "{why}");
    }
}
