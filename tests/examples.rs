//! The projects below `examples/`: good configurations pass without a word, and whatever a requirement asks is found once
//! it is broken.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "examples/harness.rs"]
mod harness;
mod support;

use std::collections::BTreeSet;
use std::process::Command;

use harness::{Project, SYSTEMS, System};

#[test]
fn good_configurations_pass_without_a_finding() {
    let mut faults = String::new();
    for system in SYSTEMS {
        let each = system.environments.iter().map(|environment| vec![(*environment).to_owned()]);
        let all = system.together.then(|| vec!["--all".to_owned()]);
        for args in each.chain(all) {
            for found in Project::lay_out(system, &args[0]).run(&args) {
                faults += &format!("{} {args:?}: {found}\n", system.name);
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn every_probe_finds_what_it_says() {
    let faults: String = std::thread::scope(|scope| {
        let tried = |system: &'static System| {
            move || system.probes().iter().filter_map(|probe| probe.fault(system)).collect::<String>()
        };
        let threads: Vec<_> = SYSTEMS.iter().map(|system| scope.spawn(tried(system))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn every_requirement_is_tested_or_listed_with_a_reason() {
    for system in SYSTEMS {
        let all: BTreeSet<String> = system.all_ids().into_iter().collect();
        let tested = harness::tested(system);
        let gaps = system.gaps();
        let listed: BTreeSet<String> = gaps.iter().map(|(id, ..)| id.clone()).collect();
        assert_eq!(listed.len(), gaps.len(), "{}: an id is listed twice", system.name);
        let known: BTreeSet<String> = tested.union(&listed).cloned().collect();
        assert_eq!(known, all, "{}", system.name);
        // What only passes would pass as well if nothing were checked.
        let breaks = system.probes().into_iter().filter(|probe| !probe.finds.is_empty());
        let broken: BTreeSet<String> = breaks.flat_map(|probe| probe.ids).collect();
        assert_eq!(broken, tested, "{}", system.name);
        for (id, partly, _) in gaps {
            assert_eq!(tested.contains(&id), partly, "{}: {id}", system.name);
        }
    }
}

/// The tables of `docs/seeds.md`; `PREFLIGHT_BLESS=1` writes them anew.
#[test]
fn the_page_says_what_is_measured() {
    let mut tables = String::from(
        "| example | lines of its policy | requirements | tested | in part | not yet | not of configuration |\n|---|---|---|---|---|---|---|\n",
    );
    for system in SYSTEMS {
        let gaps = system.gaps();
        let partly = gaps.iter().filter(|(_, partly, _)| *partly).count();
        let foreign = gaps.iter().filter(|(.., why)| why.starts_with("not a requirement")).count();
        let (all, tested) = (system.all_ids().len(), harness::tested(system).len());
        let (name, lines) = (system.name, system.policy_lines());
        tables += &format!(
            "| [{name}](../examples/{name}) | {lines} | {all} | {} | {partly} | {} | {foreign} |\n",
            tested - partly,
            all - tested - foreign
        );
    }
    for system in SYSTEMS {
        tables += &format!("\n## {}\n| ids | asked | if it is not so |\n|---|---|---|\n", system.name);
        for probe in system.probes() {
            tables += &format!("| {} | {} | {} |\n", probe.ids.join(" "), probe.asks, probe.codes());
        }
    }
    let page = std::fs::read_to_string(harness::root().join("docs/seeds.md")).unwrap();
    let (before, rest) = page.split_once("<!-- measured:start -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- measured:end -->").unwrap();
    let page = format!("{before}<!-- measured:start -->\n{tables}<!-- measured:end -->{after}");
    support::golden("docs/seeds.md", &page);
}

/// What a deploy of examples/phase2 said and ended with, after changes.
fn deploy(changes: &[&str]) -> (i32, Vec<String>) {
    let system = SYSTEMS.iter().find(|system| system.name == "phase2").unwrap();
    let mut project = Project::lay_out(system, "production");
    changes.iter().for_each(|change| project.change(change));
    let mut command = Command::new("./deploy.sh");
    command.current_dir(project.path()).env_clear().envs(project.process("production"));
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.env("PREFLIGHT", env!("CARGO_BIN_EXE_preflight")).arg("production");
    let run = support::finish(&command.output().unwrap());
    let steps = ["migrate", "api", "worker", "web"];
    let step = |line: &str| line.split_once(": ").map(|(step, _)| step.to_owned());
    let ran = run.stdout.lines().filter_map(step).filter(|step| steps.contains(&step.as_str())).collect();
    (run.code, ran)
}

#[test]
fn a_deploy_runs_step_by_step_as_long_as_the_gate_passes() {
    let (code, ran) = deploy(&[]);
    assert_eq!((code, ran.join(" ").as_str()), (0, "migrate api worker web"));
}

#[test]
fn a_step_that_is_not_passed_ends_the_deploy_with_the_gate_s_code() {
    let (code, ran) = deploy(&["set process/production WORKER__CONCURRENCY=many"]);
    assert_eq!((code, ran.join(" ").as_str()), (1, "migrate api"));
    // What is shared is everybody's: nothing runs.
    let (code, ran) = deploy(&["drop process/production GIT_SHA"]);
    assert_eq!((code, ran.len()), (1, 0));
    // No verdict is no pass.
    let (code, ran) = deploy(&["write ci/migrations.json {"]);
    assert_eq!((code, ran.len()), (2, 0));
    // A step's own failure ends the deploy too.
    let (code, ran) = deploy(&["write steps/api.sh #!/bin/sh\nexit 7\n", "mode steps/api.sh 0755"]);
    assert_eq!((code, ran.join(" ").as_str()), (7, "migrate"));
}

#[test]
fn a_deploy_takes_one_environment_by_name() {
    let folder = SYSTEMS.iter().find(|system| system.name == "phase2").unwrap().folder();
    let code = |args: &[&str]| {
        let mut command = Command::new(folder.join("deploy.sh"));
        command.env("PREFLIGHT", env!("CARGO_BIN_EXE_preflight")).args(args);
        support::finish(&command.output().unwrap()).code
    };
    assert_eq!([code(&[]), code(&["ci", "staging"]), code(&["--all"]), code(&["prd"])], [64, 64, 2, 2]);
}
