//! One operation's loop: what it has seen, what it remembers, and the tick.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, UNIX_EPOCH};

use aws_smithy_async::rt::sleep::AsyncSleep;
use futures_util::future::join_all;

use super::agenda::{agenda, elapsed};
use super::begin::begin;
use super::budget::{Advice, advise};
use super::event::{Event, EventKind};
use super::handle::Handle;
use super::info::{ClusterInfo, DeleteReport, Outcome};
use crate::act::perform;
use crate::aws::{Class, Refusal};
use crate::observe::{ClusterStatus, Eyes, Look, Observed, StackStatus, look};
use crate::plan::{
    Decision, Goal, Plan, Recent, Request, Step, StepKind, StepState, Verdict, contents, decide, everything,
    found_anything, minutes, notes, version_of,
};
use crate::{Error, ErrorKind, Result};

/// Longest silence between two events, in milliseconds (design §5).
const HEARTBEAT: i64 = 30_000;

/// What a tick leaves to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Tick again at this moment, in milliseconds since the Unix epoch.
    At(i64),
    /// Everything is as wanted.
    Done,
}

/// One operation.
pub(crate) struct Engine {
    eyes: Eyes,
    goal: Goal,
    recent: Recent,
    observed: Observed,
    steps: Vec<Step>,
    /// Where the progress of each step under way shows.
    looks: BTreeMap<String, Vec<Look>>,
    /// Where each step stood when it was last told of.
    told: BTreeMap<String, Told>,
    events: Vec<Event>,
    last_event: i64,
    /// Whether everything has been looked at since the last write.
    whole: bool,
    found: bool,
    /// Whether leftovers were looked for while the cluster was there.
    swept_early: bool,
    planned: bool,
    /// Refused looks in a row, and since when.
    blind: Option<(i64, u32)>,
    draws: u64,
    seed: u64,
}

/// How far a step's story has been told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Started,
    Ended,
}

impl Engine {
    pub(crate) fn new(eyes: Eyes, goal: Goal, recent: Recent, seed: u64) -> Self {
        Self {
            eyes,
            goal,
            recent,
            observed: Observed::default(),
            steps: Vec::new(),
            looks: BTreeMap::new(),
            told: BTreeMap::new(),
            events: Vec::new(),
            last_event: 0,
            whole: false,
            found: false,
            swept_early: false,
            planned: false,
            blind: None,
            draws: 0,
            seed,
        }
    }

    /// The operation as data.
    pub(crate) fn handle(&self) -> Handle {
        Handle::new(self.eyes.wire.region().to_owned(), self.goal.clone(), self.recent.clone())
    }

    /// What happened since this was last asked.
    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Where everything stands.
    pub(crate) fn plan(&self) -> Plan {
        let mut plan = Plan::new(
            self.goal.verb(),
            self.goal.name(),
            self.eyes.wire.region(),
            self.steps.clone(),
            &elapsed(&self.steps, &self.recent, self.now()),
        );
        if let Goal::Create { spec, .. } = &self.goal {
            plan.version = version_of(spec.as_deref(), &self.observed);
            plan.contents = contents(spec.as_deref(), &self.observed);
            plan.notes = notes(spec.as_deref(), &self.observed);
        }
        plan
    }

    /// Looks at everything and decides, without writing anything.
    pub(crate) async fn preview(&mut self) -> Result<Plan> {
        let mut decision = self.decide().await?;
        let running = decision.steps.iter().filter(|step| step.state == StepState::Running);
        let looks: BTreeSet<Look> =
            running.flat_map(|step| decision.looks.get(&step.id).cloned().unwrap_or_default()).collect();
        if !looks.is_empty() {
            // What counts as running because nobody has looked may be done.
            self.look(looks).await.map_err(|refusal| refusal.error)?;
            decision = self.decide().await?;
        }
        self.steps = decision.steps;
        Ok(self.plan())
    }

    /// Decides again, by what was seen before: no look, no write.
    #[cfg(feature = "sim")]
    pub(crate) fn replan(&mut self) -> Result<Plan> {
        match decide(&self.goal, &self.observed, &self.recent, self.now())? {
            Verdict::Decided(decision) => {
                self.steps = decision.steps;
                Ok(self.plan())
            }
            Verdict::Blind(_) => Err(Error::new(ErrorKind::Internal, "nothing was seen to decide by")),
        }
    }

