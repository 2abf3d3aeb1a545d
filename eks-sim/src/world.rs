//! The simulated account: all state, and the one place where time passes.
//!
//! The world is a discrete-event simulation. Services answer at once and put what comes later on the agenda
//! with [`World::at`]; [`World::settle`] runs what has come due, in order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use crate::actor;
use crate::fault::{Effect, Fault};
use crate::instant::Instant;
use crate::ledger::{CallRecord, Ledger, Outcome};
use crate::services::{autoscaling, cloudformation, cost_explorer, ec2, eks, elb, elbv2, iam, logs, sts};
use crate::settings::Settings;
use crate::throttle::Throttle;
use crate::timing::{Durations, Timing};
use crate::wire::{self, Answer, AwsError, Call, Credentials, Input, Service};

/// What becomes of a request, before any time has passed for it.
#[derive(Debug)]
pub struct Reply {
    /// What the client gets.
    pub delivery: Delivery,
    /// How long the call takes, there and back.
    pub takes: Duration,
}

/// What a client gets for a request.
#[derive(Debug)]
pub enum Delivery {
    /// An answer.
    Response(Response<Bytes>),
    /// The connection breaks.
    Cut,
    /// Nothing, ever: the client counts as dead.
    Never,
}

/// The clusters about which something may have changed.
pub(crate) enum Changes {
    All,
    /// Those with these ids.
    Of(BTreeSet<String>),
}

/// Says where a cluster's API server is, by the cluster's id.
type Endpoints = Arc<dyn Fn(&str) -> String + Send + Sync>;

type Event = Box<dyn FnOnce(&mut World) + Send>;

/// Where state of a region lives.
#[derive(Default)]
pub(crate) struct Region {
    pub(crate) autoscaling: autoscaling::State,
    pub(crate) cloudformation: cloudformation::State,
    pub(crate) ec2: ec2::State,
    pub(crate) eks: eks::State,
    pub(crate) elb: elb::State,
    pub(crate) elbv2: elbv2::State,
    pub(crate) logs: logs::State,
}

/// The account.
pub struct World {
    pub(crate) now: Instant,
    pub(crate) settings: Settings,
    pub(crate) ledger: Ledger,
    pub(crate) iam: iam::State,
    pub(crate) cost_explorer: cost_explorer::State,
    durations: Durations,
    throttle: Throttle,
    regions: BTreeMap<String, Region>,
    agenda: BTreeMap<(Instant, u64), Event>,
    entered: u64,
    calls: u64,
    ids: u64,
    /// Of each fault of the settings, how many calls met its conditions and how many it hit.
    fault_counts: Vec<(u64, u64)>,
    dead: bool,
    /// Whether AWS is at work by itself, on what calls have begun.
    at_work: bool,
    /// Whether what has changed concerns every cluster: a new account may stand in another's place.
    all_changed: bool,
    endpoints: Option<Endpoints>,
}

impl World {
    /// An account as `settings` describe it, at its start.
    pub fn new(settings: Settings) -> Self {
        let mut world = Self {
            now: settings.start,
            durations: Durations::new(settings.seed, settings.scale, settings.drawn),
            ledger: Ledger::default(),
            iam: iam::State::default(),
            cost_explorer: cost_explorer::State::default(),
            throttle: Throttle::default(),
            regions: BTreeMap::new(),
            agenda: BTreeMap::new(),
            entered: 0,
            calls: 0,
            ids: 0,
            fault_counts: Vec::new(),
            dead: false,
            at_work: false,
            all_changed: true,
            endpoints: None,
            settings,
        };
        for actor in world.settings.actors.clone() {
            actor::begin(&mut world, actor);
        }
        world
    }

    /// The account's present moment.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Every call and every resource so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What the account is like.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Adds a fault to those of the settings.
    pub fn add_fault(&mut self, fault: Fault) {
        self.settings.faults.push(fault);
    }

    /// Removes all faults, and wakes clients that a fault declared dead.
    pub fn clear_faults(&mut self) {
        self.settings.faults.clear();
        self.fault_counts.clear();
        self.dead = false;
    }

    /// Changes what goes wrong by itself.
    pub fn trouble(&mut self) -> &mut crate::settings::Trouble {
        self.all_changed = true;
        &mut self.settings.trouble
    }

    /// Changes the account's quotas, as AWS does on request.
    pub fn quotas(&mut self) -> &mut crate::quota::Quotas {
        &mut self.settings.quotas
    }

    /// Lets time pass until `now` and everything happen that has come due. Time never goes back.
    pub fn settle(&mut self, now: Instant) {
        while let Some(entry) = self.agenda.first_entry() {
            if entry.key().0 > now {
                break;
            }
            let ((at, _), event) = entry.remove_entry();
            self.now = self.now.max(at);
            self.at_work = true;
            event(self);
            self.at_work = false;
        }
        self.now = self.now.max(now);
    }

    /// When the next thing on the agenda happens.
    pub fn next_event(&self) -> Option<Instant> {
        self.agenda.keys().next().map(|(at, _)| *at)
    }

