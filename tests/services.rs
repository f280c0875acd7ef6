//! Services: whose a variable is, what counts for whom, and `--service`.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::collections::BTreeSet;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::{fs, path::Path};

use rstest::rstest;
use serde_json::Value;
use support::case::{Case, set_mode};
use support::{report, run, scrub};
use tempfile::TempDir;

const HEAD: &str = "version: 1\nedition: 2026\nservices: [api, web]\n\
    rules: { reused-secret: off, undeclared-key: off, unused-policy-entry: off, template-drift: off, undocumented-key: off }\n";

/// A project out of a policy and `path: content` lines.
fn project(policy: &str, files: &[&str]) -> TempDir {
    let mut text = format!("x\n-- file: preflight.yaml --\n{policy}\n");
    for file in files {
        let (path, content) = file.split_once(": ").unwrap_or_else(|| panic!("{file}"));
        text += &format!("-- file: {path} --\n{content}\n");
    }
    Case::parse("services", &text).lay_out()
}

/// `rule[cause] service key path` of each finding; `-` for no service.
fn found(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let line = |f: &Value| {
        let name = format!("{}[{}]", text(&f["rule"]), text(&f["cause"]));
        format!("{name} {} {} {}", text(&f["service"]), text(&f["key"]), text(&f["location"]["path"]))
    };
    report["findings"].as_array().unwrap().iter().map(line).collect()
}

fn gaps(report: &Value) -> Vec<String> {
    let gaps = report["environments"][0]["not_checked"].as_array().unwrap().iter();
    let shown = gaps.filter(|gap| gap["why"] != "rule-off");
    shown.map(|gap| format!("{} {}", gap["why"].as_str().unwrap(), gap["what"].as_str().unwrap())).collect()
}

const INT: &str = "keys: { A: { type: int } }";
const REQUIRED: &str = "keys: { A: { required: true } }";

#[rstest]
// A service's own value counts for it before the shared one, and only that is judged.
#[case::own_is_wrong(INT, &["secrets/prod/A: 1", "secrets/prod/api/A: x"], &["wrong-type[type:int] api A secrets/prod/api/A"])]
#[case::shared_is_wrong_for_one(INT, &["secrets/prod/A: x", "secrets/prod/api/A: 1"], &["wrong-type[type:int] - A secrets/prod/A"])]
#[case::shared_counts_for_none(INT, &["secrets/prod/A: x", "secrets/prod/api/A: 1", "secrets/prod/web/A: 2"], &[])]
#[case::both_are_wrong(INT, &["secrets/prod/api/A: x", "secrets/prod/web/A: x"],
    &["wrong-type[type:int] api A secrets/prod/api/A", "wrong-type[type:int] web A secrets/prod/web/A"])]
#[case::placeholder(INT, &["secrets/prod/A: 1", "secrets/prod/web/A: CHANGE_ME"],
    &["placeholder-value[placeholder:says-change-me] web A secrets/prod/web/A", "wrong-type[type:int] web A secrets/prod/web/A"])]
#[case::forbidden("keys: { A: { forbidden: true } }", &["secrets/prod/web/A: 1"], &["forbidden-key[set] web A secrets/prod/web/A"])]
// Required is required for every service that the entry is for.
#[case::missing_for_one(REQUIRED, &["secrets/prod/api/A: 1"], &["missing-key[required] web A .env.prod"])]
#[case::missing_for_all(REQUIRED, &["secrets/prod/api/B: 1"], &["missing-key[required] - A .env.prod"])]
#[case::shared_is_enough(REQUIRED, &["secrets/prod/A: 1"], &[])]
#[case::empty_for_one(REQUIRED, &["secrets/prod/A: 1", "secrets/prod/web/A: "], &["empty-value[required] web A secrets/prod/web/A"])]
#[case::one_s_alone("keys: { A: { required: true, services: [api] } }", &["secrets/prod/api/A: 1"], &[])]
#[case::the_other_s("keys: { A: { required: true, services: [api] } }", &["secrets/prod/web/A: 1"], &["missing-key[required] api A .env.prod"])]
#[case::not_judged_for_others("keys: { A: { type: int, services: [api] } }", &["secrets/prod/api/A: 1", "secrets/prod/web/A: x"], &[])]
#[case::overlaid("keys: { A: { required: true, services: [web] } }\nenvironments: { prod: { keys: { A: { services: [api] } } } }",
    &["secrets/prod/api/A: 1"], &[])]
