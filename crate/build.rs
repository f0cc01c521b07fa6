//! Compresses the Public Suffix List, so that the text in `data/` stays the one source of it.

use std::{env, fs, io, path::Path};

const LIST: &str = "data/public_suffix_list.txt";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={LIST}");
    let packed = miniz_oxide::deflate::compress_to_vec(&fs::read(LIST)?, 10);
    let folder = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&folder).join("public_suffix_list.deflate"), packed)
}
