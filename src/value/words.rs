//! Closed lists of words, declared once: variants, words and what messages call them.

/// Declares a closed enum whose variants have a word, for policies and causes, and a phrase, for messages.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal, $phrase:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$doc])* #[doc = concat!("In messages: ", $phrase, ".")] $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word in policies, causes and tables.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// What messages say.
            #[must_use]
            pub const fn named(self) -> &'static str {
                match self {
                    $(Self::$variant => $phrase,)*
                }
            }
        }
    };
}

pub(crate) use words;