#[case::prefix("keys: { API__A: { required: true, type: int } }", &["secrets/prod/API__A: x"], &["wrong-type[type:int] - API__A secrets/prod/API__A"])]
#[case::prefix_missing("keys: { API__A: { required: true } }", &["secrets/prod/B: x"], &["missing-key[required] - API__A .env.prod"])]
// No service's folder: nobody is known to read it.
#[case::other_folder(REQUIRED, &["secrets/prod/cron/A: 1"], &["missing-key[required] - A .env.prod"])]
#[case::other_case(REQUIRED, &["secrets/prod/API/A: 1"], &["missing-key[required] - A .env.prod"])]
fn what_counts_for_whom(#[case] policy: &str, #[case] files: &[&str], #[case] wanted: &[&str]) {
    let environments = if policy.contains("environments") { "" } else { "\nenvironments: { prod: {} }" };
    let project = project(&format!("{HEAD}{policy}{environments}"), &[files, &[".env.prod: Z=1"]].concat());
    let (code, report) = report(project.path(), ["prod"]);
    let mut found = found(&report);
    found.sort();
    assert_eq!(found, wanted, "{report:#}");
    assert_eq!(code, i32::from(!wanted.is_empty()));
    let ids: BTreeSet<&str> =
        report["findings"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), found.len(), "one id for each service");
}

#[rstest]
#[case("{service}/.env.{env}", ["api/.env.prod", "web/.env.prod"])]
#[case("envs/{env}/{service}.env", ["envs/prod/api.env", "envs/prod/web.env"])]
#[case("envs/{env}-{service}", ["envs/prod-api", "envs/prod-web"])]
fn a_path_may_be_each_service_s(#[case] path: &str, #[case] files: [&str; 2]) {
    // Wherever the shared source stands, one's own goes before it.
    for sources in [
        format!("[{{ dotenv: \"{path}\" }}, {{ dotenv: shared }}]"),
        format!("[{{ dotenv: shared }}, {{ dotenv: \"{path}\" }}]"),
    ] {
        let policy = format!("{HEAD}environments: {{ prod: {{}} }}\nsources: {sources}\n{INT}");
        let [api, web] = files;
        let project = project(&policy, &[&format!("{api}: A=x"), &format!("{web}: B=1"), "shared: A=1"]);
        let (code, found_) = report(project.path(), ["prod"]);
        assert_eq!((code, found(&found_)), (1, vec![format!("wrong-type[type:int] api A {api}")]));
        let (code, found_) = report(project.path(), ["prod", "--service", "web"]);
        assert_eq!(
            (code, found(&found_), gaps(&found_)),
            (0, vec![], vec![format!("other-service file {api}")])
        );
        fs::remove_file(project.path().join(web)).unwrap();
        let (code, found_) = report(project.path(), ["prod"]);
        assert_eq!((code, gaps(&found_)), (2, vec![format!("source-missing file {web}")]));
        let (code, found_) = report(project.path(), ["prod", "--service", "api"]);
        assert_eq!((code, gaps(&found_)), (1, vec![]));
    }
}

