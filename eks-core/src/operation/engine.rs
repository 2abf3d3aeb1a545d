//! One operation's loop: what it has seen, what it remembers, and the tick.

mod act;
mod draw;
mod load_balancers;
mod memory;
mod standing;
mod tell;
mod wait;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::join_all;

use super::agenda::{Entry, agenda};
use super::budget::{Advice, advise};
use super::event::{Event, EventKind};
use super::handle::Handle;
use super::info::{ClusterInfo, DeleteReport, NodeGroupInfo, Outcome};
use super::pulse::{HEARTBEAT, now};
use crate::aws::{Class, Refusal};
use crate::observe::{ClusterStatus, Eyes, Look, Observed, Watch, look, withhold};
use crate::plan::{
    Decision, Goal, Plan, Recent, Step, StepKind, StepState, TagReport, Verdict, decide, everything, goods,
    known_as, last_spec, minutes,
};
use crate::{Error, ErrorKind, Result};

pub(crate) use draw::mixed;
pub(crate) use standing::Standing;
use standing::Words;

/// How long an answer is good enough for a decision that asks for it, in milliseconds.
const FRESH: i64 = 30_000;

/// How long an operation may go on with nothing under way and nothing to send, in milliseconds. What somebody
/// else is at work on passes in that time; a plan that cannot go on is a defect.
const IDLE: i64 = 1_800_000;

/// What a tick leaves to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Tick again at this moment, in milliseconds since the Unix epoch.
    At(i64),
    /// Everything is as wanted.
    Done,
}

/// Who is told of events as they happen.
pub(crate) trait Listen: Send + Sync {
    /// Whether somebody reads just now. How everything stands (the plan, signs of life) is not told to nobody.
    fn is_reading(&self) -> bool;
    fn tell(&self, event: Event);
    /// How everything stands from now on, for whoever asks at whatever moment.
    fn stands(&self, standing: Standing);
}

/// One operation.
pub(crate) struct Engine {
    eyes: Eyes,
    goal: Arc<Goal>,
    recent: Recent,
    observed: Observed,
    /// What is gone by: the last decision.
    decision: Arc<Decision>,
    words: Arc<Words>,
    /// What nobody was there to be told.
    events: Vec<Event>,
    listener: Option<Arc<dyn Listen>>,
    last_event: i64,
    /// When each question was last answered.
    answered: BTreeMap<Look, i64>,
    /// Whether everything under way has been looked at once.
    caught_up: bool,
    /// Since when everything is being looked at once more, before the end.
    closing: Option<i64>,
    /// Whether everything has been looked at since the last write.
    whole: bool,
    found: bool,
    /// Whether leftovers were looked for while the cluster was there.
    swept_early: bool,
    /// Whether load balancers were looked for once more because leftovers told of them.
    balancers_again: bool,
    /// Whether whoever listens has been told the plan.
    planned: bool,
    /// Refused looks in a row, and since when.
    blind: Option<(i64, u32)>,
    /// Since when nothing is under way.
    idle: Option<i64>,
    /// The nodes tell of themselves.
    watch: Option<Watch>,
    /// When nodes that could not be watched may be watched again.
    watch_again: i64,
    draws: u64,
    seed: u64,
}

impl Engine {
    pub(crate) fn new(eyes: Eyes, goal: Goal, recent: Recent, seed: u64) -> Self {
        Self {
            eyes,
            goal: Arc::new(goal),
            recent,
            observed: Observed::default(),
            decision: Arc::default(),
            words: Arc::default(),
            events: Vec::new(),
            listener: None,
            last_event: 0,
            answered: BTreeMap::new(),
            caught_up: false,
            closing: None,
            whole: false,
            found: false,
            swept_early: false,
            balancers_again: false,
            planned: false,
            blind: None,
            idle: None,
            watch: None,
            watch_again: 0,
            draws: 0,
            seed,
        }
    }

    /// For one tick of many: the plan was told by the first.
    pub(crate) fn tell_the_plan_once(mut self) -> Self {
        self.planned = self.recent.planned;
        self
    }

    /// The operation as data.
    pub(crate) fn handle(&self) -> Handle {
        Handle::new(self.eyes.wire.region().to_owned(), Goal::clone(&self.goal), self.recent.clone())
    }

    /// Has events told as they happen.
    pub(crate) fn listen(&mut self, listener: Arc<dyn Listen>) {
        self.listener = Some(listener);
    }

