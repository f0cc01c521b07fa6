//! What sessions of very different lengths cost, woven from the project's own cases:
//! `long` measures natively, `long write EXCHANGES FILE` writes such a session as HAR.

mod har;
mod native;

use std::error::Error;
use std::path::Path;

use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => native::measure(&ALLOCATED),
        ["write", exchanges, file] => har::write(exchanges.parse()?, Path::new(file)),
        _ => Err("long | long write EXCHANGES FILE".into()),
    }
}
