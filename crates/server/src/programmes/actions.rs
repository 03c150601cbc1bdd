//! The verb of programmes: a version of a criteria set is put into the installation.
//!
//! Only the operator does it, from the command line; no role in the work holds the permission. A published version
//! never changes: it is succeeded by another one.

use dienhinh_domain::{
    access::Action,
    audit::{Change, checkpoint::Key, sha256},
    programmes::{Case, CriteriaSet, Problem, Text, parse, parse_cases},
};
use dienhinh_engine::{Plan, analysis, cases::run_cases};
use dienhinh_storage::{
    Db, Failure,
    programmes::{self, StoredSet},
};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    access::actions::{DoneByOperator, Overtaken, act, conclude_for_operator},
    app::{Sets, SystemChance, latest_set, latest_sets, load_sets},
};

/// A criteria set on its way into an installation, as text.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Its code, the name of its folder.
    pub code: String,
    /// The text of the pack; of an overlay, the whole set that comes out, as a pack has it.
    pub pack: String,
    /// The text of its worked examples, where there are any.
    pub cases: Option<String>,
}

/// What an installation has after a set was put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activated {
    /// The version.
    pub version: String,
    /// How many criteria it has.
    pub criteria: usize,
    /// How many worked examples were run.
    pub cases: usize,
    /// Whether it is new; the same version with the same content was there already otherwise.
    pub is_new: bool,
}

/// Which text of a proposal something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The set.
    Pack,
    /// The worked examples.
    Cases,
}

/// Something because of which a set is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where it stands.
    pub source: Source,
    /// What it is and what to do.
    pub problem: Problem,
}

/// Why a set was not put into an installation. Nothing was written.
#[derive(Debug)]
pub(crate) enum NotTaken {
    /// Everything that stands against it.
    Findings(Vec<Finding>),
    /// The world broke.
    Failure(Failure),
}

impl Overtaken for NotTaken {
    fn is_overtaken(&self) -> bool {
        matches!(self, Self::Failure(failure) if failure.is_serialization_failure())
    }
}

