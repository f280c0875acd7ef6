//! What a word of the lexicon is. Used by the program and by the script that makes the lexicon's trie when it is built.

/// What a word is; several at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Class(u32);

impl Class {
    /// No word.
    pub const NONE: Self = Self(0);
    /// Asks to be changed: `change`.
    pub const CHANGE: Self = Self(1);
    /// What is to be changed: `me`, `this`.
    pub const ME: Self = Self(1 << 1);
    /// Asks to be replaced: `replace`.
    pub const REPLACE: Self = Self(1 << 2);
    /// Asks to be filled in: `insert`, `enter`, `set`.
    pub const FILL: Self = Self(1 << 3);
    /// Speaks to the reader: `your`.
    pub const YOUR: Self = Self(1 << 4);
    /// Speaks of the writer: `my`.
    pub const MY: Self = Self(1 << 5);
    /// `here`.
    pub const HERE: Self = Self(1 << 6);
    /// `todo`.
    pub const TODO: Self = Self(1 << 7);
    /// Says of itself that it is none: `placeholder`, `dummy`.
    pub const STANDIN: Self = Self(1 << 8);
    /// Shows how it could look: `example`, `test`.
    pub const SAMPLE: Self = Self(1 << 9);
    /// Names a secret: `key`, `password`.
    pub const SECRET: Self = Self(1 << 10);
    /// Names a setting: `host`, `bucket`.
    pub const NOUN: Self = Self(1 << 11);
    /// Goes between: `the`, `long`, `production`.
    pub const FILLER: Self = Self(1 << 12);
    /// Says that there is nothing: `null`.
    pub const NOTHING: Self = Self(1 << 13);
    /// Is one of the most frequent passwords.
    pub const COMMON: Self = Self(1 << 14);
    /// Names an account or a stage that everybody has: `admin`, `test`.
    pub const WEAKWORD: Self = Self(1 << 15);
    /// Names a program or a service.
    pub const SOFTWARE: Self = Self(1 << 16);
    /// Begins or marks a vendor's tokens.
    pub const VENDOR: Self = Self(1 << 17);
    /// `you`.
    pub const YOU: Self = Self(1 << 18);
    /// Labels a slot: `name`, `id`, `url`.
    pub const LABEL: Self = Self(1 << 19);
    /// Says in so many words that it holds a place: `placeholder`.
    pub const HOLDER: Self = Self(1 << 20);
    /// Names who logs in: `usuario`. Accounts are called so, and what is for them.
    pub const USER: Self = Self(1 << 21);
    /// Stands in the lexicon of another language alone; given by the script.
    pub const FOREIGN: Self = Self(1 << 22);
    /// Stands in lists of words for passphrases as well.
    pub const LISTED: Self = Self(1 << 23);
    /// Asks both at once: `changeme` in one word of its language.
    const CHANGE_ME: Self = Self::CHANGE.with(Self::ME);
    const REPLACE_ME: Self = Self::REPLACE.with(Self::ME);
    const YOUR_NOUN: Self = Self::YOUR.with(Self::NOUN);
    const HOLDS: Self = Self::HOLDER.with(Self::STANDIN);

    /// Any; a language and a list are none.
    pub const ALL: Self = Self(!(Self::FOREIGN.0 | Self::LISTED.0));

    const NAMES: [(&'static str, Self); 26] = [
        ("change", Self::CHANGE),
        ("me", Self::ME),
        ("replace", Self::REPLACE),
        ("fill", Self::FILL),
        ("your", Self::YOUR),
        ("my", Self::MY),
        ("here", Self::HERE),
        ("todo", Self::TODO),
        ("standin", Self::STANDIN),
        ("sample", Self::SAMPLE),
        ("secret", Self::SECRET),
        ("noun", Self::NOUN),
        ("filler", Self::FILLER),
        ("nothing", Self::NOTHING),
        ("common", Self::COMMON),
        ("weakword", Self::WEAKWORD),
        ("software", Self::SOFTWARE),
        ("vendor", Self::VENDOR),
        ("you", Self::YOU),
        ("label", Self::LABEL),
        ("holder", Self::HOLDS),
        ("user", Self::USER),
        ("listed", Self::LISTED),
        ("changeme", Self::CHANGE_ME),
        ("replaceme", Self::REPLACE_ME),
        ("yournoun", Self::YOUR_NOUN),
    ];

    /// The class of these bits.
    #[must_use]
    pub const fn of(bits: u32) -> Self {
        Self(bits)
    }

    /// Its bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it is any of these.
    #[must_use]
    pub const fn is(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    /// The classes of this that are also of the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The class that a section of the lexicon names.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, class)| *class)
    }
}