    /// Puts `event` on the agenda, `after` from now.
    pub(crate) fn after(&mut self, after: Duration, event: impl FnOnce(&mut World) + Send + 'static) {
        self.at(self.now + after, event);
    }

    /// Puts `event` on the agenda. What comes due at the same moment happens in the order of entry.
    pub(crate) fn at(&mut self, at: Instant, event: impl FnOnce(&mut World) + Send + 'static) {
        self.entered += 1;
        self.agenda.insert((at, self.entered), Box::new(event));
    }

    /// The duration of `timing` for the thing called `key`; the same whenever it is asked for.
    pub(crate) fn duration(&mut self, timing: Timing, key: &str) -> Duration {
        let takes = self.durations.draw(timing, key);
        self.ledger.takes(timing, key, takes);
        takes
    }

    /// The same, for what no client waits for.
    pub(crate) fn takes(&self, timing: Timing, key: &str) -> Duration {
        self.durations.draw(timing, key)
    }

    /// A uniform draw from [0, 1) for `key`; the same whenever it is asked for.
    pub(crate) fn chance(&self, key: &str) -> f64 {
        self.durations.chance(key)
    }

    /// The state of a region, made on first use.
    pub(crate) fn region(&mut self, region: &str) -> &mut Region {
        if !self.regions.contains_key(region) {
            self.regions.insert(region.to_owned(), Region::default());
        }
        self.regions.get_mut(region).expect("the region was just made")
    }

