//! Long work: a request that is not done in a few seconds goes on as a job, which can be asked for its progress and its answer.
//!
//! Jobs are computations over the lake, nothing else: they live in memory, and one that a restart lost is simply asked for again.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use authz::OrgContext;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use serde_json::Value;
use types::Clock;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::{Code, Problem};

/// A request waits so long for its answer before it becomes a job.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);
/// Answers are kept so long after they were started.
const KEPT_HOURS: i64 = 1;
/// Jobs of one organisation at a time.
const JOBS_MAX: usize = 16;

/// What a job is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = JobProgress)]
pub(crate) struct Progress {
    /// Steps that are done.
    done: u32,
    /// Steps in all.
    of: u32,
}

/// Where a job tells how far it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report(Arc<Mutex<Progress>>);

impl Report {
    pub(crate) fn set(&self, done: u32, of: u32) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Progress { done, of };
    }

    fn get(&self) -> Progress {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Debug)]
enum State {
    Running,
    Done(Arc<Value>),
    Failed(Problem),
}

#[derive(Clone, Debug)]
struct Job {
    context: OrgContext,
    started_at: Timestamp,
    report: Report,
    state: State,
}

/// A job as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub(crate) struct JobBody {
    id: Uuid,
    /// `running`, `done` or `failed`.
    state: &'static str,
    progress: Progress,
    /// RFC 3339.
    started_at: String,
    /// The answer that the request would have had, once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    result: Option<Arc<Value>>,
}

/// All jobs of this server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jobs(Arc<Mutex<HashMap<Uuid, Job>>>);

impl Jobs {
    /// Runs `work`. Its answer, if it comes within [`PATIENCE`]; otherwise 202 with the job, which goes on.
    pub(crate) async fn run<F, W>(&self, context: &OrgContext, clock: &dyn Clock, work: W) -> Result<Response, Problem>
    where
        W: FnOnce(Report) -> F,
        F: Future<Output = Result<Value, Problem>> + Send + 'static,
    {
        let (id, now) = (Uuid::now_v7(), clock.now());
        let report = Report::default();
        self.admit(
            id,
            Job {
                context: *context,
                started_at: now,
                report: report.clone(),
                state: State::Running,
            },
        )?;
        let work = work(report);
        let jobs = self.clone();
        let task = tokio::spawn(async move {
            let answer = work.await;
            jobs.finish(id, answer);
        });
        // The task is not dropped with the wait: it goes on by itself.
        let _ = tokio::time::timeout(PATIENCE, task).await;
        match self.state(id) {
            Some(State::Done(value)) => {
                self.forget(id);
                Ok(Json(Value::clone(&value)).into_response())
            }
            Some(State::Failed(problem)) => {
                self.forget(id);
                Err(problem)
            }
            Some(State::Running) | None => {
                let body = self.show(context, id)?;
                let location = format!("/api/jobs/{id}");
                Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(body)).into_response())
            }
        }
    }

    /// A job of the caller's organisation and person; anybody else's is unknown.
    pub(crate) fn show(&self, context: &OrgContext, id: Uuid) -> Result<JobBody, Problem> {
        let job = self.lock().get(&id).filter(|job| job.context == *context).cloned();
        let job = job.ok_or_else(|| Problem::not_found("job"))?;
        let (state, result) = match job.state {
            State::Running => ("running", None),
            State::Done(value) => ("done", Some(value)),
            State::Failed(problem) => return Err(problem),
        };
        Ok(JobBody {
            id,
            state,
            progress: job.report.get(),
            started_at: job.started_at.to_string(),
            result,
        })
    }

    fn admit(&self, id: Uuid, job: Job) -> Result<(), Problem> {
        let mut jobs = self.lock();
        let oldest = job.started_at.checked_sub(KEPT_HOURS.hours()).unwrap_or(Timestamp::MIN);
        jobs.retain(|_, job| job.started_at >= oldest || matches!(job.state, State::Running));
        let organization = job.context.organization_id();
        if jobs.values().filter(|job| job.context.organization_id() == organization).count() >= JOBS_MAX {
            return Err(Problem::new(
                Code::Busy,
                "Many calculations of this organisation are running or waiting to be fetched: try again in a few minutes.",
            ));
        }
        jobs.insert(id, job);
        Ok(())
    }

    fn finish(&self, id: Uuid, answer: Result<Value, Problem>) {
        if let Some(job) = self.lock().get_mut(&id) {
            job.state = match answer {
                Ok(value) => State::Done(Arc::new(value)),
                Err(problem) => State::Failed(problem),
            };
        }
    }

    fn state(&self, id: Uuid) -> Option<State> {
        self.lock().get(&id).map(|job| job.state.clone())
    }

    fn forget(&self, id: Uuid) {
        self.lock().remove(&id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
