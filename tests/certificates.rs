//! Keys and certificates: the tables of `docs/certificates.md`, broken ones of every kind, and those of the real openssl.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use preflight::value::certificates::{Algorithm, Digest, Item, Layout, hosts, json_keys, naming, read};
use proptest::prelude::*;
use support::case::{Case, Made};
use support::report;
use support::rows::{cells, findings, gaps, sorted};
use tempfile::TempDir;

#[test]
fn every_row_means_what_it_says() {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/certificates.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() > 75, "the tables are there");
    let mut faults = String::new();
    for row in rows {
        let [input, entry, found, gap, exit] = cells(row)[..] else { panic!("five cells: {row}") };
        let policy = format!(
            "version: 1\nedition: 2026\nenvironments: {{ prod: {{}} }}\nrules: {{ undeclared-key: off, unused-policy-entry: off }}\n\
             keys:\n  A: {entry}\n  B: {{}}\n"
        );
        let text = format!(
            "x\n-- file: preflight.yaml --\n{policy}-- file: .env.prod --\n{}",
            input.replace('␤', "\n")
        );
        let project = Case::parse(row, &text).lay_out();
        let (code, report) = report(project.path(), ["prod"]);
        let expected = (sorted(found, " "), sorted(gap, ", "), exit.to_owned());
        let got = (findings(&report), gaps(&report), code.to_string());
        if got != expected {
            let _ = writeln!(faults, "{row}\n  {got:?}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// Everything that is asked of a value, of whatever is in it.
fn ask(value: &[u8]) -> usize {
    let Some(material) = read(value) else { return 0 };
    for certificate in material.certificates() {
        let _ = (certificate.lifetime(), certificate.is_own_issuer(), certificate.is_from(certificate));
        for host in hosts(&value[..value.len().min(99)]).take(9) {
            let _ = naming(certificate, host);
        }
    }
    let _ = (material.fault(), json_keys(value).map(|set| set.keys.len()));
    material.items.len()
}

/// Texts of every kind that is read.
fn samples() -> Vec<Vec<u8>> {
    let mut made = Made::default();
    let words = [
        "cert:a dns=a.example.com,*.b.example.com ip=192.0.2.1,2001:db8::1 by=b ca logged client",
        "cert:b kind=rsa1024 digest=pss-sha1",
        "key:a",
        "key:a form=own",
        "key:a form=bare",
        "key:a form=openssh",
        "key:a form=openssh-encrypted",
        "key:a form=encrypted",
        "key:a form=public",
        "key:b kind=rsa1024",
        "key:b kind=rsa1024 form=own",
        "key:b kind=rsa1024 form=openssh",
        "key:c kind=ed25519",
        "key:c kind=ed25519 form=openssh",
    ];
    words.iter().map(|words| made.fill(&format!("{{{{{words}}}}}"))).collect()
}

fn der(pem: &[u8]) -> (String, Vec<u8>) {
    let text = str::from_utf8(pem).unwrap();
    let label = text.lines().next().unwrap().trim_matches('-').strip_prefix("BEGIN ").unwrap().to_owned();
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    (label, STANDARD.decode(body).unwrap())
}

fn pem(label: &str, bytes: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(bytes))
}

/// Every prefix, and every byte as each of some others: an answer, and no panic.
#[test]
fn every_truncation_and_every_changed_byte_is_answered() {
    for sample in samples() {
        let (label, bytes) = der(&sample);
        let whole = read(pem(&label, &bytes).as_bytes()).unwrap();
        assert!(whole.fault().is_none(), "{label}");
        for end in 0..bytes.len() {
            let cut = read(pem(&label, &bytes[..end]).as_bytes()).unwrap();
            // What stands behind the public key of OpenSSH's form is not looked at as closely.
            assert!(cut.fault().is_some(), "{label} cut at {end} of {}", bytes.len());
        }
        for at in 0..bytes.len() {
            for byte in [0, 0x7f, 0x80, 0x84, 0xff, bytes[at] ^ 1, bytes[at].wrapping_add(1)] {
                let mut changed = bytes.clone();
                changed[at] = byte;
                ask(pem(&label, &changed).as_bytes());
                ask(STANDARD.encode(&changed).as_bytes());
            }
        }
        for end in 0..sample.len() {
            ask(&sample[..end]);
            ask(&sample[end..]);
        }
    }
}

proptest! {
    /// Pieces of what is read, in any order and number.
    #[test]
    fn any_pieces_are_answered(pieces in prop::collection::vec(0_usize..12, 0..24), noise in any::<Vec<u8>>()) {
        let samples = samples();
        let mut text: Vec<u8> = Vec::new();
        for piece in pieces {
            match piece {
                0 => text.extend(b"-----BEGIN "),
                1 => text.extend(b"-----END "),
                2 => text.extend(b"CERTIFICATE-----"),
                3 => text.extend(b"PRIVATE KEY-----\\n"),
                4 => text.extend(b"Proc-Type: 4,ENCRYPTED\n\n"),
                5 => text.extend(&noise),
                6 => text.extend(b"\\"),
                7 => text.extend(b"LS0tLS1CRUdJTi"),
                8 => text.extend(b"MIIB"),
                piece => text.extend(&samples[piece]),
            }
        }
        ask(&text);
    }
}

/// Values of 2 MiB that are nothing but beginnings, ends, dashes, colons or one huge block.
#[test]
fn hostile_values_take_no_long_time() {
    const SIZE: usize = 2 << 20;
    let certificate = samples().remove(0);
    let many = |piece: &str| piece.repeat(SIZE / piece.len());
    let block = |body: String| format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----");
    let nested = |tag: u8| {
        // Each element holds the next: what is recursive ends here.
        let mut bytes = Vec::new();
        for depth in (0..SIZE as u32 / 8).rev() {
            bytes.extend([tag, 0x83]);
            bytes.extend(&(depth * 5).to_be_bytes()[1..]);
        }
        pem("CERTIFICATE", &bytes)
    };
    let texts = [
        many("-"),
        many("-----BEGIN "),
        many("-----BEGIN A-----\n"),
        many("-----BEGIN A-----\n-----END "),
        many("-----BEGIN A-----\n-----END A-----\n"),
        many("-----END "),
        format!("-----BEGIN CERTIFICATE-----{}", many(":")),
        format!("-----BEGIN CERTIFICATE-----{}", many("-----END A")),
        block(many("A")),
        block(many("a: b\n")),
        block(many("\\n")),
        many(str::from_utf8(&certificate).unwrap()),
        many("MIIB"),
        many("LS0tLS1CRUdJTi"),
        many("{\"keys\":["),
        format!("{{\"keys\":[{}{{}}]}}", many("{\"kty\":\"\"},")),
        nested(0x30),
    ];
    for (at, text) in texts.iter().enumerate() {
        let begun = Instant::now();
        let _ = hosts(text.as_bytes()).take(256).count();
        ask(text.as_bytes());
        // Without optimisation; what is quadratic takes hours.
        assert!(begun.elapsed() < Duration::from_secs(10), "{at}: {:?}", begun.elapsed());
    }
}

/// Runs openssl or ssh-keygen in a folder.
fn tool(folder: &Path, program: &str, args: &str) {
    let output = Command::new(program).args(args.split_whitespace()).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program} {args}: {}", String::from_utf8_lossy(&output.stderr));
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

/// What openssl and ssh-keygen make is read as what it is, every form of one pair as one pair.
#[test]
fn what_openssl_makes_is_read() {
    if !support::real_tools() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let read = |name: &str| read(&fs::read(at.join(name)).unwrap()).unwrap_or_else(|| panic!("{name}"));
    let kinds = [
        ("rsa", "RSA -pkeyopt rsa_keygen_bits:2048", Algorithm::Rsa(2048)),
        ("small", "RSA -pkeyopt rsa_keygen_bits:1024", Algorithm::Rsa(1024)),
        ("p256", "EC -pkeyopt ec_paramgen_curve:P-256", Algorithm::Ec(Some(256))),
        ("p384", "EC -pkeyopt ec_paramgen_curve:P-384", Algorithm::Ec(Some(384))),
        ("p521", "EC -pkeyopt ec_paramgen_curve:P-521", Algorithm::Ec(Some(521))),
        ("p192", "EC -pkeyopt ec_paramgen_curve:prime192v1", Algorithm::Ec(Some(192))),
        ("bp", "EC -pkeyopt ec_paramgen_curve:brainpoolP256r1", Algorithm::Ec(Some(256))),
        ("k1", "EC -pkeyopt ec_paramgen_curve:secp256k1", Algorithm::Ec(Some(256))),
        ("ed", "ED25519", Algorithm::Edwards(128)),
        ("ed448", "ED448", Algorithm::Edwards(224)),
    ];
    for (name, how, algorithm) in kinds {
        tool(at, "openssl", &format!("genpkey -algorithm {how} -out {name}.key"));
        tool(at, "openssl", &format!("pkey -in {name}.key -pubout -out {name}.pub"));
        tool(at, "openssl", &format!("pkcs8 -topk8 -in {name}.key -out {name}.enc -passout pass:x"));
        tool(
            at,
            "openssl",
            &format!(
                "req -x509 -key {name}.key -out {name}.crt -days 90 -subj /CN={name}.example.com -addext subjectAltName=DNS:{name}.example.com,IP:192.0.2.1"
            ),
        );
        let (key, certificate) = (read(&format!("{name}.key")), read(&format!("{name}.crt")));
        let leaf = certificate.leaf().unwrap();
        let private = key.private_keys().next().unwrap();
        assert_eq!((private.algorithm, leaf.public_key.algorithm), (Some(algorithm), algorithm), "{name}");
        // Edwards keys of openssl have no public half.
        let has_half = !matches!(algorithm, Algorithm::Edwards(_));
        assert_eq!(private.public.as_ref().map(|key| key.is(&leaf.public_key)), has_half.then_some(true));
        let [Item::PublicKey(public)] = &read(&format!("{name}.pub")).items[..] else { panic!("{name}.pub") };
        assert!(public.is(&leaf.public_key), "{name}");
        let locked = read(&format!("{name}.enc"));
        assert!(locked.private_keys().all(|key| key.encrypted && key.public.is_none()), "{name}");
        assert!((leaf.not_before - now()).abs() < 120 && (leaf.not_after - now() - 90 * 86_400).abs() < 120);
        assert!(leaf.is_own_issuer() && leaf.digest == Digest::Other && !leaf.is_logged, "{name}");
        let own = format!("{name}.example.com,192.0.2.1");
        let named: BTreeSet<String> =
            hosts(own.as_bytes()).map(|host| format!("{:?}", naming(leaf, host))).collect();
        assert_eq!(named, BTreeSet::from(["Named".to_owned()]), "{name}");
    }
    // Older and other forms of the same keys.
    tool(at, "openssl", "pkey -in rsa.key -traditional -out rsa.own");
    tool(at, "openssl", "pkey -in p256.key -traditional -out p256.own");
    tool(at, "openssl", "ec -in p256.key -conv_form compressed -out p256.compressed");
    tool(at, "openssl", "rsa -in rsa.key -traditional -aes128 -passout pass:x -out rsa.locked");
    tool(at, "openssl", "rsa -in rsa.key -RSAPublicKey_out -out rsa.public");
    let public = |name: &str| match read(name).items.into_iter().next() {
        Some(Item::PrivateKey(key)) => key.public,
        Some(Item::PublicKey(key)) => Some(key),
        _ => panic!("{name}"),
    };
    for (one, other) in [
        ("rsa.own", "rsa.key"),
        ("rsa.public", "rsa.key"),
        ("p256.own", "p256.key"),
        ("p256.compressed", "p256.key"),
    ] {
        assert!(public(one).unwrap().is(&public(other).unwrap()), "{one}");
    }
    assert!(!public("rsa.key").unwrap().is(&public("small.key").unwrap()));
    assert!(read("rsa.locked").private_keys().all(|key| key.encrypted));
    for (kind, locked) in [("rsa", ""), ("ecdsa", ""), ("ed25519", ""), ("rsa", "x1x2x3")] {
        let name = format!("ssh-{kind}{locked}");
        let pass = if locked.is_empty() { "''".to_owned() } else { locked.to_owned() };
        let output = Command::new("ssh-keygen")
            .args(["-q", "-t", kind, "-N", pass.trim_matches('\''), "-f", &name])
            .current_dir(at)
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}");
        let material = read(&name);
        let key = material.private_keys().next().unwrap();
        assert_eq!((key.encrypted, key.public.is_some()), (!locked.is_empty(), true), "{name}");
        // ssh-keygen's own word for the same public key.
        let output = Command::new("ssh-keygen")
            .args(["-e", "-m", "PKCS8", "-f", &format!("{name}.pub")])
            .current_dir(at)
            .output()
            .unwrap();
        if let Some(Item::PublicKey(public)) = preflight::value::certificates::read(&output.stdout)
            .and_then(|found| found.items.into_iter().next())
        {
            assert!(key.public.as_ref().unwrap().is(&public), "{name}");
        }
    }
    // DER, and stores.
    tool(at, "openssl", "x509 -in rsa.crt -outform DER -out rsa.der");
    tool(at, "openssl", "pkey -in rsa.key -outform DER -out rsa.key.der");
    tool(at, "openssl", "pkcs12 -export -inkey rsa.key -in rsa.crt -out rsa.p12 -passout pass:x");
    assert!(read("rsa.der").leaf().unwrap().public_key.is(&public("rsa.key.der").unwrap()));
    assert!(read("rsa.p12").private_keys().all(|key| key.encrypted) && read("rsa.p12").leaf().is_none());
    // A chain, and the digests.
    tool(at, "openssl", "req -x509 -key p384.key -out root.crt -days 900 -subj /CN=root");
    tool(at, "openssl", "req -new -key rsa.key -out www.csr -subj /CN=www");
    tool(
        at,
        "openssl",
        "x509 -req -in www.csr -CA root.crt -CAkey p384.key -CAcreateserial -out www.crt -days 9",
    );
    tool(
        at,
        "openssl",
        "x509 -req -in www.csr -CA small.crt -CAkey small.key -CAcreateserial -out sha1.crt -sha1 -days 9",
    );
    let (root, www, sha1) = (read("root.crt"), read("www.crt"), read("sha1.crt"));
    let (root, www, sha1) = (root.leaf().unwrap(), www.leaf().unwrap(), sha1.leaf().unwrap());
    assert!(www.is_from(root) && !sha1.is_from(root) && root.is_ca && !www.is_ca);
    assert_eq!((www.digest, sha1.digest), (Digest::Other, Digest::Sha1));
}

/// Lines are taken for sound where openssl and node take them, and for others where neither does.
#[test]
fn lines_are_as_openssl_and_node_have_them() {
    if !support::real_tools() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    tool(at, "openssl", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out a.key");
    tool(at, "openssl", "req -x509 -key a.key -out a.crt -days 9 -subj /CN=a");
    let takes = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).current_dir(at).output();
        output.unwrap_or_else(|error| panic!("{program}: {error}")).status.success()
    };
    let change: [fn(&str) -> String; 18] = [
        |text| text.to_owned(),
        |text| text.replace('\n', "\r\n"),
        |text| text.replace('\n', " \t\n"),
        |text| text.replacen("-----\n", "-----\n\n", 1),
        |text| text.replace("\nM", "\n  M"),
        |text| format!("x\n{text}x\n"),
        |text| text.trim_end().to_owned(),
        |text| text.replace('\n', "\r"),
        |text| text.replace('\n', " "),
        |text| text.replace('\n', ""),
        |text| format!("  {}", text.replace('\n', "\n  ")),
        |text| text.replace("-----END", " -----END"),
        |text| text.replace("\n-----END", "-----END"),
        |text| text.replace("\n-----END", "\n\n-----END"),
        |text| text.replacen("-----\n", "-----\n\n\n", 1),
        |text| format!("{} x", text.trim_end()),
        |text| format!("{}-", text.trim_end()),
        |text| format!("{}{text}", text.trim_end()),
    ];
    for (name, command, load) in
        [("a.key", "pkey", "createPrivateKey(t)"), ("a.crt", "x509", "createSecureContext({ cert: t })")]
    {
        let whole = fs::read_to_string(at.join(name)).unwrap();
        for (number, change) in change.iter().enumerate() {
            let text = change(&whole);
            fs::write(at.join("t"), &text).unwrap();
            let module = if command == "pkey" { "crypto" } else { "tls" };
            let script = format!("const t = require('fs').readFileSync('t'); require('{module}').{load}");
            let sound = read(text.as_bytes()).unwrap().layout == Layout::Lines;
            assert_eq!(takes("openssl", &[command, "-in", "t", "-noout"]), sound, "{name} {number}");
            assert_eq!(takes("node", &["-e", &script]), sound, "{name} {number}");
        }
    }
}

