//! Audacity: tells whether the installed build can load a VST3. Debian's cannot, and no Audacity loads a CLAP.

use std::path::Path;

const PROGRAM: &str = "/usr/bin/audacity";
/// Menu texts: one that only a build with VST3 contains, and one that every build contains.
const WITH_VST3: &str = "VST3 Effects";
const WITH_VST2: &str = "VST Effects";

/// Prints why Lull is not tried in Audacity.
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
        // If not even this text is found, the search does not work on this build.
        format!("it cannot be told whether {} was built with VST3", program.display())
    }
}

/// wxWidgets' texts are in the program as one or as four bytes a character.
fn holds(code: &[u8], text: &str) -> bool {
    let wide: Vec<u8> = text.bytes().flat_map(|byte| [byte, 0, 0, 0]).collect();
    [text.as_bytes(), &wide]
        .into_iter()
        .any(|sought| code.windows(sought.len()).any(|window| window == sought))
}
