//! Texts of the status: what Lull does, and what to do next.

use super::view::InputState;
use crate::project::profile_store::Summary;
use lull_engine::LearnStatus;

/// What the texts depend on.
#[derive(Debug, Clone, Copy)]
pub struct Situation {
    pub learn: LearnStatus,
    pub profile: Option<Summary>,
    pub input: InputState,
    pub bypassed: bool,
    pub listening: bool,
    /// The host renders offline.
    pub offline: bool,
}

/// What Learn does or has done.
pub fn headline(now: Situation) -> String {
    let has_profile = now.profile.is_some();
    match now.learn {
        LearnStatus::Learning { seconds, of_seconds } if of_seconds.is_finite() => {
            format!("Learning {seconds:.1} s of {of_seconds:.1} s")
        }
        LearnStatus::Learning { seconds, .. } => format!("Learning {seconds:.1} s"),
        LearnStatus::Recalling { seconds } => format!("Learning {seconds:.1} s that were heard"),
        LearnStatus::TooShort if has_profile => "Too short, kept the old profile".into(),
        LearnStatus::TooShort => "Too short to learn from".into(),
        LearnStatus::Silent if has_profile => "Digital silence, kept the old profile".into(),
        LearnStatus::Silent => "Digital silence, nothing to learn".into(),
        LearnStatus::Learned { seconds, found_at_s: Some(at_s) } if has_profile => {
            format!("Learned {seconds:.1} s at {}", clock(at_s))
        }
        LearnStatus::Learned { .. } | LearnStatus::Idle => match now.profile {
            Some(Summary { seconds, sample_rate_hz }) => {
                format!("Learned {seconds:.1} s at {} kHz", (sample_rate_hz / 100.0).round() / 10.0)
            }
            None => "Learn a profile first".into(),
        },
    }
}

/// Minutes and seconds since Learn was pressed.
fn clock(seconds: f32) -> String {
    let whole = seconds as u32;
    format!("{}:{:02}", whole / 60, whole % 60)
}

/// What the user can do next, or hears.
pub fn advice(now: Situation) -> &'static str {
    match (now.learn, now.input) {
        (_, InputState::Stopped) if !now.offline => "No audio is running: start playback.",
        (LearnStatus::Learning { of_seconds, .. }, _) if of_seconds.is_infinite() => {
            "Press Learn again to end. Until then you hear the input."
        }
        (LearnStatus::Learning { .. }, _) => "You hear the input meanwhile.",
        _ if now.offline => offline_render(now),
        (_, InputState::Silent) => "The input is silent.",
        (LearnStatus::Silent, _) => "Press Learn where the noise is heard.",
        (LearnStatus::TooShort, _) => "Noise alone is needed for a fifth of a second or more.",
        (LearnStatus::Recalling { .. }, _) => "It takes a second or so.",
        _ if now.bypassed => "Bypassed: you hear the input.",
        _ if now.profile.is_none() => "Play noise alone, and press Learn meanwhile.",
        _ if now.listening => "You hear what is removed.",
        (_, InputState::Louder) => "The noise is louder than what was learned: learn it again, or try Adapt.",
        _ => "The noise is being removed.",
    }
}

/// What a render that the host runs offline gets.
fn offline_render(now: Situation) -> &'static str {
    if now.bypassed {
        "Offline render: bypassed, the input is rendered."
    } else if now.listening {
        "Offline render: what is removed is rendered."
    } else if now.profile.is_none() {
        "Offline render: nothing was learned, the input is rendered."
    } else {
        "Offline render: the same sound as in playback."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: Option<Summary> = Some(Summary { seconds: 2.0, sample_rate_hz: 44_100.0 });

    fn now(learn: LearnStatus) -> Situation {
        Situation {
            learn,
            profile: PROFILE,
            input: InputState::Sounding,
            bypassed: false,
            listening: false,
            offline: false,
        }
    }

    #[test]
    fn every_state_says_what_it_is() {
        let words = |learn| headline(now(learn));
        assert_eq!(words(LearnStatus::Learning { seconds: 0.8, of_seconds: 2.0 }), "Learning 0.8 s of 2.0 s");
        assert_eq!(words(LearnStatus::Recalling { seconds: 3.0 }), "Learning 3.0 s that were heard");
        assert_eq!(words(LearnStatus::TooShort), "Too short, kept the old profile");
        assert_eq!(
            words(LearnStatus::Learned { seconds: 2.0, found_at_s: None }),
            "Learned 2.0 s at 44.1 kHz"
        );
        assert_eq!(
            words(LearnStatus::Learned { seconds: 0.8, found_at_s: Some(72.9) }),
            "Learned 0.8 s at 1:12"
        );
        assert_eq!(words(LearnStatus::Idle), "Learned 2.0 s at 44.1 kHz", "a project that was reopened");
        let without = |learn| headline(Situation { profile: None, ..now(learn) });
        assert_eq!(without(LearnStatus::Idle), "Learn a profile first");
        assert_ne!(without(LearnStatus::Silent), words(LearnStatus::Silent));
        assert_ne!(without(LearnStatus::TooShort), words(LearnStatus::TooShort));
    }

    #[test]
    fn every_state_says_what_to_do() {
        let idle = now(LearnStatus::Idle);
        assert_eq!(advice(idle), "The noise is being removed.");
        assert!(advice(Situation { profile: None, ..idle }).contains("press Learn"));
        assert!(advice(Situation { bypassed: true, ..idle }).contains("Bypassed"));
        assert!(advice(Situation { listening: true, ..idle }).contains("what is removed"));
        assert!(advice(Situation { input: InputState::Silent, ..idle }).contains("silent"));
        assert!(advice(Situation { input: InputState::Louder, ..idle }).contains("louder"));
        assert!(
            advice(Situation { input: InputState::Louder, profile: None, ..idle }).contains("press Learn")
        );
        let offline = Situation { offline: true, ..idle };
        assert!(advice(offline).contains("Offline render") && advice(offline).contains("same sound"));
        assert!(advice(Situation { input: InputState::Stopped, ..offline }).contains("Offline render"));
        assert!(advice(Situation { profile: None, ..offline }).contains("nothing was learned"));
        assert!(advice(Situation { listening: true, ..offline }).contains("removed is rendered"));
        assert!(advice(Situation { bypassed: true, ..offline }).contains("bypassed"));
        assert!(advice(Situation { input: InputState::Stopped, ..idle }).contains("start playback"));
        assert!(advice(now(LearnStatus::Silent)).contains("noise is heard"));
        assert!(advice(now(LearnStatus::TooShort)).contains("needed"));
        assert!(
            !advice(now(LearnStatus::Recalling { seconds: 3.0 })).contains("input"),
            "the old profile is in use"
        );
        let endless = LearnStatus::Learning { seconds: 3.0, of_seconds: f32::INFINITY };
        assert!(advice(now(endless)).contains("again to end"));
    }
}
