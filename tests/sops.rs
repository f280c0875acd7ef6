//! Files of SOPS: the tables of `docs/sops.md`, tampering, and files of another implementation.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path as FilePath;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use preflight::sealed::sops::{Form, Kind, Opened, Part, Path, Rule, Service, SopsFile, State, Why};
use preflight::sealed::value_sealer;
use proptest::prelude::*;
use support::rows::{bytes, cells};
use support::sops::{KEY, file, mac, metadata, seal};

const FORMS: &[(&str, Form)] = &[
    ("dotenv", Form::Dotenv),
    ("yaml", Form::Yaml),
    ("json", Form::Json),
    ("ini", Form::Ini),
    ("binary", Form::Binary),
];

fn form_of(name: &str) -> Form {
    FORMS.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no form {name}")).1
}

/// An opened file as a table has it.
fn show(opened: &[Opened]) -> String {
    let one = |opened: &Opened| {
        let value = String::from_utf8_lossy(opened.value.expose()).into_owned();
        let plain = if opened.sealed { "" } else { " plain" };
        let kind = match opened.kind {
            Kind::Comment => return format!("#{value}{plain}"),
            Kind::Str => "",
            Kind::Int => " int",
            Kind::Float => " float",
            Kind::Bool => " bool",
            Kind::Bytes => " bytes",
            Kind::Time => " time",
            Kind::Null => " null",
        };
        format!("{}={value}{kind}{plain}", opened.path.name())
    };
    opened.iter().map(one).collect::<Vec<_>>().join(" · ")
}

fn outcome(text: &[u8], form: Form) -> String {
    match SopsFile::recognise(text, form) {
        None => "-".to_owned(),
        Some(Err(fault)) => format!("{:?}", fault.why),
        Some(Ok(file)) => match file.decrypt(&KEY) {
            Ok(opened) => show(&opened),
            Err(fault) => format!("{:?}", fault.why),
        },
    }
}

fn text_of(cell: &str) -> String {
    String::from_utf8(bytes(cell)).unwrap()
}

