//! The systems that bundles are made for.

use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Os {
    Linux,
    Mac,
    Windows,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct System {
    pub os: Os,
    /// As Rust names it.
    pub architecture: &'static str,
}

impl System {
    /// This system. What is neither macOS nor Windows has the bundles of Linux.
    pub const HERE: Self = Self {
        os: if cfg!(windows) {
            Os::Windows
        } else if cfg!(target_os = "macos") {
            Os::Mac
        } else {
            Os::Linux
        },
        architecture: std::env::consts::ARCH,
    };

    /// The library inside a VST3 bundle.
    pub fn vst3_library(self) -> PathBuf {
        let architecture = self.architecture;
        let inside = match self.os {
            Os::Mac => "MacOS/Lull".to_owned(),
            Os::Linux => format!("{architecture}-linux/Lull.so"),
            Os::Windows if architecture == "aarch64" => "arm_64-win/Lull.vst3".to_owned(),
            Os::Windows => format!("{architecture}-win/Lull.vst3"),
        };
        PathBuf::from("Contents").join(inside)
    }
}
