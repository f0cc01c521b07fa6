//! What Chrome says itself in its net-export log of cookies and of questions to other origins, held against the rules as
//! known here: `tests/vectors/netlog/*.json`, recorded by `tests/oracle/netlog.mjs`. The browser's word counts; where
//! the rules say otherwise, the row is listed.

#![cfg(test)]

#[path = "common/recorded.rs"]
mod recorded;

use why401::exchange::Told;
use why401::profile::{Profile, ThirdParty};
use why401::session::{Record, Session};
use why401::time::Time;

/// Each row in which the browser and the rules differ, and how many rows there were.
fn disagreements(browser: &str, profile: Profile) -> (usize, Vec<String>) {
    let log = recorded::read("netlog", browser).to_string();
    let (exchanges, _) = why401::capture::read(log.as_bytes(), Time::default()).unwrap();
    let told = |told: &&Told| **told != Told::Nothing;
    let said = exchanges.iter().flat_map(|exchange| &exchange.said).map(|said| said.held.len() + usize::from(said.cors.is_some()));
    let rows = said.sum::<usize>() + exchanges.iter().flat_map(|exchange| exchange.told.iter().filter(told)).count();
    let mut session = Session::new(profile);
    for exchange in exchanges {
        session.push(exchange);
    }
    let of_record = |(at, record): (usize, &Record)| {
        let line = |what: &str, says: String| {
            format!("{} {} from {:?} {what}: {says}", record.exchange.method, record.exchange.url, record.exchange.page().map(String::from))
        };
        let set = record.receptions.iter().filter_map(|one| Some(line(&one.name, one.disagreement()?)));
        let held = record.held_back.iter().filter_map(|one| Some(line(&one.name, one.disagreement()?)));
        let sent = record.unexplained.iter().map(|one| line(&one.name, format!("{:?}, {:?}", one.difference, one.likely)));
        let asked = session.cors(at).and_then(|verdict| verdict.disagreement()).map(|says| line("", says));
        set.chain(held).chain(sent).chain(asked).collect::<Vec<_>>()
    };
    let differences = session.records().iter().enumerate().flat_map(of_record).collect();
    (rows, differences)
}

#[test]
fn agrees_with_chrome() {
    let (rows, differences) = disagreements("chrome", Profile::chrome());
    assert!(rows > 250, "{rows} rows");
    recorded::all_expected("netlog", "chrome", differences);
}

#[test]
fn agrees_with_chrome_that_blocks_third_party_cookies() {
    let (rows, differences) = disagreements("chrome-blocking", Profile { third_party: ThirdParty::Block, ..Profile::chrome() });
    assert!(rows > 250, "{rows} rows");
    recorded::all_expected("netlog", "chrome-blocking", differences);
}

/// A setting of the browser that no capture names shows as what it is.
#[test]
fn lists_where_a_setting_goes_against_the_rules() {
    let (_, differences) = disagreements("chrome-blocking", Profile::chrome());
    let by_setting = differences.iter().filter(|line| line.contains("does not keep it") || line.contains("holds it back"));
    assert!(by_setting.count() > 5, "{differences:#?}");
}
