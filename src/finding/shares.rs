//! A report's findings by environment.

use std::collections::BTreeMap;

use crate::text::EnvName;

use super::report::Waived;
use super::{Finding, Report};

/// What a report says of each environment, and of the project as a whole: a fleet's findings are gone through once.
#[derive(Debug, Default)]
pub struct Shares<'a> {
    own: BTreeMap<&'a EnvName, Share<'a>>,
    common: Share<'a>,
}

/// What a report says of one environment, or of the project as a whole.
#[derive(Debug, Default)]
pub struct Share<'a> {
    /// The findings, in the report's order.
    pub findings: Vec<&'a Finding>,
    /// Those that somebody answers for.
    pub waived: Vec<&'a Waived>,
}

impl<'a> Shares<'a> {
    fn share_mut(&mut self, name: Option<&'a EnvName>) -> &mut Share<'a> {
        match name {
            Some(name) => self.own.entry(name).or_default(),
            None => &mut self.common,
        }
    }

    /// What is said of an environment; nothing if nothing is.
    #[must_use]
    pub fn of(&self, name: &EnvName) -> Option<&Share<'a>> {
        self.own.get(name)
    }

    /// What is said of the project as a whole.
    #[must_use]
    pub const fn common(&self) -> &Share<'a> {
        &self.common
    }
}

impl Report {
    /// The findings, and those that were set aside, by environment.
    #[must_use]
    pub fn shares(&self) -> Shares<'_> {
        let mut shares = Shares::default();
        for finding in &self.findings {
            shares.share_mut(finding.environment.as_ref()).findings.push(finding);
        }
        for waived in &self.waived {
            shares.share_mut(waived.finding.environment.as_ref()).waived.push(waived);
        }
        shares
    }
}
