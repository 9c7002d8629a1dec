//! The packs are embedded; cargo is told that the crate depends on them.

fn main() {
    println!("cargo:rerun-if-changed=procedures");
}
