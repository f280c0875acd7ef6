//! Layers against a naive model, which is written from `docs/policy-layers.md`: every statement of every layer in one list, sorted
//! by strength and folded.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use preflight::policy::{self, Policy, PolicyText};
use preflight::rules::{RULES, ids};
use preflight::text::{EnvName, KeyName, SafePath, SourceMap};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use support::entry::shown;

/// What an entry says of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Says {
    Text(&'static str),
    List(Vec<&'static str>),
    More(Vec<&'static str>),
    Null,
}

/// An entry: `null`, or fields.
type Entry = Option<BTreeMap<&'static str, Says>>;
/// A layer: entries by name or pattern, rules.
#[derive(Clone, Debug, Default)]
struct Layer {
    keys: BTreeMap<String, Entry>,
    rules: BTreeMap<&'static str, &'static str>,
}

/// The layers of a whole policy. `prod` is inherited by `stage`.
#[derive(Clone, Debug)]
struct Stack {
    base: Layer,
    top: Layer,
    base_prod: Layer,
    prod: Layer,
    base_stage: Layer,
    stage: Layer,
    relaxed: bool,
}

impl Stack {
    /// The layers of an environment, weakest first, as the page lists them.
    fn of(&self, environment: &str) -> Vec<&Layer> {
        let mut layers = vec![&self.base, &self.top];
        if matches!(environment, "prod" | "stage") {
            layers.extend([&self.base_prod, &self.prod]);
        }
        if environment == "stage" {
            layers.extend([&self.base_stage, &self.stage]);
        }
        layers
    }
}

/// A pattern's fit, letter by letter in every way.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), None) => fits(rest, name),
        (Some((b'*', rest)), Some((_, behind))) => fits(rest, name) || fits(pattern, behind),
        (Some((one, rest)), Some((other, behind))) => one == other && fits(rest, behind),
        _ => false,
    }
}

fn matches(key: &str, name: &str) -> bool {
    fits(key.as_bytes(), name.as_bytes())
}

/// Within a layer: a pattern, a pattern with more characters, the exact name.
fn strength(key: &str) -> usize {
    if key.contains('*') { key.bytes().filter(|b| *b != b'*').count() } else { usize::MAX }
}

/// Every name of these letters up to a length.
fn names(longest: usize) -> Vec<String> {
    let mut all: Vec<String> = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..longest {
        last = last.iter().flat_map(|name| [format!("{name}A"), format!("{name}B")]).collect();
        all.extend(last.clone());
    }
    all.retain(|name| !name.is_empty());
    all
}

/// What holds for a name: nothing if it is not declared; and whether something was appended to nothing.
fn fold(layers: &[&Layer], name: &str) -> (Option<BTreeMap<&'static str, Says>>, bool) {
    let mut statements: Vec<(usize, usize, &Entry)> = Vec::new();
    for (rank, layer) in layers.iter().enumerate() {
        let fitting = layer.keys.iter().filter(|(key, _)| matches(key, name));
        statements.extend(fitting.map(|(key, entry)| (rank, strength(key), entry)));
    }
    statements.sort_by_key(|(rank, strength, _)| (*rank, *strength));
    let mut holds: Option<BTreeMap<&'static str, Says>> = None;
    let mut to_nothing = false;
    for (_, _, entry) in statements {
        let Some(fields) = entry else {
            (holds, to_nothing) = (None, false);
            continue;
        };
        let holds = holds.get_or_insert_default();
        for (field, says) in fields {
            match says {
                Says::Null | Says::Text("auto") => {
                    holds.remove(field);
                }
                Says::More(more) => match holds.get_mut(field) {
                    Some(Says::List(list)) => {
                        for word in more {
                            if !list.contains(word) {
                                list.push(word);
                            }
                        }
                    }
                    _ => to_nothing = true,
                },
                says => {
                    holds.insert(field, says.clone());
                }
            }
        }
    }
    (holds, to_nothing)
}

/// Whether two patterns of a layer contradict each other.
fn contradicts(layer: &Layer) -> bool {
    let patterns: Vec<(&String, &Entry)> = layer.keys.iter().filter(|(key, _)| key.contains('*')).collect();
    // `secret: auto` is `null` in another word.
    let meant = |says: &Says| if *says == Says::Text("auto") { Says::Null } else { says.clone() };
    let differ = |one: &Entry, other: &Entry| match (one, other) {
        (Some(one), Some(other)) => {
            one.iter().any(|(field, says)| other.get(field).is_some_and(|its| meant(its) != meant(says)))
        }
        (one, other) => one.is_some() != other.is_some(),
    };
    let meet =
        |one: &str, other: &str| names(8).iter().any(|name| matches(one, name) && matches(other, name));
    patterns.iter().enumerate().any(|(at, (one, first))| {
        patterns.iter().skip(at + 1).any(|(other, second)| {
            strength(one) == strength(other) && differ(first, second) && meet(one, other)
        })
    })
}