    /// Look, decide, act: one bounded turn of the loop.
    pub(crate) async fn tick(&mut self) -> Result<Next> {
        if self.recent.began == 0 {
            self.recent.began = self.now();
        }
        let due = self.due(self.now());
        if let Err(refusal) = self.look(due).await {
            return self.blinded(refusal);
        }
        loop {
            let decision = match self.try_decide().await {
                Ok(decision) => decision,
                Err(Halt::Error(error)) => return Err(error),
                Err(Halt::Blinded(refusal)) => return self.blinded(refusal),
            };
            self.blind = None;
            self.tell(&decision.steps);
            self.steps = decision.steps.clone();
            self.looks = decision.looks.clone();
            if decision.is_done() && self.whole {
                self.event(EventKind::Finished);
                return Ok(Next::Done);
            }
            // Once: when nothing is left to be sent, so that the end need not wait for it.
            if !self.whole && decision.is_all_sent() {
                if let Err(refusal) = self.look_at_everything().await {
                    return self.blinded(refusal);
                }
                continue;
            }
            if !self.act(&decision).await? {
                return Ok(Next::At(self.next_at(&decision)));
            }
        }
    }

    /// What came of it. Meant for when a tick has said that everything is as wanted.
    pub(crate) fn outcome(&self) -> Result<Outcome> {
        match &self.goal {
            Goal::Create { name, .. } => {
                let Eyes { wire, profile, .. } = &self.eyes;
                ClusterInfo::of(&self.observed, wire.region(), profile.as_deref())
                    .map(|info| Outcome::Created(Box::new(info)))
                    .ok_or_else(|| {
                        Error::new(ErrorKind::Internal, "the cluster is gone")
                            .with_resource(format!("cluster {name}"))
                    })
            }
            Goal::Delete { name, .. } => {
                let skipped = self.steps.iter().filter_map(|step| match &step.state {
                    StepState::Skipped { reason } => Some(reason.clone()),
                    _ => None,
                });
                let deleted = self.steps.iter().filter(|step| {
                    step.state == StepState::Done
                        && step.action != StepKind::MarkForDeletion
                        && self.recent.attempt(&step.id).is_some_and(|attempt| attempt.count > 0)
                });
                Ok(Outcome::Deleted(DeleteReport {
                    name: name.clone(),
                    found: self.found,
                    deleted: deleted.map(|step| step.resource.clone()).collect(),
                    unchecked: skipped.collect(),
                }))
            }
        }
    }

    /// Emits a heartbeat if nothing was said for long; the moment until which one may stay silent.
    pub(crate) fn heartbeat(&mut self) -> i64 {
        let now = self.now();
        if now - self.last_event >= HEARTBEAT {
            let running: Vec<String> = self
                .steps
                .iter()
                .filter(|step| step.state == StepState::Running)
                .map(|step| step.action.to_string())
                .collect();
            let expected_seconds = self.plan().expected_seconds;
            self.event(EventKind::Waiting { running, expected_seconds });
        }
        self.last_event + HEARTBEAT
    }

    /// When the caller stops waiting, if that begins now, in milliseconds since the Unix epoch.
    pub(crate) fn deadline(&self) -> i64 {
        let seconds = self.goal.timeout_seconds().and_then(|seconds| i64::try_from(seconds).ok());
        seconds.map_or(i64::MAX, |seconds| self.now().saturating_add(seconds.saturating_mul(1000)))
    }

    /// The caller's time is over, and AWS goes on.
    pub(crate) fn timed_out(&self) -> Error {
        let running = self.steps.iter().filter(|step| step.state == StepState::Running);
        let running: Vec<String> = running.map(|step| step.action.to_string()).collect();
        let waited = self.goal.timeout_seconds().unwrap_or_default() as f64;
        Error::new(ErrorKind::TimedOut, format!("not done after {}: {}", minutes(waited), running.join(", ")))
            .with_resource(format!("cluster {}", self.goal.name()))
            .with_hint(
                "Nothing is lost, and AWS goes on with what it has begun. Resume the operation from its handle, \
                 or send the same call again, with more time",
            )
            .with_still_running(running)
            .retryable(true)
    }

