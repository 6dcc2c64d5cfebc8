//! The programs that are compared, and how each is asked to denoise a file.

use std::path::{Path, PathBuf};

use crate::cpu_time;
use crate::recording::NOISE_ENDS_S;

/// Where the programs are. One that is not given is left out.
#[derive(clap::Args)]
pub struct Programs {
    /// The command line `lull`, built with optimisation.
    #[arg(long)]
    lull: PathBuf,
    #[arg(long)]
    sox: Option<PathBuf>,
    #[arg(long)]
    ffmpeg: Option<PathBuf>,
    #[arg(long)]
    nnnoiseless: Option<PathBuf>,
    /// The library libspeexdsp.so.1.
    #[arg(long)]
    speexdsp: Option<PathBuf>,
    /// Another program, which reads the file {in} and writes the file {out}: NAME=PROGRAM ARGUMENTS.
    #[arg(long, value_name = "NAME=COMMAND")]
    also: Vec<String>,
}

/// A program with its arguments.
pub struct Peer {
    pub name: String,
    pub settings: String,
    pub program: String,
    pub arguments: Vec<String>,
}

impl Peer {
    fn new(name: &str, settings: &str, program: &Path, arguments: &[&str]) -> Self {
        Self {
            name: name.into(),
            settings: settings.into(),
            program: program.to_string_lossy().into_owned(),
            arguments: arguments.iter().map(ToString::to_string).collect(),
        }
    }
}

/// All programs that are there. The first is Lull in Standard.
///
/// # Errors
/// When sox cannot learn the noise, or an option is wrong.
pub fn all(programs: &Programs, folder: &Path) -> Result<Vec<Peer>, String> {
    let text = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (input, output) = (text("in.wav"), text("out.wav"));
    let mut peers = lull(&programs.lull, &input, &output);
    if let Some(sox) = &programs.sox {
        peers.push(noisered(sox, &input, &output, &text("noise.profile"))?);
    }
    if let Some(ffmpeg) = &programs.ffmpeg {
        peers.push(afftdn(ffmpeg, &input, &output));
    }
    if let Some(library) = &programs.speexdsp {
        let own = std::env::current_exe().map_err(|error| format!("this program's path: {error}"))?;
        let library = library.to_string_lossy();
        let arguments = ["speexdsp", &library, &input, &output];
        peers.push(Peer::new("speexdsp", "-30 dB; learns nothing", &own, &arguments));
    }
    if let Some(nnnoiseless) = &programs.nnnoiseless {
        let settings = "RNNoise in Rust; learns nothing, for speech";
        peers.push(Peer::new("nnnoiseless", settings, nnnoiseless, &[&input, &output]));
    }
    for also in &programs.also {
        peers.push(other(also, &input, &output)?);
    }
    Ok(peers)
}

fn lull(lull: &Path, input: &str, output: &str) -> Vec<Peer> {
    let learn = format!("0:{NOISE_ENDS_S}");
    let with = |name: &str, quality: &str| {
        let arguments = ["render", input, output, "--learn", &learn, "--quality", quality, "--force"];
        Peer::new(name, "all defaults; learns", lull, &arguments)
    };
    vec![with("Lull, Standard", "standard"), with("Lull, Live", "live"), with("Lull, Best", "best")]
}

/// # Errors
/// When sox cannot learn the noise.
fn noisered(sox: &Path, input: &str, output: &str, profile: &str) -> Result<Peer, String> {
    let learn = [input, "-n", "trim", "0", &NOISE_ENDS_S.to_string(), "noiseprof", profile];
    cpu_time::of(&sox.to_string_lossy(), &learn.map(str::to_owned))?;
    // -D: without dither, which nobody else adds.
    let arguments = ["-D", input, output, "noisered", profile, "0.21"];
    Ok(Peer::new("sox noisered", "0.21; has learned before", sox, &arguments))
}

fn afftdn(ffmpeg: &Path, input: &str, output: &str) -> Peer {
    let filter =
        format!("asendcmd=c='0 afftdn sn start;{NOISE_ENDS_S} afftdn sn stop',afftdn=noise_reduction=20");
    let arguments = ["-y", "-loglevel", "error", "-i", input, "-af", &filter, output];
    Peer::new("ffmpeg afftdn", "20 dB; learns", ffmpeg, &arguments)
}

/// # Errors
/// When the option has no name or no program.
fn other(also: &str, input: &str, output: &str) -> Result<Peer, String> {
    let wrong = || format!("--also {also}: expected NAME=PROGRAM ARGUMENTS");
    let (name, command) = also.split_once('=').ok_or_else(wrong)?;
    let words: Vec<String> =
        command.split_whitespace().map(|word| word.replace("{in}", input).replace("{out}", output)).collect();
    let (program, arguments) = words.split_first().ok_or_else(wrong)?;
    let settings = "given by --also".to_owned();
    Ok(Peer { name: name.trim().into(), settings, program: program.clone(), arguments: arguments.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_program_is_named_and_given_the_files() {
        let peer = other("mine = /bin/mine --from {in} --to={out}", "a.wav", "b.wav").unwrap();
        assert_eq!((&*peer.name, &*peer.program), ("mine", "/bin/mine"));
        assert_eq!(peer.arguments, ["--from", "a.wav", "--to=b.wav"]);
        assert!(other("mine", "a", "b").is_err() && other("mine= ", "a", "b").is_err());
    }
}