/// Whether the policy must be refused.
fn is_refused(stack: &Stack) -> bool {
    let all = stack.of("stage");
    let exact: BTreeSet<&String> =
        all.iter().flat_map(|layer| layer.keys.keys()).filter(|key| !key.contains('*')).collect();
    let appends = |layers: Vec<&Layer>| exact.iter().any(|name| fold(&layers, name).1);
    all.iter().any(|layer| contradicts(layer))
        || ["dev", "prod", "stage"].iter().any(|environment| appends(stack.of(environment)))
        // Stage's own layers lie over prod's alone, and prod's over the top level.
        || appends(vec![&stack.base, &stack.top])
}

/// An entry of the model as [`shown`] gives one of the policy.
fn model_shown(holds: &BTreeMap<&'static str, Says>) -> String {
    let order = [
        "required",
        "secret",
        "type",
        "tls",
        "min_length",
        "max_length",
        "min_bytes",
        "one_of",
        "not",
        "default",
        "forbidden",
        "public",
        "services",
        "description",
        "across",
    ];
    let fields = order.iter().filter_map(|field| {
        let text = match (*field, holds.get(field)?) {
            (_, Says::List(list)) => format!("{list:?}"),
            (
                "required" | "secret" | "min_length" | "max_length" | "min_bytes" | "forbidden" | "public",
                Says::Text(text),
            ) => (*text).to_owned(),
            ("tls", Says::Text("verify-ca")) => "VerifyCa".to_owned(),
            ("type" | "tls", Says::Text(text)) => text[..1].to_uppercase() + &text[1..],
            (_, Says::Text(text)) => format!("{text:?}"),
            (_, says) => panic!("{says:?} does not hold"),
        };
        Some(format!("{field}: {text}"))
    });
    fields.collect::<Vec<_>>().join(", ")
}

/// What holds of rules: the last that says anything; `relaxed` lowers before the environments' layers.
fn rules(stack: &Stack, environment: &str) -> BTreeMap<&'static str, &'static str> {
    const LOWERED: [&str; 2] = ["wrong-length", "loose-permissions"];
    let mut holds: BTreeMap<&'static str, &'static str> = BTreeMap::new();
    for (rank, layer) in stack.of(environment).into_iter().enumerate() {
        if rank == 2 {
            relax(&mut holds, stack.relaxed && environment == "stage", &LOWERED);
        }
        for (rule, level) in &layer.rules {
            match *level {
                "~" => holds.remove(rule),
                level => holds.insert(rule, level),
            };
        }
    }
    holds
}

