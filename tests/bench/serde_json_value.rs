//! The peer of the benchmark: reads a whole JSON file into a `serde_json::Value`, and nothing more.
//! `serde-json-value slice|reader FILE`

use serde_json::Value;
use std::error::Error;
use std::fs::{self, File};
use std::io::BufReader;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let how = arguments.next().ok_or("say slice or reader")?;
    let file = arguments.next().ok_or("name a file")?;
    let value: Value = match how.as_str() {
        "slice" => serde_json::from_slice(&fs::read(file)?)?,
        "reader" => serde_json::from_reader(BufReader::new(File::open(file)?))?,
        _ => return Err("say slice or reader".into()),
    };
    let entries = value["log"]["entries"].as_array().map_or(0, Vec::len);
    println!("{entries} entries");
    Ok(())
}
