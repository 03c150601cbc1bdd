//! Long work: done in steps by a server in the background, seen on a page, stopped and taken up again.
//!
//! A step is one transaction that does its part and moves the progress on. Whatever happens between two steps, the next
//! one begins where the last one ended, and no part is done twice.

use jiff::{SignedDuration, Timestamp};

use crate::{Refused, access::Actor, ids::JobId};

/// How often a step that failed is tried again before the job is given up.
pub const TRIES_MAX: i64 = 5;

/// How long a step may take before another server takes the job for abandoned.
pub const LEASE: SignedDuration = SignedDuration::from_secs(10);

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// The units of a new cycle get their dossiers.
    CyclesInvite,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 1] = [Self::CyclesInvite];

    /// The word in the database and the catalogues.
    pub fn code(self) -> &'static str {
        match self {
            Self::CyclesInvite => "cycles.invite",
        }
    }

    /// The kind behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// No server works on it: it is new, was taken up again, or its last step failed.
    Waiting,
    /// A server works on it.
    Running,
    /// All is done.
    Done,
    /// Its steps failed until it was given up. It may be taken up again.
    Failed,
    /// Somebody stopped it. It may be taken up again.
    Stopped,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Stopped];

    /// The word in the database and the catalogues.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }

    /// The state behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it still moves.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

/// How far a job has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Parts that are done.
    pub done: i64,
    /// Parts in all; 0 while they were not counted yet.
    pub total: i64,
    /// What came of it so far: for an invitation, dossiers.
    pub effects: i64,
    /// Where the next step begins, in the words of the kind.
    pub cursor: String,
}

/// Long work that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Identity.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// Who asked for it and in whose name it acts.
    pub actor: Actor,
    /// On which thing: for an invitation, the cycle.
    pub subject: String,
    /// How it stands.
    pub state: JobState,
    /// How far it has come.
    pub progress: Progress,
    /// Steps that failed since one succeeded.
    pub failures: i64,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When it came to an end, or was stopped.
    pub ended_at: Option<Timestamp>,
}

impl Job {
    /// Work that begins at the beginning.
    pub fn new(id: JobId, kind: JobKind, actor: Actor, subject: String, asked_at: Timestamp) -> Self {
        let (state, progress) = (JobState::Waiting, Progress::default());
        Self { id, kind, actor, subject, state, progress, failures: 0, asked_at, ended_at: None }
    }

    /// After a step: on to the next, or done.
    #[must_use]
    pub fn stepped(mut self, progress: Progress, is_last: bool, at: Timestamp) -> Self {
        (self.progress, self.failures) = (progress, 0);
        if is_last {
            (self.state, self.ended_at) = (JobState::Done, Some(at));
        }
        self
    }

    /// After a step that failed: tried again, or given up.
    #[must_use]
    pub fn failed(mut self, at: Timestamp) -> Self {
        self.failures += 1;
        self.state = JobState::Waiting;
        if self.failures >= TRIES_MAX {
            (self.state, self.ended_at) = (JobState::Failed, Some(at));
        }
        self
    }

    /// How long a job waits after a failure: 1, 2, 4, 8 seconds.
    pub fn pause(&self) -> SignedDuration {
        let doubled = u32::try_from(self.failures.clamp(1, TRIES_MAX) - 1).unwrap_or_default();
        SignedDuration::from_secs(1 << doubled)
    }

    /// Stops it after the step under way. Refused: it has come to an end.
    pub fn stop(mut self, at: Timestamp) -> Result<Self, Refused> {
        if !self.state.is_open() {
            return Err(Refused::new("jobs.not_open"));
        }
        (self.state, self.ended_at) = (JobState::Stopped, Some(at));
        Ok(self)
    }

    /// Takes it up again where it stands. Refused: it is done, or under way.
    pub fn resume(mut self) -> Result<Self, Refused> {
        if !matches!(self.state, JobState::Failed | JobState::Stopped) {
            return Err(Refused::new("jobs.not_stopped"));
        }
        (self.state, self.failures, self.ended_at) = (JobState::Waiting, 0, None);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{access::Role, ids::UnitId};

    fn job() -> Job {
        let actor = Actor { role: Role::CouncilSecretary, scope: UnitId::new(Uuid::nil()) };
        Job::new(JobId::new(Uuid::nil()), JobKind::CyclesInvite, actor, "cycle".to_owned(), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_step_that_fails_is_tried_again_until_it_is_given_up() {
        let mut job = job();
        for seconds in [1, 2, 4, 8] {
            job = job.failed(Timestamp::UNIX_EPOCH);
            assert_eq!((job.state, job.pause().as_secs()), (JobState::Waiting, seconds));
        }
        job = job.failed(Timestamp::UNIX_EPOCH);
        assert_eq!((job.state, job.ended_at), (JobState::Failed, Some(Timestamp::UNIX_EPOCH)));
        let again = job.resume().expect("taken up");
        assert_eq!((again.state, again.failures, again.ended_at), (JobState::Waiting, 0, None));
        let failed_once = again.failed(Timestamp::UNIX_EPOCH);
        let progress = Progress { done: 5, total: 9, effects: 3, cursor: "at".to_owned() };
        let moved = failed_once.stepped(progress.clone(), false, Timestamp::UNIX_EPOCH);
        assert_eq!((moved.failures, &moved.progress), (0, &progress), "a step that succeeds begins the count anew");
    }

    #[test]
    fn what_has_ended_is_not_stopped_and_what_moves_is_not_taken_up() {
        let code = |refused: Refused| refused.code.into_owned();
        let done = job().stepped(Progress::default(), true, Timestamp::UNIX_EPOCH);
        assert_eq!(done.clone().stop(Timestamp::UNIX_EPOCH).map_err(code), Err("jobs.not_open".to_owned()));
        assert_eq!(done.resume().map_err(code), Err("jobs.not_stopped".to_owned()));
        assert_eq!(job().resume().map_err(code), Err("jobs.not_stopped".to_owned()));
        let stopped = job().stop(Timestamp::UNIX_EPOCH).expect("stopped");
        assert!(stopped.clone().stop(Timestamp::UNIX_EPOCH).is_err() && stopped.resume().is_ok());
    }

    #[test]
    fn words_lead_back() {
        assert!(JobState::ALL.into_iter().all(|state| JobState::from_code(state.code()) == Some(state)));
        assert!(JobKind::ALL.into_iter().all(|kind| JobKind::from_code(kind.code()) == Some(kind)));
        assert_eq!((JobState::from_code("x"), JobKind::from_code("x")), (None, None));
    }
}
