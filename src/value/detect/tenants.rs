//! Hosts under which each customer has a name, an address or a number of its own, and what templates write in its place.

use super::marks::is_mostly_hidden;
use super::own;
use super::split::{Kind, split};

/// Domains of services that give each customer a part of the host's name. Each is in its service's documentation.
const SERVICES: &[&str] = &[
    "accounts.dev",
    "algolia.net",
    "amazoncognito.com",
    "appspot.com",
    "atlassian.net",
    "auth0.com",
    "azurewebsites.net",
    "b2clogin.com",
    "cloudflareaccess.com",
    "cloudfront.net",
    "cognitiveservices.azure.com",
    "core.windows.net",
    "crm.dynamics.com",
    "database.windows.net",
    "databases.neo4j.io",
    "digitaloceanspaces.com",
    "documents.azure.com",
    "duckdns.org",
    "firebaseapp.com",
    "firebaseio.com",
    "fly.dev",
    "freshdesk.com",
    "github.io",
    "grafana.net",
    "hasura.app",
    "herokuapp.com",
    "jfrog.io",
    "kinde.com",
    "livekit.cloud",
    "mailgun.org",
    "mongodb.net",
    "my.salesforce.com",
    "myshopify.com",
    "neon.tech",
    "netlify.app",
    "ngrok-free.app",
    "ngrok.app",
    "ngrok.io",
    "okta.com",
    "onmicrosoft.com",
    "onrender.com",
    "openai.azure.com",
    "pages.dev",
    "qdrant.io",
    "r2.cloudflarestorage.com",
    "rds.amazonaws.com",
    "s3.amazonaws.com",
    "search.windows.net",
    "sentry.io",
    "service-now.com",
    "servicebus.windows.net",
    "sharepoint.com",
    "slack.com",
    "snowflakecomputing.com",
    "supabase.co",
    "turso.io",
    "up.railway.app",
    "upstash.io",
    "vault.azure.net",
    "vercel.app",
    "weaviate.network",
    "web.app",
    "webhook.office.com",
    "workers.dev",
    "zendesk.com",
    "zillizcloud.com",
];

/// What names a customer in general.
const ANYBODY: &[&str] = &[
    "account",
    "appname",
    "bucket",
    "cluster",
    "cluster0",
    "company",
    "deployment",
    "domain",
    "endpoint",
    "example",
    "instance",
    "instancename",
    "namespace",
    "org",
    "organisation",
    "organization",
    "orgname",
    "project",
    "projectid",
    "projectname",
    "resource",
    "server",
    "servername",
    "shop",
    "shopname",
    "site",
    "sitename",
    "store",
    "storename",
    "subdomain",
    "tenant",
    "tenantname",
    "workspace",
];

/// What may stand beside it.
const BESIDE: &[&str] = &["my", "the", "xyz", "abc", "name", "id", "app", "example"];

/// Accounts at whose providers everybody has one, and what stands for a name there.
const PROVIDERS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "gmx.de",
    "hotmail.com",
    "icloud.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "web.de",
    "yahoo.com",
];
const NAMES: &[&str] =
    &["email", "example", "mail", "myemail", "mymail", "name", "sender", "someone", "user", "username"];

/// Numbers of accounts and names of distributions that AWS's documentation shows.
const AMAZON: &[&str] = &["123456789012", "111122223333", "d111111abcdef8"];

/// Whether a host's name is that of any customer: `company.atlassian.net`, `https://my-project.supabase.co`.
#[must_use]
pub fn is_anybody(host: &str) -> bool {
    let length = host.len();
    let dotted = |service: &str| {
        length
            .checked_sub(service.len() + 1)
            .and_then(|at| host.as_bytes().get(at))
            .is_some_and(|b| *b == b'.')
    };
    let ends = |service: &&&str| dotted(service) && host.ends_with(**service);
    let Some(service) = SERVICES.iter().find(ends) else { return false };
    let own = host.strip_suffix(service).unwrap_or_default().trim_end_matches('.');
    // Atlas and RDS put letters of their own behind a name that need not be the only one.
    let first = own.split('.').next().filter(|_| !matches!(*service, "mongodb.net" | "rds.amazonaws.com"));
    let mut edges = [first, own.rsplit('.').next()].into_iter().flatten();
    // Whoever came first has it.
    let taken = |label: &str| {
        matches!(label, "shop" | "site" | "store") && !matches!(*service, "myshopify.com" | "supabase.co")
    };
    edges.any(|label| {
        is_general(label) && !taken(label) || is_mostly_hidden(label) || label == "d111111abcdef8"
    })
}

fn is_general(label: &str) -> bool {
    let any = |word: &str| ANYBODY.contains(&word);
    let parts = || label.split('-');
    let mine = label.strip_prefix("my").is_some_and(any);
    mine || matches!(label, "abc" | "my-app" | "xyz" | "xyzcompany")
        || parts().any(any) && parts().all(|part| any(part) || BESIDE.contains(&part))
}

