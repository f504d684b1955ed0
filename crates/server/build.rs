//! The web app is embedded from `web/dist`. A build without it (tests of other crates, a first `cargo check`) gets an empty folder, and the
//! server then says how to build the app.

fn main() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/dist");
    println!("cargo:rerun-if-changed={folder}");
    if let Err(error) = std::fs::create_dir_all(folder) {
        println!("cargo:warning=could not make {folder}: {error}");
    }
}