#[test]
fn one_service_alone_is_judged() {
    let policy = format!(
        "{HEAD}environments: {{ prod: {{}} }}\nkeys: {{ A: {{ type: int }}, API__P: {{ type: int, required: true }}, \
         W: {{ type: int, required: true, services: [web] }}, S: {{ type: int }} }}\n"
    );
    let files = [
        "secrets/prod/api/A: x",
        "secrets/prod/web/A: y",
        "secrets/prod/S: s",
        ".env.prod: WEB__Q=1",
        "secrets/prod/W: w",
    ];
    let project = project(&policy, &files);
    let of = |args: &[&str]| {
        let (code, report) = report(project.path(), args);
        assert_eq!(code, 1);
        (found(&report), gaps(&report))
    };
    let (api, others) = of(&["prod", "--service", "api"]);
    assert_eq!(
        api,
        [
            "missing-key[required] - API__P secrets/prod",
            "wrong-type[type:int] - S secrets/prod/S",
            "wrong-type[type:int] api A secrets/prod/api/A",
        ]
        .map(|line| line.replace("API__P secrets/prod", "API__P .env.prod"))
    );
    assert_eq!(
        others,
        ["other-service key W", "other-service key WEB__Q", "other-service file secrets/prod/web"]
    );
    let (web, others) = of(&["prod", "--service", "web"]);
    assert_eq!(
        web,
        [
            "wrong-type[type:int] - S secrets/prod/S",
            "wrong-type[type:int] - W secrets/prod/W",
            "wrong-type[type:int] web A secrets/prod/web/A"
        ]
    );
    assert_eq!(others, ["other-service key API__P", "other-service file secrets/prod/api"]);
    let (both, others) = of(&["prod"]);
    let each: BTreeSet<String> = api.into_iter().chain(web).collect();
    assert_eq!((both.into_iter().collect::<BTreeSet<_>>(), others), (each, vec![]));
}

/// Nothing of another service is judged: neither its files' modes, nor what the policy says of it alone.
#[test]
fn what_is_another_service_s_is_left_alone() {
    let policy = "version: 1\nedition: 2026\nservices: [api, web]\nenvironments: { prod: {} }\n\
        keys: { W: { services: [web] }, V: {}, B: {} }\nfiles: [{ path: \"secrets/{env}/web/*\", mode: \"0600\" }]\n";
    let project = project(policy, &["secrets/prod/web/W: 1", "secrets/prod/web/V: 1", ".env.prod: B=1"]);
    set_mode(&project.path().join("secrets/prod/web/W"), 0o644);
    let (code, all) = report(project.path(), ["prod"]);
    assert_eq!(
        (code, found(&all)),
        (1, vec!["loose-permissions[mode:0644] - - secrets/prod/web/W".to_owned()])
    );
    let (code, all) = report(project.path(), ["prod", "--service", "api"]);
    assert_eq!((code, found(&all)), (0, vec![]), "{all:#}");
    assert_eq!(gaps(&all), ["other-service key W", "other-service file secrets/prod/web"]);
}

/// Root may read anything, so the child is somebody else.
#[test]
fn another_service_s_unreadable_folder_does_not_block() {
    let project = project(
        &format!("{HEAD}environments: {{ prod: {{}} }}\n"),
        &["secrets/prod/api/A: 1", "secrets/prod/web/A: 1", ".env.prod: B=1"],
    );
    let nobody = 65_534;
    let own = fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    let program = project.path().join("preflight");
    fs::copy(env!("CARGO_BIN_EXE_preflight"), &program).unwrap();
    for (path, mode) in [
        ("", 0o755),
        ("secrets", 0o755),
        ("secrets/prod", 0o755),
        ("secrets/prod/api", 0o755),
        ("preflight", 0o755),
        ("preflight.yaml", 0o644),
    ] {
        set_mode(&project.path().join(path), mode);
    }
    let open = |path: &Path| {
        if own {
            std::os::unix::fs::chown(path, Some(nobody), Some(nobody)).unwrap()
        }
    };
    open(&project.path().join(".env.prod"));
    open(&project.path().join("secrets/prod/api/A"));
    set_mode(&project.path().join("secrets/prod/web"), 0o000);
    let verdict = |args: &[&str]| {
        let mut command = Command::new(&program);
        scrub(&mut command);
        if own {
            command.uid(nobody).gid(nobody);
        }
        let output = command
            .current_dir(project.path())
            .arg("check")
            .args(args)
            .args(["--format", "json"])
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code().unwrap(), gaps(&report))
    };
    assert_eq!(verdict(&["prod"]), (2, vec!["unreadable file secrets/prod/web".to_owned()]));
    let left = vec!["other-service file secrets/prod/web".to_owned()];
    assert_eq!(verdict(&["prod", "--service", "api"]), (0, left));
    set_mode(&project.path().join("secrets/prod/web"), 0o700);
}

