//! The stored weights.

/// 32-bit floats, little endian, written by `training/export.py`.
static STORED: &[u8] = include_bytes!("weights.bin");

/// The weights in the order of the layers. Setup only.
pub(super) fn stored() -> Vec<f32> {
    floats(STORED)
}

/// 32-bit floats, little endian. Setup only.
pub(super) fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect()
}