/// Every curve that openssl has a name for, and DSA in both of its forms.
#[test]
fn every_curve_of_openssl_and_its_dsa_are_known() {
    if !support::real_tools() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let output = Command::new("openssl").args(["ecparam", "-list_curves"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap().replace(":\n", ":");
    // Two have no identifier.
    let curves =
        text.lines().filter_map(|line| line.split_once(':')).filter(|(name, _)| !name.contains("Oakley"));
    let key = |name: &str| read(&fs::read(at.join(name)).unwrap()).unwrap();
    for (name, about) in curves {
        // `X9.62/SECG curve over a 256 bit prime field`.
        let bits = about.split_once(" bit").and_then(|(before, _)| before.rsplit(' ').next()?.parse().ok());
        tool(at, "openssl", &format!("ecparam -name {} -genkey -noout -out k", name.trim()));
        let found = key("k").private_keys().next().unwrap().algorithm;
        assert_eq!(found, Some(Algorithm::Ec(bits)), "{name}");
    }
    tool(at, "openssl", "dsaparam -genkey -out own 1024");
    tool(at, "openssl", "pkey -in own -out pkcs8");
    tool(at, "openssl", "pkey -in own -traditional -out old");
    let (own, other) = (key("old"), key("pkcs8"));
    let (own, other) = (own.private_keys().next().unwrap(), other.private_keys().next().unwrap());
    assert_eq!((own.algorithm, other.algorithm), (Some(Algorithm::Dsa(1024)), Some(Algorithm::Dsa(1024))));
    let others = other.identities();
    assert!(own.public.is_some() && own.identities().iter().any(|one| others.contains(one)));
}