#[rstest]
#[case(HEAD, "cron", "services here: api, web")]
#[case(HEAD, "API", "services here: api, web")]
#[case(HEAD, "", "services here: api, web")]
#[case(
    "version: 1\nedition: 2026\n",
    "api",
    "name them at the policy's top level: `services: [api, worker]`"
)]
#[case("", "api", "name them at the policy's top level: `services: [api, worker]`")]
fn an_unknown_service_is_no_verdict(#[case] policy: &str, #[case] service: &str, #[case] help: &str) {
    let folder = TempDir::new().unwrap();
    if !policy.is_empty() {
        fs::write(folder.path().join("preflight.yaml"), policy).unwrap();
    }
    fs::write(folder.path().join(".env.prod"), "A=1\n").unwrap();
    let (code, report) = report(folder.path(), ["prod", "--service", service]);
    assert_eq!((code, &report["verdict"]), (2, &Value::from("none")));
    assert_eq!(report["errors"].as_array().unwrap().len(), 1);
    assert_eq!(report["errors"][0]["kind"], "unknown-service");
    assert_eq!(report["errors"][0]["message"], format!("there is no service `{service}`"));
    assert_eq!(report["errors"][0]["help"], help);
    let human = run(folder.path(), ["check", "prod", "--service", service]);
    assert_eq!((human.code, human.stdout.as_str()), (2, ""));
}

/// A service's view of a connection that is spread over variables: its own, else the shared ones.
#[rstest]
#[case::one_without(&["secrets/prod/api/PGSSLMODE: verify-full"], &["weak-tls-mode[tls:absent] - DATABASE_URL .env.prod"])]
#[case::both_with(&["secrets/prod/api/PGSSLMODE: verify-full", "secrets/prod/web/PGSSLMODE: require"], &[])]
#[case::one_weak(&["secrets/prod/api/PGSSLMODE: verify-full", "secrets/prod/web/PGSSLMODE: prefer"],
    &["weak-tls-mode[tls:prefer] web PGSSLMODE secrets/prod/web/PGSSLMODE"])]
#[case::shared_mode(&["secrets/prod/PGSSLMODE: verify-full"], &[])]
#[case::own_is_weaker(&["secrets/prod/PGSSLMODE: verify-full", "secrets/prod/api/PGSSLMODE: allow"],
    &["weak-tls-mode[tls:allow] api PGSSLMODE secrets/prod/api/PGSSLMODE"])]
#[case::own_url(&["secrets/prod/PGSSLMODE: verify-full", "secrets/prod/web/DATABASE_URL: postgres://u@db.example.com/d?sslmode=disable"],
    &["weak-tls-mode[tls:disable] web DATABASE_URL secrets/prod/web/DATABASE_URL", "weak-tls-mode[tls:disagrees] web DATABASE_URL secrets/prod/web/DATABASE_URL"])]
fn each_service_sees_its_own_connection(#[case] files: &[&str], #[case] wanted: &[&str]) {
    let policy = format!("{HEAD}environments: {{ prod: {{}} }}\n");
    let project =
        project(&policy, &[files, &[".env.prod: DATABASE_URL=postgres://u@db.example.com/d"]].concat());
    let (code, report) = report(project.path(), ["prod"]);
    let mut found = found(&report);
    found.sort();
    assert_eq!(found, wanted, "{report:#}");
    assert_eq!(code, i32::from(!wanted.is_empty()));
}

#[test]
fn a_connection_is_judged_for_the_services_that_it_is_for() {
    let policy = |keys: &str| format!("{HEAD}environments: {{ prod: {{}} }}\nkeys: {{ {keys} }}\n");
    let url = "postgres://u@db.example.com/d";
    // web does not use the URL, and needs no mode beside it.
    let only_api = project(
        &policy("DATABASE_URL: { services: [api] }"),
        &[&format!(".env.prod: DATABASE_URL={url}"), "secrets/prod/api/PGSSLMODE: verify-full"],
    );
    let (code, all) = report(only_api.path(), ["prod"]);
    assert_eq!((code, found(&all)), (0, vec![]), "{all:#}");
    // A floor at a connection that one service alone has is judged there.
    let own = project(
        &policy("DATABASE_URL: { tls: verify-full }"),
        &[&format!("secrets/prod/api/DATABASE_URL: {url}?sslmode=verify-full"), ".env.prod: B=1"],
    );
    let (code, all) = report(own.path(), ["prod"]);
    assert_eq!((code, gaps(&all)), (0, vec![]), "{all:#}");
}
