//! Writes the JavaScript side of the wasm core and the texts that it is handed:
//! `why401-bindgen IN.wasm OUT_DIR`.
//!
//! It is a program of this workspace, not a tool to install, so that the one `Cargo.lock` keeps the
//! generator at the version of the `wasm-bindgen` library; the two refuse to work together otherwise.

use std::path::Path;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;
use why401::causes::catalogue::advice;
use why401::data;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [input, output] = arguments.as_slice() else {
        eprintln!("usage: why401-bindgen IN.wasm OUT_DIR");
        return ExitCode::from(2);
    };
    // By the functions' names wasm-opt puts together what is alike; they go there.
    let written = Bindgen::new()
        .input_path(input)
        .out_name("why401")
        .web(true)
        .and_then(|bindgen| bindgen.typescript(true).reset_state_function(true).remove_producers_section(true).generate(output));
    let texts = data::joined(&advice());
    let written = written.and_then(|()| Ok(std::fs::write(Path::new(output).join("texts.txt"), texts)?));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("why401-bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}
