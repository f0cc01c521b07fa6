//! What captures of real browsers show of cookies, held against the store's own reckoning: nothing may
//! stay unexplained but what was there before the capture began.

#![cfg(test)]

#[path = "common/captures.rs"]
mod captures;
mod common;

use std::fs;

use why401::capture::har::Reader;
use why401::session::{Difference, Likely, Profile, Session, Unexplained};

fn replayed(capture: &[u8], profile: Profile) -> Session {
    let (mut reader, mut exchanges) = (Reader::default(), Vec::new());
    reader.feed(&captures::capture_as_har(capture), &mut exchanges);
    let _ = reader.finish(&mut exchanges);
    let mut session = Session::new(profile);
    for exchange in exchanges {
        session.push(exchange);
    }
    session
}

/// Returns how many cookies the captures of that browser show being sent.
fn explains(browser: &str, profile: fn() -> Profile) -> Option<usize> {
    let folder = common::shared_data(browser)?.join("har");
    let (mut sent, mut wrong) = (0, Vec::new());
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let session = replayed(&fs::read(&path).unwrap(), profile());
        for record in session.records() {
            sent += record.facts.cookies.len();
            let was_there = |one: &&Unexplained| (one.difference, one.likely) == (Difference::Present, Likely::BeforeCapture);
            wrong.extend(record.unexplained.iter().filter(|one| !was_there(one)).map(|one| format!("{} {one:?}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Some(sent)
}

#[test]
fn explains_every_cookie_that_chromium_sent() {
    assert!(explains("chromium-156", Profile::chrome).is_none_or(|sent| sent > 3));
}

#[test]
fn explains_every_cookie_that_firefox_sent() {
    assert!(explains("firefox-153", Profile::firefox).is_none_or(|sent| sent > 10));
}