/// Whether an address is nobody's in particular: `email@gmail.com`, `xxx@company.example`.
#[must_use]
pub fn is_anybodys(address: &str) -> bool {
    let Some((user, domain)) = address.split_once('@') else { return false };
    let named = || NAMES.iter().any(|name| user.eq_ignore_ascii_case(name));
    let hidden = user.len() >= 3 && user.bytes().all(|b| b.eq_ignore_ascii_case(&b'x'));
    let nobodys = || ["abc.com", "company.com", "domain.com", "email.com", "xyz.com"].contains(&domain);
    hidden && domain.contains('.') || nobodys() || PROVIDERS.contains(&domain) && named()
}

/// Whether a name of a package is nobody's: `com.company.app`. Where such names belong, a shop of apps takes none that begin so.
#[must_use]
pub fn is_package(text: &str, key: &str) -> bool {
    const OWNERS: &[&str] = &["com.company.", "com.example.", "com.mycompany.", "org.example."];
    // YourKit and others have names of their own.
    let yours = || {
        let rest = text.get(4..).and_then(|rest| rest.strip_prefix("your")).unwrap_or_default();
        let owner = rest.split('.').next().unwrap_or_default().trim_start_matches(['-', '_']);
        ["app", "brand", "domain", "name", "username"].contains(&owner) || ANYBODY.contains(&owner)
    };
    text.get(..4).is_some_and(|head| head == "com." || head == "org.")
        && (OWNERS.iter().any(|owner| text.starts_with(owner)) || yours())
        && is_packages_key(&own::words(key))
}

fn is_packages_key(words: &[String]) -> bool {
    const OWNERS: &[&str] = &["android", "app", "apple", "application", "bundle", "ios", "package"];
    let last = words.last().map_or("", String::as_str);
    matches!(last, "bundle" | "identifier" | "package")
        || last == "id" && words.iter().any(|word| OWNERS.contains(&word.as_str()))
}

/// `0xYourWallet`: hexadecimal digits are announced, and words follow.
#[must_use]
pub fn is_no_hex(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("0x").filter(|rest| (4..=64).contains(&rest.len())) else {
        return false;
    };
    rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && rest.bytes().any(|b| b.is_ascii_alphabetic() && !b.is_ascii_hexdigit())
        && split(rest).said().all(|piece| matches!(piece.kind, Kind::Word(_)))
}

/// Whether a name or an address of Amazon's is one that its documentation shows.
#[must_use]
pub fn is_documented(text: &str) -> bool {
    let amazons = text.starts_with("arn:") || text.contains('.') && text.contains("amazonaws.com");
    if !amazons {
        return false;
    }
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| AMAZON.contains(&part))
}

/// Whether four numbers are no address of anybody's machine: one is beyond 255, or they only count.
#[must_use]
pub fn is_no_address(host: &str) -> bool {
    const COUNTED: &[&str] =
        &["1.2.3.4", "11.22.33.44", "12.34.56.78", "111.111.111.111", "123.123.123.123", "222.222.222.222"];
    let octet = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let begins = host.starts_with(|c: char| c.is_ascii_digit());
    let four = || host.split('.').count() == 4 && host.split('.').all(octet);
    let beyond = || host.split('.').any(|part| part.parse::<u8>().is_err());
    begins && four() && (beyond() || COUNTED.contains(&host))
}

/// Whether a part of a page's path is written as names of variables are: `/v2/API_KEY`, `/webhooks/ID/TOKEN`. Stores keep secrets under
/// such names.
#[must_use]
pub fn is_path_open(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let lower = path.bytes().any(|b| b.is_ascii_lowercase());
    let stored = || ["secret", "vault", "/data/", "/kv/", "param"].iter().any(|word| path.contains(word));
    // Pages of documentation are called after what they describe.
    let parts = || path.split(['/', '#']);
    let described = || parts().any(|part| matches!(part, "docs" | "reference" | "schema" | "wiki" | "help"));
    let called = || parts().any(|part| part == "api") || !parts().next_back().is_some_and(is_shouted);
    lower && parts().any(is_shouted) && !stored() && (!described() || called())
}

/// Whether an account or a folder is yet to be named: `arn:aws:sns:eu-west-1:ACCOUNT_ID:topic`, `projects/PROJECT_ID/topics/x`.
#[must_use]
pub fn is_name_open(text: &str) -> bool {
    if text.starts_with("arn:") {
        return text.split(':').nth(4).is_some_and(is_shouted);
    }
    let named = |part: &str| part.ends_with("_ID") && is_shouted(part);
    let last = text.rfind('/').unwrap_or_default();
    !text.starts_with(['/', '.', '~']) && text.get(..last).is_some_and(|head| head.split('/').any(named))
}

fn is_shouted(part: &str) -> bool {
    const LAST: &[&str] = &[
        "HOST", "HOSTNAME", "ID", "KEY", "NAME", "PASSWORD", "REF", "SECRET", "TOKEN", "URL", "USERNAME",
        "UUID",
    ];
    const ALONE: &[&str] = &["HOSTNAME", "PASSWORD", "SECRET", "TOKEN", "USERNAME"];
    part.len() >= 5
        && part.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        && match part.rsplit_once('_') {
            Some((_, last)) => LAST.contains(&last),
            None => ALONE.contains(&part),
        }
}