    /// What happened since this was last asked, if nobody listens.
    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Looks at everything and decides, without writing anything.
    pub(crate) async fn preview(&mut self) -> Result<Plan> {
        let mut decision = self.decide().await?;
        let unseen = self.unseen(&decision);
        if !unseen.is_empty() {
            self.look(unseen).await.map_err(|refusal| refusal.error)?;
            decision = self.decide().await?;
        }
        self.ask_prices().await?;
        self.stand(decision);
        Ok(self.plan())
    }

    /// What a create costs: only for who reads its plan, or guards it.
    async fn ask_prices(&mut self) -> Result<()> {
        let Some(spec) = self.goal.spec() else { return Ok(()) };
        if self.observed.prices.is_some() {
            return Ok(());
        }
        let region = self.eyes.wire.region();
        let mut wanted = goods(spec, region, &self.observed);
        if let Some(last) = last_spec(&self.goal, &self.observed) {
            wanted.extend(goods(&last, region, &self.observed));
        }
        let question = Look::Prices { goods: wanted };
        let prices = look(&self.eyes, &question, &self.observed).await.map_err(|refusal| refusal.error)?;
        prices.apply(&mut self.observed);
        Ok(())
    }

    /// Whether the foundation stack was there when it was last looked at.
    pub(crate) fn has_foundation(&self) -> bool {
        self.observed.foundation.present().is_some()
    }

    /// Decides again, by what was seen before: no look, no write.
    #[cfg(feature = "sim")]
    pub(crate) fn replan(&mut self) -> Result<Plan> {
        match decide(&self.goal, &self.observed, &self.recent, self.now())? {
            Verdict::Decided(decision) => {
                self.stand(decision);
                Ok(self.plan())
            }
            Verdict::Blind(_) => Err(Error::new(ErrorKind::Internal, "nothing was seen to decide by")),
        }
    }

    /// Notes when the operation began, if it has not begun yet.
    pub(crate) fn begin(&mut self) {
        if self.recent.began == 0 {
            self.recent.began = self.now();
        }
        if self.last_event == 0 {
            self.last_event = self.now();
        }
    }

