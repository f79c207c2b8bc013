//! Embeds GraphiQL, where `npm run build` has put it into `explorer/dist`; without it the service is built all the same.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn main() -> io::Result<()> {
    // The folder is always there, with nothing but its .gitignore before the explorer is built: cargo watches it.
    println!("cargo::rerun-if-changed=explorer/dist");
    let manifest = env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = env::var_os("OUT_DIR").expect("cargo sets it");
    let mut code = String::from("&[\n");
    for (name, path) in built(&Path::new(&manifest).join("explorer/dist"))? {
        writeln!(code, "    ({name:?}, include_bytes!({path:?})),").expect("a string takes more");
    }
    code.push(']');
    fs::write(Path::new(&out).join("explorer.rs"), code)
}

/// The files of the folder by name; none where there is no folder.
fn built(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(fault) => return Err(fault),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            files.push((name, entry.path().to_string_lossy().into_owned()));
        }
    }
    files.sort();
    Ok(files)
}
