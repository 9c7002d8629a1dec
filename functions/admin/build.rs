//! Has the crate built again when the workbook's files were, so that it carries the newest.

use std::path::Path;

fn main() {
    let built = Path::new("ui/dist").exists();
    println!("cargo::rerun-if-changed={}", if built { "ui/dist" } else { "ui" });
}