    /// The regions in use so far.
    pub(crate) fn regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.values()
    }

    /// The names of the regions in use so far.
    pub(crate) fn region_names(&self) -> Vec<String> {
        self.regions.keys().cloned().collect()
    }

    /// Which clusters may have changed since this was last asked.
    pub(crate) fn take_changes(&mut self) -> Changes {
        let ids = self.regions.values_mut().flat_map(|region| region.eks.take_changed()).collect();
        if std::mem::take(&mut self.all_changed) { Changes::All } else { Changes::Of(ids) }
    }

    /// Has everybody who watches a cluster look again.
    pub(crate) fn change_all(&mut self) {
        self.all_changed = true;
    }

    /// Has clusters that become ACTIVE from now on show the endpoint that `endpoints` makes of their id.
    pub(crate) fn set_endpoints(&mut self, endpoints: Endpoints) {
        self.endpoints = Some(endpoints);
    }

    /// The endpoint that was asked for, for the cluster with this id.
    pub(crate) fn endpoint(&self, id: &str) -> Option<String> {
        self.endpoints.as_ref().map(|endpoints| endpoints(id))
    }

    /// A fresh hexadecimal id of `digits` digits, such as the end of `subnet-0a1b2c3d4e5f60718`.
    pub(crate) fn hex_id(&mut self, digits: usize) -> String {
        use sha2::{Digest, Sha256};
        self.ids += 1;
        let digest = Sha256::digest(format!("{}/id/{}", self.settings.seed, self.ids));
        digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).take(digits).map(hex).collect()
    }

    /// A fresh id in the form of a UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let id = self.hex_id(32);
        format!("{}-{}-4{}-a{}-{}", &id[..8], &id[8..12], &id[13..16], &id[17..20], &id[20..32])
    }

    /// How long reads may lag behind for new resources, in seconds. A service that answers a call sees no more than
    /// a client does; in what it has begun it waits until it sees what it needs.
    pub(crate) fn read_lag(&self) -> f64 {
        if self.at_work { 0.0 } else { self.settings.trouble.read_lag_seconds.max(0.0) }
    }

    /// A call that one of AWS's services makes to another: not throttled, no faults, not counted.
    pub(crate) fn call_internal(
        &mut self,
        caller: &str,
        service: Service,
        region: &str,
        operation: &str,
        input: impl Into<Input>,
    ) -> Result<Answer, AwsError> {
        let call = Call {
            service,
            operation: operation.to_owned(),
            region: region.to_owned(),
            input: input.into(),
            failure: None,
        };
        let answer = self.serve(&call);
        self.record(&call, None, caller, &answer, false);
        answer
    }

    /// How long the next call takes, there and back.
    pub(crate) fn call_takes(&self) -> Duration {
        self.durations.draw(Timing::ApiCall, &format!("call/{}", self.calls))
    }

    /// How long a call of an API server takes, there and back.
    pub(crate) fn kubernetes_call_takes(&self) -> Duration {
        self.durations.draw(Timing::ApiCall, "kubernetes")
    }

    /// Answers a client's request at the present moment. `wall` is the real time, if the client lives by it:
    /// a signature is fresh by either clock.
    pub fn handle(&mut self, request: &Request<Bytes>, wall: Option<Instant>) -> Reply {
        let takes = self.call_takes();
        if self.dead {
            return Reply { delivery: Delivery::Never, takes };
        }
        let request_id = self.uuid();
        let (mut call, credentials) = match wire::read(request) {
            Ok(read) => read,
            Err((service, error)) => {
                let response = wire::write(service, "", &request_id, &Err(error));
                return Reply { delivery: Delivery::Response(response), takes };
            }
        };
        let index = self.calls;
        self.calls += 1;
        let effect = self.fault(&call, index);
        if let Some(effect @ (Effect::CutBeforeAccept | Effect::DieBeforeAccept)) = effect {
            self.record_cut(&call, index);
            let dies = effect == Effect::DieBeforeAccept;
            self.dead |= dies;
            let delivery = if dies { Delivery::Never } else { Delivery::Cut };
            return Reply { delivery, takes };
        }
        if let Some(Effect::Fail { code, message }) = &effect {
            call.failure = Some((code.clone(), message.clone()));
        }
        let answer = match &effect {
            Some(Effect::Throttle) => Err(throttled(call.service)),
            Some(Effect::Error { code, message, status }) => {
                Err(AwsError::new(code.clone(), message.clone()).status(*status))
            }
            _ => self.answer(&call, &credentials, wall),
        };
        let cut = matches!(effect, Some(Effect::CutAfterAccept | Effect::DieAfterAccept)) && answer.is_ok();
        let principal = self.caller_arn();
        self.record(&call, Some(index), &principal, &answer, cut);
        let delivery = match effect {
            Some(Effect::DieAfterAccept) => {
                self.dead = true;
                Delivery::Never
            }
            Some(Effect::CutAfterAccept) => Delivery::Cut,
            _ => Delivery::Response(wire::write(call.service, &call.operation, &request_id, &answer)),
        };
        Reply { delivery, takes }
    }

    /// The ARN of the account's caller.
    pub(crate) fn caller_arn(&self) -> String {
        let account = &self.settings.account;
        self.settings.caller.clone().unwrap_or_else(|| format!("arn:aws:iam::{account}:user/simulated"))
    }

    fn answer(
        &mut self,
        call: &Call,
        credentials: &Credentials,
        wall: Option<Instant>,
    ) -> Result<Answer, AwsError> {
        sts::check_credentials(self, call.service, credentials, wall)?;
        if self.settings.throttling
            && !self.throttle.admit(call.service, &call.operation, &call.region, self.now)
        {
            return Err(throttled(call.service));
        }
        self.serve(call)
    }

    fn serve(&mut self, call: &Call) -> Result<Answer, AwsError> {
        let answer = crate::services::call(self, call);
        if answer.is_ok() {
            cost_explorer::note(self, call);
        }
        answer
    }

    fn fault(&mut self, call: &Call, index: u64) -> Option<Effect> {
        self.fault_counts.resize(self.settings.faults.len(), (0, 0));
        for position in 0..self.settings.faults.len() {
            let chance = self.chance(&format!("fault/{position}/{index}"));
            let fault = &self.settings.faults[position];
            let (matched, hits) = &mut self.fault_counts[position];
            let fits = fault.service.as_deref().is_none_or(|service| service == call.service.name())
                && fault.operation.as_deref().is_none_or(|operation| operation == call.operation)
                && fault.call.is_none_or(|wanted| wanted == index)
                && fault.times.is_none_or(|times| *hits < times);
            if !fits {
                continue;
            }
            *matched += 1;
            if fault.every.is_none_or(|every| matched.is_multiple_of(every.max(1)))
                && fault.chance.is_none_or(|wanted| chance < wanted)
            {
                *hits += 1;
                return Some(fault.effect.clone());
            }
        }
        None
    }

    fn record(
        &mut self,
        call: &Call,
        index: Option<u64>,
        principal: &str,
        answer: &Result<Answer, AwsError>,
        cut: bool,
    ) {
        let outcome = match answer {
            Ok(_) if cut => Outcome::AcceptedButCut,
            Ok(_) => Outcome::Accepted,
            Err(error) => Outcome::Refused(error.code.clone()),
        };
        self.ledger.calls.push(CallRecord {
            index,
            at: self.now,
            service: call.service.name().to_owned(),
            operation: call.operation.clone(),
            region: call.region.clone(),
            action: format!("{}:{}", call.service.name(), call.operation),
            principal: principal.to_owned(),
            outcome,
        });
    }

    fn record_cut(&mut self, call: &Call, index: u64) {
        let principal = self.caller_arn();
        let nothing = Ok(Answer::Nothing);
        self.record(call, Some(index), &principal, &nothing, true);
        if let Some(record) = self.ledger.calls.last_mut() {
            record.outcome = Outcome::Cut;
        }
    }
}

/// How each service says that it was asked too often (facts/aws.md §5.1, §2.10).
fn throttled(service: Service) -> AwsError {
    match service {
        Service::Ec2 => AwsError::new("RequestLimitExceeded", "Request limit exceeded.").status(503),
        Service::Eks => AwsError::new("TooManyRequestsException", "Too Many Requests").status(429),
        _ if service.speaks_json() => AwsError::new("ThrottlingException", "Rate exceeded"),
        _ => AwsError::new("Throttling", "Rate exceeded"),
    }
}

fn hex(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}
