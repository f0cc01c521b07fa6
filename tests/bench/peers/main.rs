//! Our grammars and our cookie store beside those of others, in one run and in turn.
//!
//! Prints Markdown tables of medians; the ratio says how many times as fast we are. `peers NAME…`
//! runs only these: challenge, jwt, cookies, push.

mod challenge;
mod cookies;
mod jwt;
mod push;
mod table;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |name: &str| names.is_empty() || names.iter().any(|other| other == name);
    if is_wanted("challenge") {
        challenge::run();
    }
    if is_wanted("jwt") {
        jwt::run()?;
    }
    if is_wanted("cookies") {
        cookies::run()?;
    }
    if is_wanted("push") {
        push::run();
    }
    Ok(())
}
