//! Keys that vendors issue for servers alone, by the forms that their documentation gives. The table stands, with the
//! sources, in `docs/rules/secret-in-public-key.md`; a test holds the two together.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// A vendor's keys that no browser may have.
struct Vendor {
    /// Who issues them.
    name: &'static str,
    /// What they begin with.
    prefixes: &'static [&'static str],
    /// Characters behind the prefix below which it is none: the vaguer the prefix, the more.
    shortest: usize,
}

const fn vendor(name: &'static str, prefixes: &'static [&'static str], shortest: usize) -> Vendor {
    Vendor { name, prefixes, shortest }
}

const VENDORS: &[Vendor] = &[
    vendor("Stripe or Clerk", &["sk_live_", "sk_test_"], 10),
    vendor("Stripe", &["rk_live_", "rk_test_", "whsec_"], 10),
    vendor("Supabase", &["sb_secret_", "sbp_"], 16),
    vendor("Mapbox", &["sk.ey"], 20),
    vendor("Anthropic", &["sk-ant-"], 16),
    vendor("OpenAI", &["sk-"], 20),
    vendor("GitHub", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"], 20),
    vendor("GitLab", &["glpat-", "gldt-", "glrt-", "glptt-"], 16),
    vendor("Slack", &["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xapp-"], 16),
    vendor("SendGrid", &["SG."], 20),
    vendor("npm", &["npm_"], 20),
    vendor("Shopify", &["shpat_", "shpss_"], 16),
    vendor("Google", &["GOCSPX-"], 16),
    vendor("age", &["AGE-SECRET-KEY-1"], 40),
];

/// Bytes of a value that are looked at: keys, tokens and key files of vendors are a few thousand at most.
const MOST: usize = 16 * 1024;

/// Who issues keys of this form for servers alone, if anyone does.
#[must_use]
pub fn issuer(value: &[u8]) -> Option<&'static str> {
    let value = value.trim_ascii();
    if value.len() > MOST {
        return None;
    }
    let begins = |vendor: &&Vendor| {
        let mut tails = vendor.prefixes.iter().filter_map(|prefix| value.strip_prefix(prefix.as_bytes()));
        tails.any(|tail| tail.len() >= vendor.shortest && is_made(tail))
    };
    if let Some(vendor) = VENDORS.iter().find(begins) {
        return Some(vendor.name);
    }
    if is_service_role(value) {
        return Some("Supabase");
    }
    is_service_account(value).then_some("Google")
}

/// Whether who issues these keys issues public ones beside them, by whose name a secret one may come to stand.
#[must_use]
pub fn has_public_keys(vendor: &str) -> bool {
    matches!(vendor, "Stripe or Clerk" | "Stripe" | "Supabase" | "Mapbox")
}

/// A token's characters alone, and among them a stretch that nobody typed: digits in it, or long and of both cases.
fn is_made(tail: &[u8]) -> bool {
    let token = |b: &u8| b.is_ascii_alphanumeric() || b"_-.+/=".contains(b);
    let made = |run: &[u8]| {
        let has = |test: fn(&u8) -> bool| run.iter().any(test);
        let mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
        (run.len() >= 8 && has(u8::is_ascii_digit)) || (run.len() >= 20 && mixed)
    };
    tail.iter().all(token) && tail.split(|b| !b.is_ascii_alphanumeric()).any(made)
}

/// A JWT whose payload has the role `service_role`.
fn is_service_role(value: &[u8]) -> bool {
    let mut parts = value.split(|b| *b == b'.');
    let (Some(head), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    if !head.starts_with(b"ey") {
        return false;
    }
    // Space for the whole at once: a buffer that grows would leave a copy behind.
    let mut json = Zeroizing::new(vec![0; payload.len()]);
    let Ok(length) = URL_SAFE_NO_PAD.decode_slice(payload, &mut json) else { return false };
    says(json.get(..length).unwrap_or_default(), b"\"role\"", b"\"service_role\"")
}

/// The JSON file of a service account: a field `private_key` with a key in PEM.
fn is_service_account(value: &[u8]) -> bool {
    value.starts_with(b"{") && says(value, b"\"private_key\"", b"\"-----BEGIN ")
}

/// Whether a JSON text has a field whose text begins so, blanks round the colon aside.
fn says(json: &[u8], field: &[u8], text: &[u8]) -> bool {
    let found = json.windows(field.len()).enumerate().filter(|(_, part)| *part == field);
    found.into_iter().any(|(at, _)| {
        let rest = json.get(at + field.len()..).unwrap_or_default().trim_ascii_start();
        rest.strip_prefix(b":").is_some_and(|rest| rest.trim_ascii_start().starts_with(text))
    })
}

#[cfg(test)]
mod tests {
    use super::{VENDORS, issuer};
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use rstest::rstest;

    #[rstest]
    #[case("sk_live_", Some("Stripe or Clerk"))]
    #[case("sk-proj-", Some("OpenAI"))]
    #[case("sk-ant-api03-", Some("Anthropic"))]
    #[case("sk.ey", Some("Mapbox"))]
    #[case("pk_live_", None)]
    #[case("pk.ey", None)]
    #[case("sb_publishable_", None)]
    #[case("AIza", None)]
    #[case("sk_", None)]
    fn forms(#[case] prefix: &str, #[case] who: Option<&str>) {
        let tail = "4f".repeat(20);
        assert_eq!(issuer(format!(" {prefix}{tail}\n").as_bytes()), who);
        assert_eq!(issuer(format!("{prefix}your-key-of-the-server-here").as_bytes()), None);
        assert_eq!(issuer(format!("{prefix}{} of it", "4f".repeat(20)).as_bytes()), None);
    }

    #[test]
    fn roles_of_tokens() {
        let jwt = |payload: &str| {
            let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
            format!("{}.{}.{}", part("{\"alg\":\"HS256\"}"), part(payload), part("signature"))
        };
        assert_eq!(
            issuer(jwt("{\"iss\":\"supabase\", \"role\" : \"service_role\"}").as_bytes()),
            Some("Supabase")
        );
        assert_eq!(issuer(jwt("{\"iss\":\"supabase\",\"role\":\"anon\"}").as_bytes()), None);
        assert_eq!(issuer(b"a.b.c"), None);
    }

    #[test]
    fn the_page_has_every_form() {
        let page = include_str!("../../../docs/rules/secret-in-public-key.md");
        for vendor in VENDORS {
            for prefix in vendor.prefixes {
                let mut rows = page.lines().filter(|line| line.starts_with(&format!("| {} |", vendor.name)));
                assert!(rows.any(|row| row.contains(&format!("`{prefix}`"))), "{} {prefix}", vendor.name);
            }
        }
    }
}
