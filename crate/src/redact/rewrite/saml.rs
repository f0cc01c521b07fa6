//! SAML messages in the form of their binding.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::Written;
use crate::limits::XML_BYTES;
use crate::redact::classify::markup;
use crate::syntax::inflate::inflate;

/// A message of the POST or Redirect binding, its people, addresses and signatures replaced.
pub fn rewritten(message: &str, sink: &mut Written<'_, '_>) -> Option<String> {
    let packed: String = message.split_ascii_whitespace().collect();
    let bytes = BASE64_STANDARD.decode(packed).ok()?;
    if let Some(xml) = std::str::from_utf8(&bytes).ok().filter(|text| is_xml(text)) {
        return Some(BASE64_STANDARD.encode(sink.inner(xml, markup)?));
    }
    let inflated = inflate(&bytes, XML_BYTES);
    let xml = String::from_utf8(inflated.value).ok().filter(|text| inflated.violations.is_empty() && is_xml(text))?;
    Some(BASE64_STANDARD.encode(stored(sink.inner(&xml, markup)?.as_bytes())))
}

/// A message of the POST binding where no name says that it is one.
pub fn in_base64(text: &str, sink: &mut Written<'_, '_>) -> Option<String> {
    // `<sam`, `<?xm`, `<Res`, `<Aut` in base64.
    ["PHNhb", "PD94b", "PFJlc", "PEF1d"].iter().any(|start| text.starts_with(start)).then(|| rewritten(text, sink))?
}

fn is_xml(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

/// DEFLATE without compression (RFC 1951 3.2.4).
fn stored(bytes: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 0xffff;
    let count = bytes.chunks(BLOCK).count();
    let block = |(at, chunk): (usize, &[u8])| {
        let length = u16::try_from(chunk.len()).unwrap_or_default();
        let mut block = vec![u8::from(at + 1 == count)];
        block.extend(length.to_le_bytes());
        block.extend((!length).to_le_bytes());
        block.extend(chunk);
        block
    };
    bytes.chunks(BLOCK).enumerate().flat_map(block).collect()
}
