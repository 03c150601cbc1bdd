//! Long work and who does it. Servers of one installation share the table; a job is claimed by one of them.

use dienhinh_domain::{
    ids::JobId,
    jobs::{Job, JobKind, JobState, Progress},
};
use jiff::Timestamp;

use crate::{
    Result, Tx,
    dialect::{actor, execute, fetch_all, fetch_optional, instant, parse, read},
};

const TABLE: &str = "jobs";

#[derive(sqlx::FromRow)]
struct JobRow {
    id: String,
    kind: String,
    role: String,
    scope: String,
    subject: String,
    state: String,
    done: i64,
    total: i64,
    effects: i64,
    cursor: String,
    failures: i64,
    asked_at: i64,
    ended_at: Option<i64>,
}

impl JobRow {
    fn read(self) -> Result<Job> {
        Ok(Job {
            id: parse(TABLE, "id", &self.id)?,
            kind: read(TABLE, "kind", &self.kind, JobKind::from_code(&self.kind))?,
            actor: actor(TABLE, &self.role, &self.scope)?,
            state: read(TABLE, "state", &self.state, JobState::from_code(&self.state))?,
            progress: Progress { done: self.done, total: self.total, effects: self.effects, cursor: self.cursor },
            asked_at: instant(TABLE, "asked_at", self.asked_at)?,
            ended_at: self.ended_at.map(|at| instant(TABLE, "ended_at", at)).transpose()?,
            subject: self.subject,
            failures: self.failures,
        })
    }
}

/// Adds a job that nobody works on.
pub async fn insert(tx: &mut Tx, job: &Job) -> Result<()> {
    execute!(
        tx,
        "insert into jobs
           (id, kind, role, scope, subject, state, done, total, effects, cursor, failures, asked_at, ended_at, worker,
            lease_until, not_before)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', 0, 0)",
        job.id.to_string(),
        job.kind.code(),
        job.actor.role.code(),
        job.actor.scope.to_string(),
        &job.subject,
        job.state.code(),
        job.progress.done,
        job.progress.total,
        job.progress.effects,
        &job.progress.cursor,
        job.failures,
        job.asked_at.as_microsecond(),
        job.ended_at.map(Timestamp::as_microsecond),
    )?;
    Ok(())
}

/// Writes how a job stands. Nobody works on it from here on, and nobody may before `not_before`, unless it is
/// running: then `worker` keeps it until `lease_until`.
pub async fn save(tx: &mut Tx, job: &Job, worker: &str, lease_until: Timestamp, not_before: Timestamp) -> Result<()> {
    let worker = if job.state == JobState::Running { worker } else { "" };
    execute!(
        tx,
        "update jobs set state = $2, done = $3, total = $4, effects = $5, cursor = $6, failures = $7, ended_at = $8,
           worker = $9, lease_until = $10, not_before = $11
         where id = $1",
        job.id.to_string(),
        job.state.code(),
        job.progress.done,
        job.progress.total,
        job.progress.effects,
        &job.progress.cursor,
        job.failures,
        job.ended_at.map(Timestamp::as_microsecond),
        worker,
        lease_until.as_microsecond(),
        not_before.as_microsecond(),
    )?;
    Ok(())
}

/// A job by its identity.
pub async fn get(tx: &mut Tx, id: JobId) -> Result<Option<Job>> {
    let row = fetch_optional!(
        tx,
        JobRow,
        "select id, kind, role, scope, subject, state, done, total, effects, cursor, failures, asked_at, ended_at
         from jobs where id = $1",
        id.to_string(),
    )?;
    row.map(JobRow::read).transpose()
}

/// A job as long as this worker has it: it was neither stopped nor taken by another.
pub async fn held(tx: &mut Tx, id: JobId, worker: &str) -> Result<Option<Job>> {
    let row = fetch_optional!(
        tx,
        JobRow,
        "select id, kind, role, scope, subject, state, done, total, effects, cursor, failures, asked_at, ended_at
         from jobs where id = $1 and worker = $2 and state = 'running'",
        id.to_string(),
        worker,
    )?;
    row.map(JobRow::read).transpose()
}

/// The job that was asked for first among those that wait and those whose worker let its lease pass.
pub async fn next(tx: &mut Tx, now: Timestamp) -> Result<Option<Job>> {
    let row = fetch_optional!(
        tx,
        JobRow,
        "select id, kind, role, scope, subject, state, done, total, effects, cursor, failures, asked_at, ended_at
         from jobs
         where (state = 'waiting' and not_before <= $1) or (state = 'running' and lease_until <= $1)
         order by asked_at, id limit 1",
        now.as_microsecond(),
    )?;
    row.map(JobRow::read).transpose()
}

/// Jobs, latest first, at most `limit`, those asked for before an instant.
pub async fn latest(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<Vec<Job>> {
    let rows = fetch_all!(
        tx,
        JobRow,
        "select id, kind, role, scope, subject, state, done, total, effects, cursor, failures, asked_at, ended_at
         from jobs where asked_at < $1 order by asked_at desc, id desc limit $2",
        before.as_microsecond(),
        limit,
    )?;
    rows.into_iter().map(JobRow::read).collect()
}