#[cfg(test)]
mod tests {
    use super::{
        is_anybody, is_anybodys, is_documented, is_name_open, is_no_address, is_no_hex, is_package,
        is_path_open,
    };
    use rstest::rstest;

    #[rstest]
    #[case("company.atlassian.net", true)]
    #[case("my-project.supabase.co", true)]
    #[case("mystore.myshopify.com", true)]
    #[case("my-app.herokuapp.com", true)]
    #[case("xyz.supabase.co", true)]
    #[case("cluster0.mongodb.net", true)]
    #[case("xxxx-xx-xx-xxx.ngrok-free.app", true)]
    #[case("d111111abcdef8.cloudfront.net", true)]
    #[case("xyz-example.eu-central.aws.cloud.qdrant.io", true)]
    #[case("kettle.atlassian.net", false)]
    #[case("cluster0.k7qz9.mongodb.net", false)]
    #[case("database.k7qz9.eu-west-1.rds.amazonaws.com", false)]
    #[case("shop.pages.dev", false)]
    #[case("site.netlify.app", false)]
    #[case("store.zendesk.com", false)]
    #[case("my-company.github.io", true)]
    #[case("app.slack.com", false)]
    #[case("company.example.net", false)]
    #[case("o1.ingest.sentry.io", false)]
    #[case("atlassian.net", false)]
    fn hosts(#[case] host: &str, #[case] anybody: bool) {
        assert_eq!(is_anybody(host), anybody);
    }

    #[rstest]
    #[case("email@gmail.com", true)]
    #[case("xxx@company.example", true)]
    #[case("username@outlook.com", true)]
    #[case("admin@email.com", true)]
    #[case("kettle@gmail.com", false)]
    #[case("mail@kettle.example", false)]
    #[case("xx@kettle.example", false)]
    fn addresses(#[case] address: &str, #[case] anybody: bool) {
        assert_eq!(is_anybodys(address), anybody);
    }

    #[rstest]
    #[case("arn:aws:iam::123456789012:role/app", true)]
    #[case("https://sqs.us-east-1.amazonaws.com/123456789012/orders", true)]
    #[case("arn:aws:iam::234567890123:role/app", false)]
    #[case("123456789012", false)]
    fn documented(#[case] text: &str, #[case] shown: bool) {
        assert_eq!(is_documented(text), shown);
    }

    #[rstest]
    #[case("0xYourWallet", true)]
    #[case("0xDeployedAddress", true)]
    #[case("0xabcdef12", false)]
    #[case("0xKettle", false)]
    #[case("YourWallet", false)]
    fn hexadecimal(#[case] text: &str, #[case] none: bool) {
        assert_eq!(is_no_hex(text), none);
    }

    #[rstest]
    #[case("BUNDLE_ID", "com.company.app", true)]
    #[case("APP_PACKAGE", "com.example.kettle", true)]
    #[case("BUNDLE_ID", "com.yourcompany.app", true)]
    #[case("BUNDLE_ID", "com.yourkit.profiler", false)]
    #[case("BUNDLE_ID", "com.kettle.app", false)]
    #[case("MAIN_CLASS", "com.example.kettle.Main", false)]
    #[case("KAFKA_GROUP_ID", "com.example.kettle", false)]
    fn packages(#[case] key: &str, #[case] text: &str, #[case] nobodys: bool) {
        assert_eq!(is_package(text, key), nobodys);
    }

    #[rstest]
    #[case("1.2.3.4", true)]
    #[case("111.222.333.444", true)]
    #[case("10.0.0.256", true)]
    #[case("10.0.0.255", false)]
    #[case("8.8.8.8", false)]
    #[case("255.255.255.255", false)]
    #[case("1.2.3", false)]
    #[case("120.0.6099.109", false)]
    fn machines(#[case] host: &str, #[case] none: bool) {
        assert_eq!(is_no_address(host), none);
    }

    #[rstest]
    #[case("/api/webhooks/ID/TOKEN", true)]
    #[case("/v2/API_KEY", true)]
    #[case("/account/#API_KEY", true)]
    #[case("/reference/API_KEY", false)]
    #[case("/schema#PRODUCT_ID", false)]
    #[case("/API/v1", false)]
    #[case("/Shibboleth.sso/SAML2/POST", false)]
    #[case("/login?grant=CLIENT_TOKEN", false)]
    #[case("/TOKEN", false)]
    #[case("/v1/secret/data/API_KEY", false)]
    fn paths(#[case] path: &str, #[case] open: bool) {
        assert_eq!(is_path_open(path), open);
    }

    #[rstest]
    #[case("arn:aws:sns:us-east-1:ACCOUNT_ID:topic", true)]
    #[case("projects/PROJECT_ID/topics/orders", true)]
    #[case("arn:aws:ssm:us-east-1:210987654321:parameter/prod/API_KEY", false)]
    #[case("/run/secrets/DB_PASSWORD", false)]
    #[case("/etc/app/CLIENT_ID/value", false)]
    #[case("secrets/CLIENT_ID", false)]
    fn names(#[case] text: &str, #[case] open: bool) {
        assert_eq!(is_name_open(text), open);
    }
}
