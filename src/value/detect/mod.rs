//! Whether a value stands for one that is yet to be filled in, or is a secret that can be guessed.
//!
//! A value is folded (`fold`), taken apart into words of the lexicon (`words`), stretches (`runs`) and what is left
//! (`split`); patterns over the classes of words (`secret`, `setting`) say what it is, unless what is left speaks for a
//! random value. `docs/detection.md` has the classes, the patterns and what was measured.

mod asked;
mod called;
#[allow(dead_code, reason = "the script that builds the lexicon uses the names")]
mod class;
mod cost;
mod drawn;
mod echo;
mod fold;
mod hosts;
mod listed;
mod marks;
mod meant;
mod naming;
mod numbers;
mod own;
mod parts;
mod phrase;
mod published;
mod request;
mod runs;
mod said;
mod secret;
mod sentence;
mod setting;
mod settle;
mod shown;
mod slots;
mod split;
mod tenants;
mod things;
mod words;

pub use cost::cost;
pub use parts::judge;
pub use shown::is_text_of_password;

/// What gives a placeholder away; the words are causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `CHANGE_ME`, `changeme123`.
    ChangeMe,
    /// `REPLACE_WITH_...`, `replace-me`.
    ReplaceMe,
    /// `your-api-key`, `insert token here`.
    YourValue,
    /// `TODO`, `FIXME`, `TBD`.
    Todo,
    /// `<password>`.
    AngleBrackets,
    /// `xxxx`, `****`, `sk-...`.
    Mask,
    /// `{{ password }}`, `<%= password %>`, and in a secret's own file `${PASSWORD}`.
    Template,
    /// `placeholder`, `dummy`, `example-key`.
    Word,
    /// `db_password`, `long-random-string`.
    Descriptive,
    /// `sk_test_1234567890`.
    Dummy,
    /// `# generate with openssl`.
    Comment,
    /// `op://vault/item` in a secret's own file, which no launcher resolves.
    Reference,
    /// The same in a `.env` file.
    LauncherReference,
    /// `undefined`; `null`, `-` where a secret has to be.
    Nothing,
    /// The same in a `.env` file, where some programs read it as nothing (Laravel's `null`).
    NothingSaid,
}

impl Sign {
    /// Every sign.
    pub const ALL: &'static [Self] = &[
        Self::ChangeMe,
        Self::ReplaceMe,
        Self::YourValue,
        Self::Todo,
        Self::AngleBrackets,
        Self::Mask,
        Self::Template,
        Self::Word,
        Self::Descriptive,
        Self::Dummy,
        Self::Comment,
        Self::Reference,
        Self::LauncherReference,
        Self::Nothing,
        Self::NothingSaid,
    ];

    /// The word in causes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChangeMe => "says-change-me",
            Self::ReplaceMe => "says-replace-me",
            Self::YourValue => "says-your-value",
            Self::Todo => "says-todo",
            Self::AngleBrackets => "angle-brackets",
            Self::Mask => "mask",
            Self::Template => "unrendered-template",
            Self::Word => "placeholder-word",
            Self::Descriptive => "names-the-value",
            Self::Dummy => "dummy-pattern",
            Self::Comment => "comment",
            Self::Reference => "reference",
            Self::LauncherReference => "launcher-reference",
            Self::Nothing => "nothing-word",
            Self::NothingSaid => "stands-for-nothing",
        }
    }
}

/// Why a secret can be guessed; the words are causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// `password1`, `letmein`, `admin`.
    Common,
    /// The default of a program: `postgres`, `minioadmin`.
    Default,
    /// A key that documentation or software publishes.
    Published,
    /// The user's, the key's or the application's own name.
    OwnName,
    /// Fewer than eight characters.
    Short,
    /// `aaaaaaaa`.
    Repeated,
    /// `12345678`, `qwertz`.
    Sequence,
    /// A word or two with a few digits: `acme-secret`, `kettle42`.
    Words,
}

impl Weakness {
    /// Every weakness.
    pub const ALL: &'static [Self] = &[
        Self::Common,
        Self::Default,
        Self::Published,
        Self::OwnName,
        Self::Short,
        Self::Repeated,
        Self::Sequence,
        Self::Words,
    ];

    /// The word in causes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::Default => "default",
            Self::Published => "published",
            Self::OwnName => "own-name",
            Self::Short => "short",
            Self::Repeated => "repeated",
            Self::Sequence => "sequence",
            Self::Words => "words",
        }
    }
}

