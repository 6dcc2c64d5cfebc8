//! Exports the functions that stand in for the C library's, so that a plugin that is loaded finds them first.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-link-arg=-rdynamic");
    }
}