    /// Look, decide, act: one bounded turn of the loop.
    pub(crate) async fn tick(&mut self) -> Result<Next> {
        self.begin();
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
            // What was under way when this engine came to it may be done: whoever began it has looked, not we.
            if !std::mem::replace(&mut self.caught_up, true) {
                let unseen = self.unseen(&decision);
                if !unseen.is_empty() {
                    if let Err(refusal) = self.look(unseen).await {
                        return self.blinded(refusal);
                    }
                    continue;
                }
            }
            self.stand(decision);
            let decision = Arc::clone(&self.decision);
            self.tell(&decision.steps);
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
            self.closing = None;
            if !self.act(&decision).await? {
                self.check_idle(&decision)?;
                return Ok(Next::At(self.next_at(&decision)));
            }
        }
    }

    /// Where the progress of steps under way would show, and nobody has looked.
    fn unseen(&self, decision: &Decision) -> BTreeSet<Look> {
        let running = decision.steps.iter().filter(|step| step.state == StepState::Running);
        let looks = running.flat_map(|step| decision.looks.get(&step.id).into_iter().flatten());
        looks.filter(|look| self.last_answered(look).is_none()).cloned().collect()
    }

    /// What came of it. Meant for when a tick has said that everything is as wanted.
    pub(crate) fn outcome(&self) -> Result<Outcome> {
        match &*self.goal {
            Goal::Create { name, .. } | Goal::Apply { name, .. } => {
                let Eyes { wire, profile, .. } = &self.eyes;
                ClusterInfo::of(&self.observed, wire.region(), profile.as_deref())
                    .map(|info| Outcome::Created(Box::new(info)))
                    .ok_or_else(|| {
                        Error::new(ErrorKind::Internal, "the cluster is gone")
                            .with_resource(format!("cluster {name}"))
                    })
            }
            Goal::Patch { group, .. } => {
                let seen = known_as(group, &self.observed);
                seen.map(|seen| Outcome::NodeGroup(NodeGroupInfo::of(seen))).ok_or_else(|| {
                    Error::new(ErrorKind::Internal, "the node group is gone")
                        .with_resource(format!("node group {group}"))
                })
            }
            Goal::Tag { name, change, .. } => {
                let report = TagReport::of(name, change, &self.observed, &self.decision.steps);
                Ok(Outcome::Tagged(report))
            }
            Goal::Delete { name, .. } => {
                // Of steps that were told as left out: what has been done since is not among them.
                let is_done = |id: &String| {
                    let mut steps = self.decision.steps.iter();
                    steps.any(|step| step.id == *id && step.state == StepState::Done)
                };
                let left_out = self.recent.left_out.iter().filter(|(id, _)| !is_done(id));
                let deleted = self.decision.steps.iter().filter(|step| {
                    step.state == StepState::Done
                        && !matches!(
                            step.action,
                            StepKind::MarkForDeletion
                                | StepKind::DisableDeletionProtection
                                | StepKind::DisableTerminationProtection { .. }
                                | StepKind::DetachPolicies { .. }
                        )
                        && self.recent.attempt(&step.id).is_some_and(|attempt| attempt.count > 0)
                });
                Ok(Outcome::Deleted(DeleteReport {
                    name: name.clone(),
                    found: self.found,
                    deleted: deleted.map(|step| step.resource.clone()).collect(),
                    detached: self.recent.detached.clone(),
                    retained: self.recent.retained.clone(),
                    unchecked: left_out.map(|(_, reason)| reason.clone()).collect(),
                }))
            }
        }
    }

    /// When the caller stops waiting, if that begins now, in milliseconds since the Unix epoch.
    pub(crate) fn deadline(&self) -> i64 {
        let seconds = self.goal.timeout_seconds().and_then(|seconds| i64::try_from(seconds).ok());
        seconds.map_or(i64::MAX, |seconds| self.now().saturating_add(seconds.saturating_mul(1000)))
    }

    /// The caller's time is over, and AWS goes on.
    pub(crate) fn timed_out(&self) -> Error {
        let running = self.decision.steps.iter().filter(|step| step.state == StepState::Running);
        let running: Vec<String> = running.map(|step| step.action.to_string()).collect();
        let doing = match &running[..] {
            [] => "nothing was under way".to_owned(),
            running => running.join(", "),
        };
        let waited = self.goal.timeout_seconds().unwrap_or_default() as f64;
        Error::new(ErrorKind::TimedOut, format!("not done after {}: {doing}", minutes(waited)))
            .with_resource(format!("cluster {}", self.goal.name()))
            .with_hint(
                "Nothing is lost, and AWS goes on with what it has begun. Resume the operation from its handle, \
                 or send the same call again, with more time",
            )
            .with_still_running(running)
            .retryable(true)
    }

    pub(crate) fn now(&self) -> i64 {
        now(&self.eyes.wire)
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
                    // What was answered beside a question that was refused is not asked again.
                    let since = self.now() - FRESH;
                    self.look(self.unanswered(looks, since)).await.map_err(Halt::Blinded)?
                }
            }
        }
        Err(Halt::Error(Error::new(ErrorKind::Internal, "what was looked at stays unknown")))
    }

    async fn look_at_everything(&mut self) -> Result<(), Refusal> {
        let now = self.now();
        let since = *self.closing.get_or_insert(now);
        let looks = everything(&self.goal, &self.observed);
        // What a create has seen of its cluster's inside a moment ago needs no new look; whether somebody wants all
        // of it gone does, and so does everything that is to be gone.
        let is_inside = |look: &Look| {
            matches!(look, Look::Addon { .. } | Look::NodeGroup { .. } | Look::FargateProfile { .. })
        };
        // Where nothing was sent, the first look was at what nobody here has changed; somebody else's delete shows in
        // these two.
        let untouched =
            !self.goal.is_delete() && self.recent.attempts.values().all(|attempt| attempt.count == 0);
        let shows_a_delete = |look: &Look| matches!(look, Look::Foundation { .. } | Look::Cluster);
        let may_be_old =
            |look: &Look| (untouched && !shows_a_delete(look)) || (self.goal.makes() && is_inside(look));
        let (old, new): (Vec<Look>, Vec<Look>) = looks.into_iter().partition(may_be_old);
        let mut looks = self.unanswered(old, since - FRESH);
        looks.extend(self.unanswered(new, since));
        self.look(looks).await?;
        self.closing = None;
        self.whole = true;
        Ok(())
    }

    /// Those of the questions that were not answered since a moment. Where some of many are refused, asking all
    /// of them again would make it likely that some are refused again.
    fn unanswered(&self, looks: Vec<Look>, since: i64) -> BTreeSet<Look> {
        let is_old = |look: &Look| self.last_answered(look).is_none_or(|at| at < since);
        looks.into_iter().filter(is_old).collect()
    }

    /// Asks all questions at once. What was answered is kept even if another question was refused.
    async fn look(&mut self, mut questions: BTreeSet<Look>) -> Result<(), Refusal> {
        if questions.contains(&Look::ApiServer) && self.is_told() {
            questions.remove(&Look::ApiServer);
        }
        if self.goal.makes() {
            let asked = questions.iter().filter(|question| **question != Look::ApiServer).count();
            self.recent.questions += u32::try_from(asked).unwrap_or_default();
        }
        let answers =
            join_all(questions.iter().map(|question| look(&self.eyes, question, &self.observed))).await;
        let now = self.now();
        let mut refused = None;
        for (question, answer) in questions.into_iter().zip(answers) {
            match answer {
                Ok(sighting) => {
                    sighting.apply(&mut self.observed);
                    self.answered.insert(question, now);
                }
                Err(refusal) if self.is_withheld(&question, &refusal) => {
                    self.answered.insert(question, now);
                }
                Err(refusal) => refused = worse(refused, refusal),
            }
        }
        self.remember();
        refused.map_or(Ok(()), Err)
    }

    /// Whether the goal does without the answer that the caller may not have.
    fn is_withheld(&mut self, question: &Look, refusal: &Refusal) -> bool {
        let denied = matches!(refusal.class, Class::Denied | Class::Unsupported);
        denied && self.goal.goes_on_unseeing() && withhold(question, &refusal.told(), &mut self.observed)
    }

    /// Keeps what later decisions need and AWS stops telling.
    fn remember(&mut self) {
        let now = self.now();
        let cluster = self.observed.cluster.present();
        if cluster.is_some_and(|cluster| cluster.status == ClusterStatus::Active) {
            self.recent.active_since.get_or_insert(now);
        }
        if self.goal.makes() {
            self.recent.seen_foundation |= self.observed.foundation.present().is_some();
            self.recent.seen_cluster |= cluster.is_some();
        }
        if self.goal.is_delete() {
            self.remember_delete(now);
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

    /// Ends an operation in which nothing is under way and nothing can be sent.
    fn check_idle(&mut self, decision: &Decision) -> Result<()> {
        let goes_on = |step: &Step| matches!(step.state, StepState::Running | StepState::Ready);
        if decision.steps.iter().any(goes_on) {
            self.idle = None;
            return Ok(());
        }
        let now = self.now();
        let since = *self.idle.get_or_insert(now);
        let blocked = decision.steps.iter().find(|step| step.state == StepState::Blocked);
        match blocked {
            Some(step) if now - since > IDLE => Err(Error::new(
                ErrorKind::Internal,
                format!("nothing is under way, and it is not possible to {}", step.action),
            )
            .with_resource(step.resource.clone())
            .with_hint("Look at the resource in AWS, and report this with the operation's plan")
            .retryable(true)),
            _ => Ok(()),
        }
    }

    /// The looks that are due: those of running steps whose time has come; if none is running, everything,
    /// since what the others wait for is nobody's step.
    fn due(&mut self, now: i64) -> BTreeSet<Look> {
        if self.idle.is_some() {
            return everything(&self.goal, &self.observed).into_iter().collect();
        }
        let mut due = BTreeSet::new();
        for entry in self.agenda(now) {
            if entry.at <= now {
                due.extend(self.decision.looks.get(&entry.step).into_iter().flatten().cloned());
                self.recent.attempts.entry(entry.step).or_default().looked = Some(now);
            }
        }
        due
    }

    /// When the question was last answered, alone or as part of another one.
    fn last_answered(&self, look: &Look) -> Option<i64> {
        self.answered.iter().filter(|(answered, _)| answered.covers(look)).map(|(_, at)| *at).max()
    }

    fn agenda(&self, now: i64) -> Vec<Entry> {
        let watched = self.watch.is_some();
        agenda(&self.decision, &self.recent, now, watched, |look| self.last_answered(look))
    }

    /// When the next tick can find something to do.
    fn next_at(&self, decision: &Decision) -> i64 {
        let now = self.now();
        let looks = self.agenda(now).into_iter().map(|entry| entry.at);
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
