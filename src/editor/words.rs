//! What Learn is doing, in words.

use crate::engine::learner::LearnStatus;

/// One line for the user.
pub fn learning(status: LearnStatus, has_profile: bool) -> String {
    match status {
        LearnStatus::Learning { seconds, of_seconds } if of_seconds.is_finite() => {
            format!("Learning {seconds:.1} s of {of_seconds:.1} s")
        }
        LearnStatus::Learning { seconds, .. } => {
            format!("Learning {seconds:.1} s, until Learn is switched off")
        }
        LearnStatus::Learned { seconds } => format!("Learned {seconds:.1} s"),
        LearnStatus::TooShort if has_profile => "Too short, kept the old profile".into(),
        LearnStatus::TooShort => "Too short to learn from".into(),
        LearnStatus::Silent if has_profile => "Digital silence, kept the old profile".into(),
        LearnStatus::Silent => "Digital silence, nothing to learn".into(),
        LearnStatus::Idle if has_profile => "The project's profile is in use".into(),
        LearnStatus::Idle => "Learn a profile first".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_says_what_it_is() {
        let words = |status| learning(status, true);
        assert_eq!(words(LearnStatus::Learning { seconds: 0.8, of_seconds: 2.0 }), "Learning 0.8 s of 2.0 s");
        assert!(words(LearnStatus::Learning { seconds: 3.0, of_seconds: f32::INFINITY }).contains("until"));
        assert_eq!(words(LearnStatus::TooShort), "Too short, kept the old profile");
        assert_eq!(learning(LearnStatus::Idle, false), "Learn a profile first");
        assert_ne!(learning(LearnStatus::Silent, false), words(LearnStatus::Silent));
    }
}
