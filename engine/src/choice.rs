//! Lists of choices: rules, estimators, statistics, qualities. Each member has an id and a name.

/// The id and the name of one choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// What projects and presets store. It never changes.
    pub id: &'static str,
    /// What users read.
    pub name: &'static str,
}

/// The choice that leaves the decision to the engine.
pub(crate) const AUTOMATIC: Choice = Choice { id: "automatic", name: "Automatic" };

/// Declares an enum from the list of its members, one line each. `Gate in gate` refers to the unit struct `gate::Gate`,
/// which implements the interface, and to `gate::CHOICE`. Calls go through `&'static dyn`, once a frame.
macro_rules! choices {
    (
        $(#[$about:meta])*
        pub enum $name:ident: $interface:path {
            $($(#[$doc:meta])* $member:ident in $file:ident),+ $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* $member),+
        }

        impl $name {
            /// All members. Hosts store positions in this list: new members go last.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];
            /// Ids and names of "Automatic" and of [`Self::ALL`].
            pub const CHOICES: &'static [$crate::choice::Choice] =
                &[$crate::choice::AUTOMATIC, $($file::CHOICE),+];

            /// Id and name. RT-safe.
            pub fn choice(self) -> $crate::choice::Choice {
                match self {
                    $(Self::$member => $file::CHOICE),+
                }
            }

            pub(crate) fn implementation(self) -> &'static dyn $interface {
                match self {
                    $(Self::$member => &$file::$member),+
                }
            }
        }
    };
}
pub(crate) use choices;
