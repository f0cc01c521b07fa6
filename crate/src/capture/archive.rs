//! ZIP archives in which tools keep a capture: Fiddler's, Playwright's, Proxyman's, or one with a HAR file in it.

mod playwright;
mod proxyman;
mod saz;

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::whole::{Read, Whole};
use super::{Capture, Format, foreign, har};
use crate::exchange::Exchange;
use crate::limits;
use crate::time::Time;

/// Whether a file begins as an archive does.
pub(super) fn recognises(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04")
}

/// A reader for which requests without a time were made at `now`.
pub(super) fn reader(now: Time) -> Box<dyn Format> {
    Whole::boxed(Archive { now })
}

struct Archive {
    now: Time,
}

impl Read for Archive {
    const NAME: &'static str = "archive";

    fn read(self, bytes: &[u8], exchanges: &mut Vec<Exchange>) -> Result<Capture, String> {
        let mut members = Members::of(bytes)?;
        if members.names.iter().any(|name| saz::is_session(name)) {
            return saz::read(&mut members, self.now, exchanges);
        }
        if members.names.iter().any(|name| playwright::is_log(name)) {
            return playwright::read(&mut members, self.now, exchanges);
        }
        if members.names.iter().any(|name| proxyman::is_request(name)) {
            return proxyman::read(&mut members, self.now, exchanges);
        }
        let mut hars = members.names.iter().filter(|name| name.ends_with(".har") || name.ends_with(".har.json"));
        match (hars.next().cloned(), hars.next()) {
            (Some(name), None) => {
                let text = members.bytes(&name)?;
                let mut reader = har::reader(self.now);
                reader.feed(&text, exchanges);
                reader.finish(exchanges).map_err(|error| format!("{name} in this archive: {error}"))
            }
            (Some(_), Some(_)) => Err("this ZIP archive has several HAR files; unpack it and give them one by one".to_owned()),
            (None, _) if members.names.iter().any(|name| name == "_index.htm" || name.starts_with("raw/")) => Err(
                "this is a Fiddler archive without sessions; in Fiddler choose the sessions of the login, then File, Save, Selected Sessions".to_owned(),
            ),
            (None, _) if members.names.iter().any(|name| name.ends_with("-meta.json")) => Err(foreign::CHARLES.to_owned()),
            (None, _) => Err(
                "this ZIP archive is no trace of Playwright, no archive of Fiddler with sessions in it, no log of Proxyman, and has no HAR file; unpack it and give the capture in it; of a session of Charles choose File, Export Session, HTTP Archive (.har)".to_owned(),
            ),
        }
    }
}

/// The files of an archive, unpacked one by one; all together no more than a capture may have.
struct Members<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    names: Vec<String>,
    left: usize,
}

impl<'a> Members<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, String> {
        let archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| format!("this ZIP archive is damaged ({error}); save it again, or copy it anew"))?;
        let names = archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect();
        Ok(Self { archive, names, left: limits::WHOLE_CAPTURE })
    }

    /// # Errors
    /// When there is no such file, or it cannot be unpacked.
    fn bytes(&mut self, name: &str) -> Result<Vec<u8>, String> {
        let cannot = |error: &dyn std::fmt::Display| {
            format!("{name} in this archive cannot be unpacked ({error}); save it again without a password")
        };
        let member = self.archive.by_name(name).map_err(|error| cannot(&error))?;
        let mut bytes = Vec::new();
        member.take(self.left as u64 + 1).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
        self.left = self.left.checked_sub(bytes.len()).ok_or_else(|| cannot(&format!("more than {} MB", limits::WHOLE_CAPTURE >> 20)))?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod testing {
    use std::io::{Cursor, Write as _};

    /// An archive of files by their names.
    pub(super) fn archive(files: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }
}