    /// Sleeps until `moment`, by the injected clock.
    pub(crate) async fn sleep_until(&self, moment: i64) {
        let millis = u64::try_from(moment - self.now()).unwrap_or(0);
        if millis > 0 {
            self.eyes.wire.sleep().sleep(Duration::from_millis(millis)).await;
        }
    }

    pub(crate) fn now(&self) -> i64 {
        let since = self.eyes.wire.time().now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    async fn decide(&mut self) -> Result<Decision> {
        match self.try_decide().await {
            Ok(decision) => Ok(decision),
            Err(Halt::Error(error)) => Err(error),
            Err(Halt::Blinded(refusal)) => Err(refusal.error),
        }
    }

    /// Decides, and looks at what must be known for that.
    async fn try_decide(&mut self) -> Result<Decision, Halt> {
        // Each round answers what the last one asked; a few rounds answer everything.
        for _ in 0..8 {
            match decide(&self.goal, &self.observed, &self.recent, self.now()).map_err(Halt::Error)? {
                Verdict::Decided(decision) => return Ok(decision),
                Verdict::Blind(looks) => {
                    self.look(looks.into_iter().collect()).await.map_err(Halt::Blinded)?
                }
            }
        }
        Err(Halt::Error(Error::new(ErrorKind::Internal, "what was looked at stays unknown")))
    }

    async fn look_at_everything(&mut self) -> Result<(), Refusal> {
        let looks = everything(&self.goal, &self.observed);
        self.look(looks.into_iter().collect()).await?;
        self.whole = true;
        Ok(())
    }

    /// Asks all questions at once. What was answered is kept even if another question was refused.
    async fn look(&mut self, questions: BTreeSet<Look>) -> Result<(), Refusal> {
        let answers =
            join_all(questions.iter().map(|question| look(&self.eyes, question, &self.observed))).await;
        let mut refused = None;
        for answer in answers {
            match answer {
                Ok(sighting) => sighting.apply(&mut self.observed),
                Err(refusal) => refused = worse(refused, refusal),
            }
        }
        self.remember();
        refused.map_or(Ok(()), Err)
    }

    /// Keeps what later decisions need and AWS stops telling.
    fn remember(&mut self) {
        let now = self.now();
        let cluster = self.observed.cluster.present();
        if cluster.is_some_and(|cluster| cluster.status == ClusterStatus::Active) {
            self.recent.active_since.get_or_insert(now);
        }
        if let Goal::Delete { .. } = self.goal {
            self.found |= found_anything(&self.observed);
            if let Some(vpc) = cluster.and_then(|cluster| cluster.vpc.clone()) {
                self.recent.vpc = Some(vpc);
            }
            // Pods and controllers work until the cluster is gone, and EKS may leave its security group.
            if cluster.is_some() {
                self.swept_early |= self.observed.leftovers.is_some();
            } else if self.observed.cluster.is_absent() && std::mem::take(&mut self.swept_early) {
                self.observed.leftovers = None;
            }
            if cluster.is_some() {
                for (_, group) in self.observed.node_groups.iter().flatten() {
                    if !self.recent.node_groups.contains(&group.name) {
                        self.recent.node_groups.push(group.name.clone());
                    }
                }
                for (name, _) in self.observed.fargate_profiles.iter().flatten() {
                    if !self.recent.fargate_profiles.contains(name) {
                        self.recent.fargate_profiles.push(name.clone());
                    }
                }
            }
            // A foundation that could not be deleted is held by something: look for it again.
            let failed = self
                .observed
                .foundation
                .present()
                .is_some_and(|stack| stack.status == StackStatus::DeleteFailed);
            let sent = self.recent.times_sent(&StepKind::DeleteFoundation.id(), "deleteStack");
            if failed && self.recent.sweeps < sent {
                self.recent.sweeps = sent;
                self.observed.leftovers = None;
            }
        }
    }

    /// A look was refused: again later, or the end.
    fn blinded(&mut self, refusal: Refusal) -> Result<Next> {
        let now = self.now();
        let (since, refusals) = self.blind.unwrap_or((now, 0));
        let elapsed = seconds(now - since);
        match advise(refusal.class, refusals, elapsed, self.draw()) {
            Advice::Again(delay) => {
                self.blind = Some((since, refusals + 1));
                let what = refusal.error.operation().unwrap_or("look").to_owned();
                self.event(EventKind::Retrying {
                    what,
                    error: refusal.error.to_string(),
                    delay,
                    attempt: refusals + 1,
                });
                Ok(Next::At(now + millis(delay)))
            }
            Advice::Look | Advice::Stop => Err(refusal.error),
        }
    }

    /// Sends every request that is ready and may be sent now, all at once. Whether anything came of it that
    /// a new decision could build on.
    async fn act(&mut self, decision: &Decision) -> Result<bool> {
        let now = self.now();
        let ready: Vec<(&Step, &Request)> = decision
            .steps
            .iter()
            .filter(|step| step.state == StepState::Ready)
            .filter(|step| self.recent.attempt(&step.id).is_none_or(|attempt| attempt.not_before <= now))
            .filter_map(|step| Some((step, decision.requests.get(&step.id)?)))
            .collect();
        if ready.is_empty() {
            return Ok(false);
        }
        let tokens: Vec<String> = ready.iter().map(|_| self.token()).collect();
        let wire = self.eyes.wire.clone();
        let calls = ready.iter().zip(&tokens).map(|((_, request), token)| perform(&wire, request, token));
        let answers = join_all(calls).await;
        self.whole = false;
        let mut look_at = BTreeSet::new();
        let mut accepted = false;
        let mut failure = None;
        for ((step, request), answer) in ready.into_iter().zip(answers) {
            match answer {
                Ok(()) => {
                    accepted = true;
                    self.accepted(step, request);
                }
                Err(refusal) => match self.refused(step, refusal) {
                    Ok(true) => look_at.extend(decision.looks.get(&step.id).cloned().unwrap_or_default()),
                    Ok(false) => {}
                    Err(error) => failure = failure.or(Some(error)),
                },
            }
        }
        if let Some(error) = failure {
            return Err(error);
        }
        if !look_at.is_empty() {
            // A refused look is met again at the next tick.
            let _ = self.look(look_at).await;
        }
        Ok(accepted)
    }

    fn accepted(&mut self, step: &Step, request: &Request) {
        let now = self.now();
        let attempt = self.recent.attempts.entry(step.id.clone()).or_default();
        attempt.sent = Some(now);
        attempt.started = Some(now);
        attempt.looked = Some(now);
        attempt.count += 1;
        attempt.requests.push(request.kind().to_owned());
        attempt.refused_since = None;
        attempt.refusals = 0;
        match request {
            Request::DeleteLeftovers { .. } => self.observed.leftovers = None,
            // A cluster that was just made has nothing in it: no need to list that.
            Request::CreateCluster(_) => {
                self.observed.node_groups.get_or_insert_default();
                self.observed.fargate_profiles.get_or_insert_default();
                self.observed.addons.get_or_insert_default();
                self.observed.access_entries.get_or_insert_default();
            }
            _ => begin(&mut self.observed, request),
        }
        if self.told.insert(step.id.clone(), Told::Started).is_none() {
            self.event(EventKind::StepStarted { step: step.id.clone(), action: step.action.to_string() });
        }
    }

    /// A request was refused. `Ok(true)`: it may have been accepted all the same, so look.
    fn refused(&mut self, step: &Step, refusal: Refusal) -> Result<bool> {
        let now = self.now();
        let jitter = self.draw();
        let attempt = self.recent.attempts.entry(step.id.clone()).or_default();
        let since = *attempt.refused_since.get_or_insert(now);
        let refusals = attempt.refusals;
        attempt.refusals += 1;
        match advise(refusal.class, refusals, seconds(now - since), jitter) {
            Advice::Again(delay) => {
                attempt.not_before = now + millis(delay);
                let what = refusal.error.operation().map_or_else(|| step.action.to_string(), str::to_owned);
                let event = EventKind::Retrying {
                    what,
                    error: refusal.error.to_string(),
                    delay,
                    attempt: refusals + 1,
                };
                self.event(event);
                Ok(refusal.class == Class::Transient)
            }
            // The third time that it is said to be there and cannot be seen, it is somebody else's.
            Advice::Look if refusals < 20 => {
                attempt.not_before = now + 3_000;
                Ok(true)
            }
            Advice::Look | Advice::Stop => Err(refusal.error),
        }
    }

    /// Tells what has changed since it was last told.
    fn tell(&mut self, steps: &[Step]) {
        if !self.planned {
            self.planned = true;
            self.steps = steps.to_vec();
            let plan = Box::new(self.plan());
            self.event(EventKind::Planned { plan });
            // What was done before this operation began is no news.
            for step in steps.iter().filter(|step| step.state == StepState::Done) {
                self.told.insert(step.id.clone(), Told::Ended);
            }
        }
        for step in steps {
            let now = self.now();
            let action = step.action.to_string();
            let told = self.told.get(&step.id).copied();
            match &step.state {
                StepState::Running if told.is_none() => {
                    let began = self.began(step).unwrap_or(now);
                    let attempt = self.recent.attempts.entry(step.id.clone()).or_default();
                    attempt.started.get_or_insert(began);
                    self.told.insert(step.id.clone(), Told::Started);
                    self.event(EventKind::StepStarted { step: step.id.clone(), action });
                }
                StepState::Done if told != Some(Told::Ended) => {
                    let started =
                        self.recent.attempt(&step.id).and_then(|attempt| attempt.started).unwrap_or(now);
                    self.told.insert(step.id.clone(), Told::Ended);
                    let seconds = seconds(now - started);
                    self.event(EventKind::StepDone { step: step.id.clone(), action, seconds });
                }
                StepState::Skipped { reason } if told != Some(Told::Ended) => {
                    self.told.insert(step.id.clone(), Told::Ended);
                    let reason = reason.clone();
                    self.event(EventKind::StepSkipped { step: step.id.clone(), action, reason });
                }
                _ => {}
            }
        }
    }

    /// When AWS began with what a step is about, where AWS says so: a resumed operation did not see it.
    fn began(&self, step: &Step) -> Option<i64> {
        match &step.action {
            StepKind::CreateCluster => self.observed.cluster.present().map(|cluster| cluster.created_at),
            StepKind::CreateFoundation | StepKind::CompleteFoundation => {
                self.observed.foundation.present().map(|stack| stack.created_at)
            }
            _ => None,
        }
    }

    /// The looks that are due: those of running steps whose time has come.
    fn due(&mut self, now: i64) -> BTreeSet<Look> {
        let mut due = BTreeSet::new();
        for entry in agenda(&self.steps, &self.looks, &self.recent, now) {
            if entry.at <= now {
                due.extend(self.looks.get(&entry.step).into_iter().flatten().cloned());
                self.recent.attempts.entry(entry.step).or_default().looked = Some(now);
            }
        }
        due
    }

    fn event(&mut self, kind: EventKind) {
        let at = self.now();
        self.last_event = at;
        self.events.push(Event { at, elapsed: at - self.recent.began, kind });
    }

    /// A request token: 36 characters, as EKS wants 33 to 126 (facts/aws.md §3.1).
    fn token(&mut self) -> String {
        let (a, b) = (self.bits(), self.bits());
        uuid::Uuid::from_u64_pair(a, b).to_string()
    }

    /// A draw from [0, 1).
    fn draw(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// SplitMix64: a stream of bits from the injected seed.
    fn bits(&mut self) -> u64 {
        self.draws += 1;
        let mut z = self.seed.wrapping_add(self.draws.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// When the next tick can find something to do.
    fn next_at(&self, decision: &Decision) -> i64 {
        let now = self.now();
        let looks = agenda(&self.steps, &self.looks, &self.recent, now).into_iter().map(|entry| entry.at);
        let held = decision.steps.iter().filter(|step| step.state == StepState::Ready);
        let held = held.filter_map(|step| self.recent.attempt(&step.id)).map(|attempt| attempt.not_before);
        looks.chain(held).min().unwrap_or(now + HEARTBEAT).max(now + 50)
    }
}

/// Why no decision could be made.
enum Halt {
    Error(Error),
    Blinded(Refusal),
}

/// Of two refusals the one that ends the operation, if either does.
fn worse(one: Option<Refusal>, other: Refusal) -> Option<Refusal> {
    match one {
        Some(one) if !one.class.is_retryable() || other.class.is_retryable() => Some(one),
        _ => Some(other),
    }
}

fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}

fn millis(seconds: f64) -> i64 {
    (seconds * 1000.0).ceil() as i64
}