fn relax(holds: &mut BTreeMap<&'static str, &'static str>, relaxed: bool, lowered: &[&'static str]) {
    for rule in lowered.iter().filter(|_| relaxed) {
        if holds.get(rule).is_none_or(|level| *level == "error") {
            holds.insert(rule, "warning");
        }
    }
}

fn says_text(says: &Says) -> String {
    match says {
        Says::Text(text) => format!("{text:?}"),
        Says::List(list) | Says::More(list) => format!("{list:?}"),
        Says::Null => "~".to_owned(),
    }
}

/// A layer as YAML in flow style; `turned` puts everything in another order.
fn yaml(layer: &Layer, turned: bool) -> String {
    let entry = |(key, entry): (&String, &Entry)| match entry {
        None => format!("{key:?}: null"),
        Some(fields) => {
            let mut fields: Vec<String> = fields
                .iter()
                .map(|(field, says)| {
                    let plus = if matches!(says, Says::More(_)) { "+" } else { "" };
                    match (*field, says) {
                        ("across", Says::Text(reason)) => format!("across: any, reason: {reason:?}"),
                        _ => format!("{field}{plus}: {}", says_text(says)),
                    }
                })
                .collect();
            if turned {
                fields.reverse();
            }
            format!("{key:?}: {{ {} }}", fields.join(", "))
        }
    };
    let mut keys: Vec<String> = layer.keys.iter().map(entry).collect();
    let mut rules: Vec<String> = layer.rules.iter().map(|(rule, level)| format!("{rule}: {level}")).collect();
    if turned {
        keys.reverse();
        rules.reverse();
    }
    let mut parts =
        [format!("keys: {{ {} }}", keys.join(", ")), format!("rules: {{ {} }}", rules.join(", "))];
    if turned {
        parts.reverse();
    }
    parts.join(",\n ")
}

/// The policy's text and that of the file that it extends.
fn texts(stack: &Stack, turned: bool, empty: bool) -> (String, String) {
    let head = "version: 1, edition: 2026, services: [api, web, cron]";
    let base = format!(
        "{{ {head},\n {},\n environments: {{ prod: {{ {} }}, stage: {{ {} }} }} }}\n",
        yaml(&stack.base, turned),
        yaml(&stack.base_prod, turned),
        yaml(&stack.base_stage, turned)
    );
    let stage = format!("inherits: prod, relaxed: {}, {}", stack.relaxed, yaml(&stack.stage, turned));
    let mut environments = [
        "dev: {}".to_owned(),
        format!("prod: {{ {} }}", yaml(&stack.prod, turned)),
        format!("stage: {{ {stage} }}"),
    ];
    if turned {
        environments.reverse();
    }
    let extends = if empty { "[./empty.yaml, base.yaml, empty.yml]" } else { "[base.yaml]" };
    let policy = format!(
        "{{ environments: {{ {} }},\n {},\n extends: {extends}, {head} }}\n",
        environments.join(",\n "),
        yaml(&stack.top, turned)
    );
    (policy, base)
}

fn parse((policy, base): &(String, String)) -> Result<Policy, Vec<String>> {
    let path = SafePath::named("policy.yaml");
    let text = PolicyText {
        path: &path,
        place: "policy.yaml",
        medium: preflight::text::source_map::Medium::File,
        bytes: policy.as_bytes(),
    };
    let mut read = |place: &str| {
        let empty = "version: 1\nedition: 2026\nkeys:\nenvironments: { dev: {}, stage: { rules: {} } }\n";
        Ok(if place == "base.yaml" { base.clone() } else { empty.to_owned() }.into_bytes())
    };
    policy::parse(Some(text), &ids(RULES), &mut read, &mut SourceMap::default())
        .map_err(|problems| problems.iter().map(|problem| problem.message.to_string()).collect())
}

/// What holds in every environment, for every name up to four letters and every rule.
fn all(policy: &Policy) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let present: Vec<KeyName> = names(4).iter().map(|name| KeyName::declared(name).unwrap()).collect();
    for environment in ["dev", "prod", "stage"] {
        let effective = policy.effective(&EnvName::new(environment).unwrap(), &present);
        for key in &present {
            all.extend(shown(effective.key(key)).map(|text| (format!("{environment} {key}"), text)));
        }
        for rule in ids(RULES) {
            let level = effective.level(rule).map(|set| set.value.as_str().to_owned());
            all.extend(level.map(|level| (format!("{environment} {rule}"), level)));
        }
    }
    all
}

fn all_of_model(stack: &Stack) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for environment in ["dev", "prod", "stage"] {
        for name in names(4) {
            let holds = fold(&stack.of(environment), &name).0;
            all.extend(holds.map(|holds| (format!("{environment} {name}"), model_shown(&holds))));
        }
        // Rules of the pack of which no layer here speaks.
        let others = [
            ("dialect-divergence", "warning"),
            ("loose-directory", "warning"),
            ("placeholder-value", "warning"),
            ("weak-secret", "warning"),
        ];
        let relaxed = others.into_iter().filter(|_| stack.relaxed && environment == "stage");
        let rules = rules(stack, environment).into_iter().chain(relaxed);
        all.extend(rules.map(|(rule, level)| (format!("{environment} {rule}"), level.to_owned())));
    }
    all
}

