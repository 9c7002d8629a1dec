//! kesu
fn main() {}