impl From<Failure> for NotTaken {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// Checks a set, runs its examples and puts it into the installation, in one transaction with its entry in the record.
pub(crate) async fn activate(db: &Db, key: &Key, at: Timestamp, proposal: &Proposal) -> Result<Activated, NotTaken> {
    let (set, cases) = checked(proposal).map_err(NotTaken::Findings)?;
    let activated =
        |is_new| Activated { version: set.version.clone(), criteria: set.criteria.len(), cases: cases.len(), is_new };
    let (set, activated) = (&set, &activated);
    act(db, &SystemChance, |mut tx| async move {
        let installed = load_sets(&programmes::all(&mut tx).await?)?;
        // What it says decides, and not its bytes: comments are no content, and the layout of a text written out may change.
        let there = installed.get(&(set.code.clone(), set.version.clone()));
        if there.is_some_and(|there| there.set == *set) {
            return Ok(activated(false));
        }
        let against = match there {
            Some(_) => vec![published(set)],
            None => older(set, &installed).into_iter().chain(circles(set, &installed)).collect(),
        };
        if !against.is_empty() {
            return Err(NotTaken::Findings(of_source(Source::Pack, against).collect()));
        }
        let pack = &proposal.pack;
        let stored = StoredSet {
            code: set.code.clone(),
            version: set.version.clone(),
            pack: pack.clone(),
            sha256: sha256(pack.as_bytes()),
        };
        programmes::install(&mut tx, &stored).await?;
        let detail = json!({ "code": stored.code, "version": stored.version, "sha256": stored.sha256 });
        let subject = format!("{} {}", stored.code, stored.version);
        let change = Change { before: None, after: Some(stored.sha256.clone()) };
        let done = DoneByOperator { at, action: Action::ProgrammesActivate, subject, detail: &detail, change };
        conclude_for_operator(tx, key, done).await?;
        Ok(activated(true))
    })
    .await
}

/// The set and its examples when they are in order by themselves.
fn checked(proposal: &Proposal) -> Result<(CriteriaSet, Vec<Case>), Vec<Finding>> {
    let set = parse(&proposal.code, &proposal.pack).and_then(|set| Plan::compile(&set).map(|_| set));
    let cases = match &proposal.cases {
        Some(text) => parse_cases(text),
        None => Ok(Vec::new()),
    };
    let (set, cases) = match (set, cases) {
        (Ok(set), Ok(cases)) => (set, cases),
        (set, cases) => {
            let of_pack = of_source(Source::Pack, set.err().unwrap_or_default());
            return Err(of_pack.chain(of_source(Source::Cases, cases.err().unwrap_or_default())).collect());
        }
    };
    let without_cases = cases.is_empty().then(no_cases);
    let of_pack = analysis::analyse(&set).into_iter().chain(not_applied(&set)).chain(without_cases);
    let found: Vec<Finding> =
        of_source(Source::Pack, of_pack.collect()).chain(of_source(Source::Cases, run_cases(&set, &cases))).collect();
    if found.is_empty() { Ok((set, cases)) } else { Err(found) }
}

fn of_source(source: Source, problems: Vec<Problem>) -> impl Iterator<Item = Finding> {
    problems.into_iter().map(move |problem| Finding { source, problem })
}

fn problem(vi: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem { line: None, what: Text { vi: vi.into(), en: en.into() } }
}

fn no_cases() -> Problem {
    problem(
        "cần ít nhất một trường hợp có kết quả; viết cases.toml cạnh tệp này",
        "at least one worked case is needed; write cases.toml beside this file",
    )
}

/// What a set asks for and the server leaves out: results would come out otherwise than the set says.
fn not_applied(set: &CriteriaSet) -> Vec<Problem> {
    let mut found = Vec::new();
    if !set.unit_groups.is_empty() {
        found.push(problem(
            "unit_group: máy chủ chưa áp dụng nhóm đơn vị; bỏ các bảng [[unit_group]], hoặc chấm bằng dienhinh score",
            "unit_group: the server does not apply groups of units; drop the tables [[unit_group]], or score with dienhinh score",
        ));
    }
    if !set.quotas.is_empty() {
        found.push(problem(
            "quota: máy chủ chưa áp dụng hạn mức; bỏ các bảng [[quota]], hoặc chấm bằng dienhinh score",
            "quota: the server does not apply quotas; drop the tables [[quota]], or score with dienhinh score",
        ));
    }
    found
}

/// The same version is there with other content.
fn published(set: &CriteriaSet) -> Problem {
    let CriteriaSet { code, version, .. } = set;
    problem(
        format!(
            "phiên bản {version} của {code} đã có với nội dung khác; phiên bản đã công bố thì không sửa, hãy tăng version"
        ),
        format!(
            "version {version} of {code} is there with other content; a published version never changes: raise `version`"
        ),
    )
}

/// A later version is there already.
fn older(set: &CriteriaSet, installed: &Sets) -> Option<Problem> {
    let newest = &latest_set(installed, &set.code)?.set;
    if newest.by_age(set).is_lt() {
        return None;
    }
    let (version, day) = (&set.version, set.valid_from);
    let (last, since) = (&newest.version, newest.valid_from);
    Some(if day < since {
        problem(
            format!(
                "valid_from {day} trước {since} của phiên bản {last} đã có; phiên bản mới có hiệu lực về sau: sửa valid_from"
            ),
            format!(
                "valid_from {day} is before {since} of version {last}, which is there; a new version follows it: correct valid_from"
            ),
        )
    } else {
        problem(
            format!("version {version} không sau {last} đã có với cùng valid_from {since}; tăng version"),
            format!(
                "version {version} does not follow {last}, which is there with the same valid_from {since}; raise `version`"
            ),
        )
    })
}

/// Programmes that would wait for each other once this set is there.
fn circles(set: &CriteriaSet, installed: &Sets) -> Vec<Problem> {
    let others = latest_sets(installed).into_iter().map(|loaded| &loaded.set).filter(|other| other.code != set.code);
    analysis::circles(&others.chain([set]).collect::<Vec<_>>())
}
