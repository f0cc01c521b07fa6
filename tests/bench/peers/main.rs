//! Our grammars and our cookie store beside those of others, in one run and in turn.
//!
//! Prints Markdown tables of medians; the last column says by how much we are faster.

mod challenge;
mod cookies;
mod jwt;
mod push;
mod table;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    challenge::run();
    jwt::run()?;
    cookies::run()?;
    push::run();
    Ok(())
}
