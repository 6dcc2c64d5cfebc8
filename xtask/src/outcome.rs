//! What a command returns.

/// The error is a message for the user.
pub type Result<T = ()> = std::result::Result<T, String>;