/// Sublists of a few words, in any order.
fn words(from: [&'static str; 3]) -> impl Strategy<Value = Vec<&'static str>> {
    vec(0..3_usize, 1..4).prop_map(move |at| {
        let mut seen = BTreeSet::new();
        at.into_iter().filter(|at| seen.insert(*at)).map(|at| from[at]).collect()
    })
}

fn list(from: [&'static str; 3]) -> impl Strategy<Value = Says> {
    prop_oneof![
        3 => words(from).prop_map(Says::List),
        2 => words(from).prop_map(Says::More),
        1 => Just(Says::Null),
    ]
}

fn text(from: &'static [&'static str]) -> impl Strategy<Value = Says> {
    prop_oneof![4 => proptest::sample::select(from).prop_map(Says::Text), 1 => Just(Says::Null)]
}

fn field() -> impl Strategy<Value = (&'static str, Says)> {
    prop_oneof![
        text(&["true", "false"]).prop_map(|says| ("required", says)),
        text(&["true", "false", "auto"]).prop_map(|says| ("secret", says)),
        text(&["int", "port", "url"]).prop_map(|says| ("type", says)),
        text(&["1", "2", "3"]).prop_map(|says| ("min_length", says)),
        text(&["", "null", "x"]).prop_map(|says| ("default", says)),
        text(&["one", "other"]).prop_map(|says| ("description", says)),
        text(&["require", "allow", "verify-ca"]).prop_map(|says| ("tls", says)),
        // Above every `min_length`: what contradicts itself is another test's.
        text(&["3", "4"]).prop_map(|says| ("max_length", says)),
        text(&["0", "9"]).prop_map(|says| ("min_bytes", says)),
        text(&["false"]).prop_map(|says| ("forbidden", says)),
        text(&["false"]).prop_map(|says| ("public", says)),
        text(&["why", "or why"]).prop_map(|says| ("across", says)),
        list(["api", "web", "cron"]).prop_map(|says| ("services", says)),
        list(["a", "b", "c"]).prop_map(|says| ("one_of", says)),
        list(["x", "~", "null"]).prop_map(|says| ("not", says)),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    let fields = vec(field(), 0..5).prop_map(|fields| Some(fields.into_iter().collect()));
    prop_oneof![5 => fields, 1 => Just(None)]
}

/// A pattern is never required, and takes whole lists.
fn fitting(key: String, entry: Entry) -> (String, Entry) {
    let entry = entry.map(|mut fields| {
        if key.contains('*') {
            if fields.get("required") == Some(&Says::Text("true")) {
                fields.remove("required");
            }
            for says in fields.values_mut() {
                if let Says::More(list) = says {
                    *says = Says::List(list.clone());
                }
            }
        }
        fields
    });
    (key, entry)
}

fn layer() -> impl Strategy<Value = Layer> {
    let key = prop_oneof!["[AB]{1,2}", "[AB]{0,2}\\*[AB]?", "\\*[AB]{1,2}\\*"];
    let keys = btree_map(key, entry(), 0..4)
        .prop_map(|keys| keys.into_iter().map(|(key, entry)| fitting(key, entry)).collect());
    let rule = proptest::sample::select(&["wrong-length", "loose-permissions", "wrong-type"][..]);
    let level = proptest::sample::select(&["error", "warning", "off", "~"][..]);
    (keys, btree_map(rule, level, 0..3)).prop_map(|(keys, rules)| Layer { keys, rules })
}

prop_compose! {
    fn stack()(
        base in layer(), top in layer(), base_prod in layer(), prod in layer(), base_stage in layer(), stage in layer(),
        relaxed: bool,
    ) -> Stack {
        Stack { base, top, base_prod, prod, base_stage, stage, relaxed }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn layers_are_laid_as_the_page_says(stack in stack()) {
        let texts = texts(&stack, false, false);
        match parse(&texts) {
            Ok(policy) => {
                prop_assert!(!is_refused(&stack), "taken: {} {}", texts.0, texts.1);
                prop_assert_eq!(all(&policy), all_of_model(&stack), "{} {}", texts.0, texts.1);
            }
            Err(problems) => prop_assert!(is_refused(&stack), "{:?}: {} {}", problems, texts.0, texts.1),
        }
    }

    #[test]
    fn neither_order_nor_empty_layers_nor_chance_change_anything(stack in stack()) {
        let texts_of = |turned, empty| parse(&texts(&stack, turned, empty)).map(|policy| (all(&policy), policy.sha256));
        let usual = texts_of(false, false);
        prop_assert_eq!(&usual, &texts_of(false, false));
        let holds = |result: &Result<(BTreeMap<String, String>, String), Vec<String>>| {
            result.as_ref().map(|(holds, _)| holds.clone()).map_err(|_| ())
        };
        prop_assert_eq!(holds(&usual), holds(&texts_of(true, false)));
        prop_assert_eq!(holds(&usual), holds(&texts_of(false, true)));
    }
}

/// The two tests above see both: policies that are taken, and such that are refused.
#[test]
fn the_stacks_are_of_both_kinds() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let refused = (0..400).filter(|_| is_refused(&stack().new_tree(&mut runner).unwrap().current())).count();
    assert!((40..360).contains(&refused), "{refused} of 400 are refused");
}