#[test]
fn every_row_means_what_it_says() {
    let page = fs::read_to_string(FilePath::new(env!("CARGO_MANIFEST_DIR")).join("docs/sops.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() > 100, "the tables are there: {}", rows.len());
    let mut faults = String::new();
    for row in rows {
        let [form, template, over, expected] = cells(row)[..] else { panic!("four cells: {row}") };
        if form == "value" {
            let value = file(Form::Dotenv, &text_of(template), None);
            let whose = value_sealer(value.as_bytes()).map_or("-".to_owned(), |sealer| format!("{sealer:?}"));
            if whose != expected {
                let _ = writeln!(faults, "{row}\n  found {whose}");
            }
            continue;
        }
        let form = form_of(form);
        let over = (over != "∅").then(|| text_of(over));
        let found = outcome(file(form, &text_of(template), over.as_deref()).as_bytes(), form);
        if found != text_of(expected) {
            let _ = writeln!(faults, "{row}\n  found {found:?}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// Every fault has a row.
#[test]
fn every_fault_is_shown() {
    let page = fs::read_to_string(FilePath::new(env!("CARGO_MANIFEST_DIR")).join("docs/sops.md")).unwrap();
    let all = [
        Why::Syntax,
        Why::DuplicateKey,
        Why::Unsupported,
        Why::NoMetadata,
        Why::BadMetadata,
        Why::SeveralRules,
        Why::BadPattern,
        Why::BadSealed,
        Why::NotBinary,
        Why::SeveralGroups,
        Why::NoMac,
        Why::SealedMac,
        Why::WrongMac,
        Why::Altered,
        Why::NotSealed,
        Why::NotPlain,
        Why::WrongType,
    ];
    for why in all {
        assert!(page.contains(&format!("| `{why:?}` |")), "{why:?}");
        assert!(!why.to_string().is_empty());
    }
}

const SAMPLES: &[(Form, &str, &str)] = &[
    (Form::Dotenv, "#«:|comment| note»\nA=«A:|str|one»\nB=«B:|str|two»\n«meta»", "onetwo"),
    (
        Form::Yaml,
        "a: «a:|str|one»\n#«:|comment| note»\nb:\n  - c: «b:c:|int|5»\n    d: «b:d:|bool|True»\n«meta»",
        "one5True",
    ),
    (Form::Json, "{\"a\": \"«a:|str|one»\", \"b\": [{\"c\": \"«b:c:|float|0.5»\"}], «meta»}", "one0.5"),
    (Form::Ini, "[s]\n; «s:|comment|note»\na = «s:a:|str|one»\nb = «s:b:|str|two»\n«meta»", "onetwo"),
    (Form::Binary, "{\"data\": \"«data:|str|one»\", «meta»}", "one"),
];

/// What is shown without its comments.
fn values(shown: &str) -> Vec<&str> {
    shown.split(" · ").filter(|part| !part.starts_with('#')).collect()
}

/// No byte that is another one gives other values out, and in what is sealed none goes unseen.
#[test]
fn flipped_bytes_never_change_a_value() {
    for (form, template, over) in SAMPLES {
        let text = file(*form, template, Some(over));
        let whole = outcome(text.as_bytes(), *form);
        assert!(whole.contains("one"), "{form:?} {whole}");
        let mut sealed = vec![false; text.len()];
        for (at, _) in text.match_indices("ENC[") {
            let end = at + text[at..].find(']').unwrap();
            // A comment that no longer begins as a sealed one is a plain one.
            let comment = text[..at].ends_with(['#', ';']) || text[..at].ends_with("; ");
            sealed[at + if comment { "ENC[AES256_GCM,".len() } else { 0 }..=end].fill(true);
        }
        for at in 0..text.len() {
            for flip in [1, 4, 32, 128] {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= flip;
                let found = outcome(&bytes, *form);
                let fault = found.chars().all(char::is_alphabetic);
                assert!(
                    fault || (values(&found) == values(&whole) && !sealed[at]),
                    "{form:?} at {at} with {flip}: {found}"
                );
            }
        }
        for length in 0..text.len() {
            let found = outcome(&text.as_bytes()[..length], *form);
            let fault = found == "-" || found.chars().all(char::is_alphabetic);
            // What is cut off behind the last field was not needed.
            assert!(
                fault || (found == whole && length + 40 > text.len()),
                "{form:?} cut at {length}: {found}"
            );
        }
    }
}

#[test]
fn another_data_key_opens_nothing() {
    for (form, template, over) in SAMPLES {
        let text = file(*form, template, Some(over));
        let file = SopsFile::recognise(text.as_bytes(), *form).unwrap().unwrap();
        assert_eq!(file.decrypt(&[8; 32]).unwrap_err().why, Why::SealedMac);
    }
}

#[test]
fn without_a_key_names_recipients_and_rules_are_known() {
    let age = r#"[{"recipient":"age1one","enc":"-----BEGIN"},{"recipient":"age1two","enc":"x"}]"#;
    let template = "a: «a:|str|one»\nb_p: two\nc: ''\nd: three\n# why\ne: [«e:|int|5»]\n";
    let template = template.replace("[«e:|int|5»]", "\n  - «e:|int|5»");
    let extra = [
        ("age", age),
        ("kms", r#"[{"arn":"x"}]"#),
        ("pgp", r#"[{"fp":"x"},{"fp":"y"}]"#),
        ("hc_vault", "[]"),
        ("unencrypted_suffix", "_p"),
        ("mac_only_encrypted", "true"),
    ];
    let text =
        file(Form::Yaml, &template, None) + &metadata(Form::Yaml, Some(&mac(&KEY, b"one5", true)), &extra);
    let sops = SopsFile::recognise(text.as_bytes(), Form::Yaml).unwrap().unwrap();
    let names: Vec<_> = sops
        .leaves()
        .iter()
        .map(|leaf| (leaf.path.name(), leaf.state, leaf.kind, leaf.to_be_sealed))
        .collect();
    let leaf = |name: &str, state, kind, sealed| (name.to_owned(), state, kind, sealed);
    assert_eq!(
        names,
        [
            leaf("a", State::Sealed, Kind::Str, true),
            leaf("b_p", State::Plain, Kind::Str, false),
            leaf("c", State::Empty, Kind::Str, true),
            leaf("d", State::Plain, Kind::Str, true),
            leaf("", State::Plain, Kind::Comment, true),
            leaf("e.0", State::Sealed, Kind::Int, true),
        ]
    );
    assert_eq!(sops.misplaced(), [(3, Why::NotSealed)]);
    let fault = sops.decrypt(&KEY).unwrap_err();
    assert_eq!((fault.why, fault.leaf, fault.span.of(text.as_bytes())), (Why::NotSealed, Some(3), &b"d"[..]));
    assert_eq!(sops.leaves()[5].path, Path(vec![Part::Key("e".into()), Part::Index(0)]));
    let recipients: Vec<_> = sops.age_keys().map(|key| key.recipient.as_str()).collect();
    assert_eq!(recipients, ["age1one", "age1two"]);
    let about = sops.metadata();
    assert_eq!(about.groups.len(), 1);
    assert_eq!(
        about.groups[0].services.iter().collect::<Vec<_>>(),
        [(&Service::AwsKms, &1), (&Service::Pgp, &2)]
    );
    assert_eq!((about.last_modified.as_str(), about.version.as_str()), (support::sops::LAST, "3.13.1"));
    assert_eq!(
        (&about.rule, about.mac_only_encrypted, about.shamir_threshold),
        (&Rule::UnencryptedSuffix("_p".into()), true, None)
    );
    assert_eq!(sops.can_be_opened(), Ok(()));
}

#[test]
fn flat_stores_name_recipients_too() {
    let extra = [
        ("age__list_1__map_enc", "two\\nlines"),
        ("age__list_1__map_recipient", "age1two"),
        ("age__list_0__map_enc", "one"),
        ("age__list_0__map_recipient", "age1one"),
        ("pgp__list_0__map_fp", "x"),
    ];
    for (form, head) in [
        (Form::Dotenv, format!("A={}\n", seal(&KEY, "A:", "str", b"one"))),
        (Form::Ini, format!("[a]\nA={}\n", seal(&KEY, "a:A:", "str", b"one"))),
    ] {
        let text = head + &metadata(form, Some(&mac(&KEY, b"one", false)), &extra);
        let sops = SopsFile::recognise(text.as_bytes(), form).unwrap().unwrap();
        let keys: Vec<_> =
            sops.age_keys().map(|key| (key.recipient.as_str(), key.sealed_data_key.as_str())).collect();
        assert_eq!(keys, [("age1one", "one"), ("age1two", "two\nlines")]);
        assert_eq!(sops.metadata().groups[0].services[&Service::Pgp], 1);
        assert_eq!(sops.decrypt(&KEY).unwrap().len(), 1);
    }
}

#[test]
fn several_groups_are_told_and_refused() {
    let groups = r#"[{"age":[{"recipient":"age1one","enc":"x"}]},{"kms":[{"arn":"x"}],"hc_vault":[{"vault_address":"x"}]}]"#;
    let extra = [("shamir_threshold", "2"), ("key_groups", groups)];
    let text = format!(
        "{{\"a\": \"{}\", {}}}",
        seal(&KEY, "a:", "str", b"one"),
        metadata(Form::Json, Some(&mac(&KEY, b"one", false)), &extra)
    );
    let sops = SopsFile::recognise(text.as_bytes(), Form::Json).unwrap().unwrap();
    assert_eq!((sops.metadata().groups.len(), sops.metadata().shamir_threshold), (2, Some(2)));
    assert_eq!(sops.age_keys().count(), 1);
    assert_eq!(sops.can_be_opened().unwrap_err().why, Why::SeveralGroups);
    assert_eq!(sops.decrypt(&KEY).unwrap_err().why, Why::SeveralGroups);
}

#[test]
fn what_is_printed_of_a_file_has_no_value() {
    let text = file(
        Form::Yaml,
        "a: «a:|str|canary-one»\nb_unencrypted: canary-two\n# canary-three\nc: ''\n«meta»",
        Some("canary-onecanary-two"),
    );
    let sops = SopsFile::recognise(text.as_bytes(), Form::Yaml).unwrap().unwrap();
    let printed = format!("{sops:?} {:?}", sops.decrypt(&KEY).unwrap());
    assert!(!printed.contains("canary"), "{printed}");
}

/// Sizes that are meant to take long.
/// Some of the metadata are there: such a file is broken, and its values are no plain ones.
#[test]
fn metadata_without_a_time_are_damaged() {
    let sealed = seal(&KEY, "A:", "str", b"one");
    for mark in [format!("sops_mac={sealed}"), "sops_version=3.9.0".to_owned()] {
        let text = format!("A={sealed}\n{mark}\n");
        let name = std::ffi::OsStr::new("app");
        assert_eq!(preflight::sealed::sealer(name, text.as_bytes()), Some(preflight::sealed::Sealer::Sops));
        let read = SopsFile::recognise(text.as_bytes(), Form::of("app", text.as_bytes()));
        let Some(Err(fault)) = read else { panic!("{mark}: no fault") };
        assert!(matches!(fault.why, Why::BadMetadata | Why::NoMetadata), "{mark}");
    }
}

#[test]
fn hostile_sizes_are_bounded() {
    let started = std::time::Instant::now();
    let sealed = seal(&KEY, "a:", "str", b"one");
    let meta = |form| metadata(form, Some(&mac(&KEY, b"one", false)), &[]);
    let why = |text: &str, form| match SopsFile::recognise(text.as_bytes(), form) {
        Some(Err(fault)) => fault.why,
        Some(Ok(file)) => {
            file.decrypt(&KEY).map_or_else(|fault| fault.why, |opened| panic!("{}", opened.len()))
        }
        None => panic!("not recognised"),
    };
    let deep = format!("{}{sealed}\n{}", "- ".repeat(5000), meta(Form::Yaml));
    assert!(matches!(why(&deep, Form::Yaml), Why::TooLarge | Why::Syntax));
    let deep = format!(
        "{{\"a\": \"{sealed}\", \"b\": {}{}, {}}}",
        "[".repeat(100),
        "]".repeat(100),
        meta(Form::Json)
    );
    assert_eq!(why(&deep, Form::Json), Why::TooLarge);
    let many = format!("{}A={sealed}\n{}", "#\n".repeat(200_001), meta(Form::Dotenv));
    assert_eq!(why(&many, Form::Dotenv), Why::TooLarge);
    let long_key =
        format!("{}:\n{}a: {sealed}\n{}", "k".repeat(1 << 20), "  - ''\n".repeat(100), meta(Form::Yaml));
    assert!(matches!(why(&long_key, Form::Yaml), Why::TooLarge | Why::Syntax));
    let bomb = (1..9).fold("x0: &x0 [y, y, y, y, y, y, y, y, y]\n".to_owned(), |text, n| {
        format!("{text}x{n}: &x{n} [{}]\n", vec![format!("*x{}", n - 1); 9].join(", "))
    });
    assert_eq!(why(&format!("{bomb}a: {sealed}\n{}", meta(Form::Yaml)), Form::Yaml), Why::TooLarge);
    let wide = format!("{}: {sealed}\na: {sealed}\n{}", "k".repeat(5000), meta(Form::Yaml));
    assert!(matches!(why(&wide, Form::Yaml), Why::TooLarge | Why::Syntax));
    let keys = |length: usize| "k".repeat(length);
    let wide = format!("{{\"{}\": \"x\", \"a\": \"{sealed}\", {}}}", keys(4097), meta(Form::Json));
    assert_eq!(why(&wide, Form::Json), Why::TooLarge);
    let ruled = |pattern: &str, more: &str| {
        let rule = metadata(Form::Json, Some(&mac(&KEY, b"one", false)), &[("encrypted_regex", pattern)]);
        format!("{{\"a\": \"{sealed}\"{more}, {rule}}}")
    };
    assert_eq!(why(&ruled("x?[ab]*a[ab]{4000}c", ""), Form::Json), Why::BadPattern);
    assert_eq!(why(&ruled(&"a".repeat(1025), ""), Form::Json), Why::TooLarge);
    let names: String = (0..300).map(|at| format!(", \"{at}{}\": \"\"", keys(4000))).collect();
    assert_eq!(why(&ruled("^a$", &names), Form::Json), Why::TooLarge);
    let lists = format!("A={sealed}\n{}sops_age__list_99999999999__map_enc=x\n", meta(Form::Dotenv));
    assert_eq!(why(&lists, Form::Dotenv), Why::BadMetadata);
    let comments = format!("{}a: {sealed}\n{}", "# x\n".repeat(50_000), meta(Form::Yaml));
    let opened =
        SopsFile::recognise(comments.as_bytes(), Form::Yaml).unwrap().unwrap().decrypt(&KEY).unwrap();
    assert_eq!(opened.len(), 50_001);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

fn scalar() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        any::<String>().prop_map(|text| ("str", text)),
        any::<i64>().prop_map(|number| ("int", number.to_string())),
        any::<f64>()
            .prop_filter("a number", |number| number.is_finite())
            .prop_map(|number| ("float", number.to_string())),
        any::<bool>().prop_map(|is| ("bool", if is { "True".to_owned() } else { "False".to_owned() })),
    ]
}

type Row = (String, Vec<(&'static str, String)>);

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// What is sealed comes out again, in every store that can hold it.
    #[test]
    fn what_goes_in_comes_out(rows in proptest::collection::vec(("[a-z]{1,3}", proptest::collection::vec(scalar(), 1..4)), 1..6)) {
        let rows: Vec<Row> = rows.into_iter().enumerate().map(|(at, (key, values))| (format!("{key}{at}"), values)).collect();
        let over: String = rows.iter().flat_map(|(_, values)| values).map(|(_, text)| text.as_str()).collect();
        let sealed = |place: &str, (kind, text): &(&str, String)| seal(&KEY, place, kind, text.as_bytes());
        let shown = |(kind, text): &(&str, String)| if *kind == "bool" { text.to_lowercase() } else { text.clone() };
        let expected: Vec<String> = rows.iter().flat_map(|(_, values)| values).map(shown).collect();
        let meta = |form| metadata(form, Some(&mac(&KEY, over.as_bytes(), false)), &[]);
        let pairs = |join: &str| rows.iter().map(|(key, values)| {
            let values = values.iter().map(|value| format!("{:?}", sealed(&format!("{key}:"), value)));
            format!("\"{key}\": [{}]", values.collect::<Vec<_>>().join(", "))
        }).collect::<Vec<_>>().join(join);
        let json = format!("{{{}, {}}}", pairs(", "), meta(Form::Json));
        let yaml = format!("{}\n{}", pairs("\n"), meta(Form::Yaml));
        let lines = |section: &str| rows.iter().flat_map(|(key, values)| values.iter().enumerate().map(move |(at, value)| {
            let key = format!("{key}_{at}");
            format!("{key}={}\n", sealed(&format!("{section}{key}:"), value))
        })).collect::<String>();
        let dotenv = lines("") + &meta(Form::Dotenv);
        let ini = format!("[s]\n{}{}", lines("s:"), meta(Form::Ini));
        for (form, text) in [(Form::Json, json), (Form::Yaml, yaml), (Form::Dotenv, dotenv), (Form::Ini, ini)] {
            let opened = SopsFile::recognise(text.as_bytes(), form).unwrap().unwrap().decrypt(&KEY).unwrap();
            let found: Vec<String> = opened.iter().map(|leaf| String::from_utf8(leaf.value.expose().to_vec()).unwrap()).collect();
            prop_assert_eq!(&found, &expected);
        }
    }

    /// Whatever the bytes, there is an answer, and without SOPS's marks it is "no such file".
    #[test]
    fn any_bytes_have_an_answer(text in "(ENC\\[AES256_GCM,|sops|: |=|\\n|data:|\\[|\\]|\\{|\\}|\"|'|#|;|-|a|_mac|mac|lastmodified|\\PC){0,40}") {
        for (_, form) in FORMS {
            if let Some(Ok(file)) = SopsFile::recognise(text.as_bytes(), *form) {
                let _ = file.decrypt(&KEY);
            }
        }
    }
}

/// Files by other implementations: `tests/oracles/sops_files.py`. Runs only with `PREFLIGHT_REAL_TOOLS=1`; then a missing
/// python3 or package is a failure.
#[test]
fn files_of_other_implementations_open() {
    if std::env::var_os("PREFLIGHT_REAL_TOOLS").is_none_or(|value| value != "1") {
        return;
    }
    let script = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles/sops_files.py");
    let output = std::process::Command::new("python3")
        .args(["-W", "ignore"])
        .arg(script)
        .output()
        .expect("python3 runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&[u8]> = output.stdout.split(|b| *b == b'\n').filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 10);
    for line in lines {
        let made: serde_json::Value = serde_json::from_slice(line).unwrap();
        let form = form_of(made["form"].as_str().unwrap());
        let text = made["file"].as_str().unwrap();
        let hex = made["key"].as_str().unwrap().as_bytes();
        let key: Vec<u8> = hex
            .chunks(2)
            .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        let file = SopsFile::recognise(text.as_bytes(), form)
            .unwrap()
            .unwrap_or_else(|fault| panic!("{form:?}: {fault:?}"));
        let opened =
            file.decrypt(&key.try_into().unwrap()).unwrap_or_else(|fault| panic!("{form:?}: {fault:?}"));
        let found: Vec<(String, String)> =
            opened.iter().map(|leaf| (leaf.path.name(), STANDARD.encode(leaf.value.expose()))).collect();
        let held = made["held"].as_array().unwrap().iter();
        let held: Vec<(String, String)> = held
            .map(|pair| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned()))
            .collect();
        assert_eq!(found, held, "{form:?}");
    }
}
