//! Audacity: is this a build that could load the VST3? Debian's is not, and no Audacity loads a CLAP.

use std::path::Path;

const PROGRAM: &str = "/usr/bin/audacity";
/// What a build with VST3 calls that kind of plugin, and what every build calls the older kind.
const WITH_VST3: &str = "VST3 Effects";
const WITH_VST2: &str = "VST Effects";

/// Says why Lull was not tried in Audacity.
pub fn say() {
    println!("--- Audacity (VST3): skipped: {}", why(Path::new(PROGRAM)));
}

fn why(program: &Path) -> String {
    let code = match std::fs::read(program) {
        Ok(code) => code,
        Err(error) => return format!("{}: {error}", program.display()),
    };
    if holds(&code, WITH_VST3) {
        "this build has VST3, and no script drives it yet".into()
    } else if holds(&code, WITH_VST2) {
        format!("{} was built without VST3", program.display())
    } else {
        // The same search must find what every build has, or it proves nothing.
        format!("it cannot be told whether {} was built with VST3", program.display())
    }
}

/// wxWidgets' texts lie in the program as bytes or as four bytes a character.
fn holds(code: &[u8], text: &str) -> bool {
    let wide: Vec<u8> = text.bytes().flat_map(|byte| [byte, 0, 0, 0]).collect();
    [text.as_bytes(), &wide]
        .into_iter()
        .any(|sought| code.windows(sought.len()).any(|window| window == sought))
}