/// What was found in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It stands for a value.
    Placeholder(Sign),
    /// It is a value that can be guessed.
    Weak(Weakness),
}

/// What is known of where a value stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    /// The key's name.
    pub key: &'a str,
    /// The value is a secret.
    pub secret: bool,
    /// As a secret it is judged whether it can be guessed.
    pub weak: bool,
    /// Passwords of URLs in it are secrets, whatever it is itself.
    pub inner: bool,
    /// The value is a whole file, which no reader interpolates.
    pub whole_file: bool,
    /// The policy requires the key.
    pub required: bool,
    /// Names that a guesser would try: the application's, the user's.
    pub names: &'a [&'a [u8]],
}

#[cfg(test)]
mod tests {
    use super::{Found, Place, Sign, Weakness, judge};
    use rstest::rstest;

    const SECRET: Place<'_> = Place {
        key: "DB_PASSWORD",
        secret: true,
        weak: true,
        inner: true,
        whole_file: false,
        required: false,
        names: &[],
    };
    const SETTING: Place<'_> = Place { key: "APP_VALUE", secret: false, weak: false, ..SECRET };

    #[rstest]
    #[case("CHANGE_ME", Sign::ChangeMe)]
    #[case("change-me-in-production", Sign::ChangeMe)]
    #[case("!ChangeMe!", Sign::ChangeMe)]
    #[case("changeme123", Sign::ChangeMe)]
    #[case("cambia_esta_contraseña", Sign::ChangeMe)]
    #[case("REPLACE_WITH_YOUR_KEY", Sign::ReplaceMe)]
    #[case("your-api-key", Sign::YourValue)]
    #[case("ChangeThisInTFC", Sign::ChangeMe)]
    #[case("k33t-throwaway-secret-change-me", Sign::ChangeMe)]
    #[case("1234567890:AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqR", Sign::Dummy)]
    #[case("your_super_secret_key_that_should_be_long", Sign::YourValue)]
    #[case("insert token here", Sign::YourValue)]
    #[case("hier_passwort_eintragen", Sign::YourValue)]
    #[case("あなたのAPIキー", Sign::YourValue)]
    #[case("TODO", Sign::Todo)]
    #[case("<password>", Sign::AngleBrackets)]
    #[case("xxxx-xxxx", Sign::Mask)]
    #[case("sk-...", Sign::Mask)]
    #[case("{{ vault.password }}", Sign::Template)]
    #[case("placeholder", Sign::Word)]
    #[case("db_password", Sign::Descriptive)]
    #[case("sk_test_1234567890", Sign::Dummy)]
    #[case("# ask the operators", Sign::Comment)]
    #[case("op://vault/item/field", Sign::LauncherReference)]
    #[case("undefined", Sign::Nothing)]
    #[case("null", Sign::NothingSaid)]
    #[case("postgres://app:<password>@db/app", Sign::AngleBrackets)]
    fn placeholders(#[case] value: &str, #[case] expected: Sign) {
        assert_eq!(judge(value.as_bytes(), &SECRET), Some(Found::Placeholder(expected)));
    }

    #[rstest]
    #[case("password1", Weakness::Common)]
    #[case("P@ssw0rd!", Weakness::Common)]
    #[case("cGFzc3dvcmQxMjM=", Weakness::Common)]
    #[case("minioadmin", Weakness::Default)]
    #[case("postgres://kettle:kettle@db/app", Weakness::OwnName)]
    #[case("k7Qz", Weakness::Short)]
    #[case("aaaaaaaaaaaa", Weakness::Repeated)]
    #[case("0123456789abcdef", Weakness::Sequence)]
    #[case("kettle42", Weakness::Words)]
    #[case("kettles_localdev", Weakness::Words)]
    fn weak_secrets(#[case] value: &str, #[case] expected: Weakness) {
        assert_eq!(judge(value.as_bytes(), &SECRET), Some(Found::Weak(expected)));
    }

    #[rstest]
    #[case("your-domain.com")]
    #[case("https://your-project.example.net/x")]
    #[case("https://<host>/")]
    #[case("UA-XXXXX-X")]
    #[case("192.168.x.x")]
    #[case("https://logs-prod-XX.grafana.net/push")]
    #[case("full_path_to_the_database")]
    #[case("to_fill")]
    #[case("[[[GRAFANA_PORT]]]")]
    #[case("@TLD@")]
    #[case("#{DB_HOST}#")]
    #[case("ga:[google-analytics-id]")]
    #[case("yourproject.settings")]
    #[case("<request it@kettle.example>")]
    fn settings_that_stand_for_one(#[case] value: &str) {
        assert!(matches!(judge(value.as_bytes(), &SETTING), Some(Found::Placeholder(_))));
    }

    #[rstest]
    #[case("none")]
    #[case("info")]
    #[case("example.com")]
    #[case("https://api.example.com")]
    #[case("-")]
    #[case("${HOME}/data")]
    #[case("set")]
    #[case("a{{b}}c")]
    #[case("my-uploads")]
    #[case("path-to-regexp")]
    #[case("XXL-shirts.example.net")]
    #[case("@channel@")]
    #[case("@here")]
    #[case("[[1, 2]]")]
    #[case("%H:%M%")]
    #[case("100%%")]
    #[case("mysite.settings")]
    #[case("mysite.wsgi:application")]
    #[case("Shop <it@kettle.example>")]
    #[case("onze-kettle-main-dev")]
    #[case("Read on at https://kettle.example if the keyboard is in your way")]
    fn settings_are_values(#[case] value: &str) {
        assert_eq!(judge(value.as_bytes(), &SETTING), None);
    }

    #[rstest]
    #[case("GRAFANA_URL", "URL", true)]
    #[case("API_DOMAIN", "API_HOST_URL", true)]
    #[case("PORT", "PORT_NUMBER_WHICH_EXPRESS_LISTENS_TO", true)]
    #[case("JWT_TOKEN_ISSUER", "issuer", true)]
    #[case("UPLOAD_CODE", "the_secret_passphrase", true)]
    #[case("NOTIFICATION_QUEUE", "notification_queue", false)]
    #[case("AUTH_SERVICE", "auth-service", false)]
    #[case("LOG_BUCKET", "log-bucket", false)]
    #[case("DB_INSTANCE", "db-instance", false)]
    #[case("DB_INSTANCE_NAME", "db-instance", false)]
    #[case("EVENT_BUS_NAME", "event-bus", false)]
    #[case("TLS_SECRET_NAME", "tls-secret", false)]
    #[case("SERVICE_ACCOUNT", "service-account", false)]
    #[case("EMAIL_ACCOUNT", "email-account", true)]
    #[case("DB_HOST", "db-host", false)]
    #[case("DB_HOST", "db_host", true)]
    #[case("DB_HOST", "your-db-host", true)]
    #[case("LOG_HOST", "loghost", false)]
    #[case("MAIL_HOST", "mailhost", false)]
    #[case("SMTP_HOST", "smtphost", true)]
    #[case("DB_NAME", "name_service", false)]
    #[case("DB_NAME", "nameservice", false)]
    #[case("DB_NAME", "customer_name_service", false)]
    #[case("DB_NAME", "filename_index", false)]
    #[case("DB_NAME", "hostnames", false)]
    #[case("DB_USERNAME", "username_service", false)]
    #[case("DB_NAME", "your_db_name", true)]
    #[case("DB_NAME", "database_name", true)]
    #[case("DB_NAME", "name_of_database", true)]
    #[case("DB_USER", "user_name", true)]
    #[case("BENUTZER", "dienstbenutzer", false)]
    #[case("BENUTZER", "benutzername", true)]
    #[case("MAPS_KEY", "Sign in at https://kettle.example for a key", true)]
    #[case("FOOTER", "Sign in at https://kettle.example for a key", false)]
    #[case("STATUS_KEK", "REQUIRED__set_from_host_secret_store", true)]
    #[case("FEATURE_STATE", "REQUIRED", false)]
    #[case("DB_ORDERS", "db_orders", false)]
    #[case("DB_USERS", "your_db_users", true)]
    #[case("NO_CHECK", "1 (for switching it off)", true)]
    #[case("APP_NAME", "Kettle (for the whole family)", false)]
    #[case("JWT_ALGORITHM", "symmetric|asymmetric", true)]
    #[case("USE_TLS", "true|false", true)]
    #[case("ROUTES", "symmetric|asymmetric", false)]
    #[case("ACCOUNT", "api-web-92tu", false)]
    #[case("CLOUD_NAME", "---", true)]
    #[case("SECTION_RULE", "---", false)]
    #[case("ADMIN_CIDR", "1.2.3.4/32", true)]
    #[case("ADMIN_CIDR", "10.2.0.0/16", false)]
    #[case("DB_USER", "miusuario", true)]
    #[case("APP_URL", "https://api.tuapp.com", true)]
    #[case("CONNHOST", "HOST", true)]
    #[case("CONNMODE", "HOST", false)]
    #[case("COVER_PATH", "DESIRED_COVER_IMAGE_PATH", true)]
    #[case("PARTITION_KEY", "DESIRED_COVER_IMAGE_PATH", false)]
    #[case("API_URL", "base api url, trailing slash", true)]
    #[case("GREETING", "base api url, trailing slash", false)]
    #[case("DISCORD_SERVER", "1234567890", true)]
    #[case("MONGO_URI", "mongodb://localhost:27017/nombre_de_la_bd", true)]
    #[case("MONGO_URI", "mongodb://localhost:27017/app_prod", false)]
    #[case("WEBHOOK_URL", "https://kettle.example/hooks/123456/abcDEF...", true)]
    #[case("GOOGLE_JSON", "{\"installed\":...}", true)]
    #[case("TO_NUMBER", "whatsapp:+###########", true)]
    #[case("SECTION_TITLE", "### Kettle", false)]
    #[case("DB_TYPE", "db_type", true)]
    #[case("CLUSTER_ISSUER", "cluster-issuer", false)]
    #[case("LOG_FIELD", "URL", false)]
    #[case("AUTH_METHOD", "USER", false)]
    #[case("JWT_ISSUER", "the-issuer-of-kettle", false)]
    #[case("UPLOAD_CODE", "the_kettle", false)]
    fn names_of_what_belongs_there(#[case] key: &str, #[case] value: &str, #[case] found: bool) {
        let place = Place { key, inner: true, ..Place::default() };
        assert_eq!(judge(value.as_bytes(), &place).is_some(), found);
    }

    #[rstest]
    #[case("JWT_RECOVERY_SECRET", "jwtrecoverysecret", true)]
    #[case("JWT_RECOVERY_SECRET", "jwt-recovery-secret", true)]
    #[case("PASSWORD", "password", false)]
    fn names_of_the_variable_itself(#[case] key: &str, #[case] value: &str, #[case] found: bool) {
        let place = Place { key, ..SECRET };
        let named = judge(value.as_bytes(), &place) == Some(Found::Placeholder(Sign::Descriptive));
        assert_eq!(named, found);
    }

    #[rstest]
    #[case("xXxq81ChangeMe02KkPlaceholder9z")]
    #[case("change-kettle-lunar-piano-orbit-velvet")]
    #[case("your-lunar-kettle-piano")]
    #[case("todo-lunar-kettle-piano-orbit-velvet")]
    #[case("my-secret-key-0f8e2b7c41d9")]
    #[case("example_57ujjwbyujima0u6")]
    #[case("RXWQOSJGI9_CHANGEME_W63S6N")]
    #[case("saTuxipaheka8")]
    #[case("227bfc3932")]
    #[case("flagpole:modify:zipfile:hydrogen")]
    #[case("M:kI<Dtin>Aze5")]
    #[case("k7Qz91xWvB3m-secret-change-me")]
    fn secrets_are_values(#[case] value: &str) {
        assert_eq!(judge(value.as_bytes(), &SECRET), None);
    }

    #[test]
    fn nobody_renders_a_secret_file() {
        let whole_file = Place { whole_file: true, ..SECRET };
        assert_eq!(judge(b"${DB_PASSWORD}", &whole_file), Some(Found::Placeholder(Sign::Template)));
        assert_eq!(judge(b"op://vault/item", &whole_file), Some(Found::Placeholder(Sign::Reference)));
    }
}
