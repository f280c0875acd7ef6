//! `wrong-branch`: the commit is not on the branch from which the environment is deployed

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why};
use crate::model::{OnBranch, Want};
use crate::text::SafePath;

use super::{Context, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "wrong-branch",
    summary: "the commit is not on the branch from which the environment is deployed",
    severity: Severity::Error,
    causes: &[CauseMeta::new("other", "the commit that is checked out is not on the environment's branch")],
    page: include_str!("../../docs/rules/wrong-branch.md"),
};

/// See the module.
pub struct WrongBranch;

impl Rule for WrongBranch {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn needs(&self, cx: &Context<'_>) -> Vec<Want> {
        let branch = cx.policy.branch.as_ref().filter(|_| cx.environment.asked);
        branch.map(|set| Want::Branch(set.value.clone())).into_iter().collect()
    }

    fn view(&self, cx: &Context<'_>, _view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        let Some(branch) = &cx.policy.branch else { return };
        let subject = Subject::environment(&cx.environment.name);
        match cx.facts.branch(&branch.value) {
            Some(OnBranch::Yes) => {}
            Some(OnBranch::No) => {
                // The policy's parser lets only the characters of branch names through.
                let name = SafePath::named(&branch.value);
                let finding = FindingBuilder::new(&META, Cause::new("other"), subject)
                    .environment(&cx.environment.name)
                    .message(Message::with(
                        "{} is deployed from the branch {}, and the commit that is checked out is not on it",
                        [Arg::Env(cx.environment.name.clone()), Arg::Path(name.clone())],
                    ))
                    .help(Message::with("git switch {}", [Arg::ShellPath(name)]))
                    .at(branch.at.place());
                sink.report(finding);
            }
            Some(OnBranch::Unknown) | None => sink.gap(&cx.environment.name, subject, Why::BranchUnknown),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::WrongBranch;
    use crate::finding::{Severity, Why};
    use crate::model::{Answer, Environment, Facts, OnBranch, Want};
    use crate::policy::{PolicyText, parse};
    use crate::rules::{Context, ReaderView, Rule, Sink};
    use crate::syntax::readers::Reader;
    use crate::text::source_map::Medium;
    use crate::text::{EnvName, SafePath, SourceMap};
    use rstest::rstest;

    /// What the rule asks for, and what it says once it has an answer: `cause line` of findings, and gaps.
    fn judged(policy: &str, asked: bool, answer: Option<OnBranch>) -> (Vec<Want>, Vec<String>, Vec<Why>) {
        let text = format!("version: 1\nedition: 2026\nenvironments:\n{policy}\n");
        let path = SafePath::named("p");
        let mut sources = SourceMap::default();
        let text = PolicyText { path: &path, place: "p", medium: Medium::File, bytes: text.as_bytes() };
        let policy = parse(Some(text), &["wrong-branch"], &mut |_| panic!(), &mut sources).unwrap();
        let environment = Environment::new(EnvName::new("prod").unwrap(), asked);
        let effective = policy.effective(&environment.name, []);
        let mut facts = Facts::new(std::time::SystemTime::UNIX_EPOCH, None);
        let wants = WrongBranch.needs(&Context::new(&effective, &environment, &facts));
        for (want, answer) in wants.iter().zip(answer) {
            facts.take(want.clone(), Answer::Branch(answer));
        }
        let context = Context::new(&effective, &environment, &facts);
        let mut sink = Sink::new(WrongBranch.meta(), &sources, None);
        let what = (&effective, &environment);
        let view = ReaderView::new(what, Reader::Plain, None, (Vec::new(), false));
        WrongBranch.view(&context, &view, &mut sink);
        assert!(!sink.broken);
        let line = |finding: &crate::finding::Finding| {
            assert_eq!(finding.severity, Severity::Error);
            let line = finding.location.line().unwrap();
            format!("{} {line} {} {}", finding.cause, finding.message, finding.help.as_ref().unwrap())
        };
        let gaps = sink.gaps.iter().map(|(_, gap)| gap.why).collect();
        (wants, sink.findings.iter().map(line).collect(), gaps)
    }

    /// A case holds no git repository; `tests/branch.rs` asks the real git.
    #[rstest]
    #[case(OnBranch::Yes, &[], &[])]
    #[case(OnBranch::No, &["other 4 prod is deployed from the branch main, \
        and the commit that is checked out is not on it git switch main"], &[])]
    #[case(OnBranch::Unknown, &[], &[Why::BranchUnknown])]
    fn each_answer(#[case] answer: OnBranch, #[case] findings: &[&str], #[case] gaps: &[Why]) {
        let (wants, found, open) = judged("  prod: { branch: main }", true, Some(answer));
        assert_eq!(wants, [Want::Branch("main".to_owned())]);
        assert_eq!(found, findings);
        assert_eq!(open, gaps);
    }

    #[test]
    fn without_an_answer_there_is_no_verdict() {
        let (_, found, gaps) = judged("  prod: { branch: main }", true, None);
        assert_eq!((found.len(), gaps), (0, vec![Why::BranchUnknown]));
    }

    #[rstest]
    #[case("  prod: {}", true)]
    #[case("  stage: { branch: main }\n  prod: { inherits: stage }", true)]
    #[case("  prod: { branch: main }", false)]
    fn nothing_is_asked(#[case] policy: &str, #[case] asked: bool) {
        assert_eq!(judged(policy, asked, None).0, []);
    }

    #[test]
    fn a_name_that_a_shell_takes_for_something_else_is_quoted() {
        let (_, found, _) = judged("  prod: { branch: '#1/main' }", true, Some(OnBranch::No));
        assert!(found.iter().all(|line| line.ends_with("git switch '#1/main'")) && found.len() == 1);
    }
}
