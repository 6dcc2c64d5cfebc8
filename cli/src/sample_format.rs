//! Format of the samples in a file.

/// Floating point or integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleFormat {
    /// 32 bits.
    Float,
    /// Integers of 16 or 24 bits.
    Integer(u16),
}

impl SampleFormat {
    /// What one sample takes.
    pub fn bytes(self) -> usize {
        match self {
            Self::Float => 4,
            Self::Integer(bits) => bits as usize / 8,
        }
    }
}

impl std::fmt::Display for SampleFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Float => write!(f, "32-bit float"),
            Self::Integer(bits) => write!(f, "{bits}-bit"),
        }
    }
}
