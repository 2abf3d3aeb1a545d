//! The event stream: a story with a beginning and an end, told once, and never silent for more than 30 seconds.

use eks_core::simulator::{Effect, Fault, Settings, Trouble};
use eks_core::{Cluster, Event, EventKind, Outcome, Plan};
use tests::Stage;

fn cluster() -> Cluster {
    Cluster::builder().name("web").build().expect("the defaults are valid")
}

/// The longest time without an event, in milliseconds, and where it was.
fn longest_silence(began: i64, events: &[Event], ended: i64) -> (i64, i64) {
    let moments = std::iter::once(began).chain(events.iter().map(|event| event.at));
    let moments: Vec<i64> = moments.chain(std::iter::once(ended)).collect();
    moments.windows(2).map(|pair| (pair[1] - pair[0], pair[0] - began)).max().expect("two moments")
}

/// Watches a whole life and gives the longest silences of its two halves.
fn silences(stage: &Stage) -> [(i64, i64); 2] {
    let mut silences = [(0, 0); 2];
    let began = stage.sim.now().millis();
    let (events, info) = stage.watch(stage.eks.create(&cluster()));
    info.expect("in the end it is there");
    silences[0] = longest_silence(began, &events, stage.sim.now().millis());
    let began = stage.sim.now().millis();
    let (events, report) = stage.watch(stage.eks.delete("web"));
    report.expect("in the end it is gone");
    silences[1] = longest_silence(began, &events, stage.sim.now().millis());
    silences
}

#[test]
fn a_heartbeat_at_least_every_thirty_seconds() {
    let fair = Stage::default();
    let hidden = Stage::with(Settings {
        trouble: Trouble { hidden_update: 1.0, hidden_update_seconds: 1500.0, ..Trouble::default() },
        ..Settings::default()
    });
    let throttled = Stage::default();
    throttled.sim.add_fault(Fault { every: Some(3), effect: Effect::Throttle, ..Fault::default() });
    // Nothing but refusals for a while, at the beginning and in the middle.
    let storm = Stage::default();
    storm.sim.add_fault(Fault { times: Some(60), effect: Effect::Throttle, ..Fault::default() });
    let cut = Stage::default();
    cut.sim.add_fault(Fault { times: Some(25), ..Fault::default() });
    for (name, stage) in
        [("fair", fair), ("hidden", hidden), ("throttled", throttled), ("storm", storm), ("cut", cut)]
    {
        for (silence, at) in silences(&stage) {
            assert!(silence <= 30_000, "{name}: {silence} ms of silence after {} s", at / 1000);
        }
    }
}

/// Who awaits an operation reads no events: its story is kept, how it stood on the way is not.
#[test]
fn an_awaited_operation_keeps_neither_plan_nor_heartbeats() {
    let stage = Stage::default();
    let mut create = stage.eks.create(&cluster());
    let events = stage.run(move || async move {
        (&mut create).await.expect("undisturbed");
        let mut events = Vec::new();
        while let Some(event) = create.next_event().await {
            events.push(event);
        }
        events
    });
    assert_eq!(story(&events).last().map(String::as_str), Some("finished"));
    let stands = |event: &Event| matches!(event.kind, EventKind::Planned { .. } | EventKind::Waiting { .. });
    assert!(!events.iter().any(stands), "{events:#?}");

    let (events, report) = stage.watch(stage.eks.delete("web"));
    report.expect("undisturbed");
    assert!(events.iter().any(|event| matches!(event.kind, EventKind::Waiting { .. })), "who reads is told");
}

/// What is sent may be answered late, or never: where the operation stands does not wait for it.
#[test]
fn the_plan_is_there_before_the_first_write_is_answered() {
    let stage = Stage::default();
    stage.sim.add_fault(Fault {
        operation: Some("CreateStack".to_owned()),
        effect: Effect::DieBeforeAccept,
        ..Fault::default()
    });
    let mut create = stage.eks.create(&cluster());
    let (first, plan, handle) = stage.run(move || async move {
        let first = create.next_event().await;
        (first, create.plan(), create.handle())
    });
    let Some(Event { kind: EventKind::Planned { plan: told }, .. }) = first else { panic!("{first:?}") };
    let stands = |plan: &Plan| plan.steps.iter().map(|step| step.id.clone()).collect::<Vec<_>>();
    assert_eq!(stands(&plan.expect("it was decided")), stands(&told));
    assert!(handle.is_some());
}

#[test]
fn time_never_goes_back() {
    let stage = Stage::default();
    stage.sim.add_fault(Fault { every: Some(3), effect: Effect::Throttle, ..Fault::default() });
    let (events, info) = stage.watch(stage.eks.create(&cluster()));
    info.expect("in the end it is there");
    assert!(events.is_sorted_by_key(|event| event.at));
    assert!(events.is_sorted_by_key(|event| event.elapsed));
    assert_eq!(events[0].at - events[0].elapsed, events[7].at - events[7].elapsed, "one beginning");
}

/// Kinds of events with the step that they are about, without heartbeats.
fn story(events: &[Event]) -> Vec<String> {
    let line = |event: &Event| match &event.kind {
        EventKind::Planned { .. } => Some("planned".to_owned()),
        EventKind::StepStarted { step, .. } => Some(format!("started {step}")),
        EventKind::StepDone { step, .. } => Some(format!("done {step}")),
        EventKind::StepSkipped { step, .. } => Some(format!("skipped {step}")),
        EventKind::Finished => Some("finished".to_owned()),
        _ => None,
    };
    events.iter().filter_map(line).collect()
}

/// Every step is told to have started once and to have ended once; ticks tell the same story as an operation.
#[test]
fn a_story_is_told_once() {
    let stage = Stage::default();
    let (events, info) = stage.watch(stage.eks.create(&cluster()));
    info.expect("undisturbed");
    let told = story(&events);
    assert_eq!(told.first().map(String::as_str), Some("planned"));
    assert_eq!(told.last().map(String::as_str), Some("finished"));
    let Some(EventKind::Planned { plan }) = events.first().map(|event| &event.kind) else {
        panic!("no plan")
    };
    for step in &plan.steps {
        let (started, done) = (format!("started {}", step.id), format!("done {}", step.id));
        let position = |line: &str| told.iter().position(|told| told == line);
        assert_eq!(told.iter().filter(|line| **line == done).count(), 1, "{done}: {told:#?}");
        assert_eq!(told.iter().filter(|line| **line == started).count(), 1, "{started}: {told:#?}");
        assert!(position(&started) < position(&done), "{}", step.id);
    }

    let stage = Stage::default();
    let (eks, sim) = (stage.eks.clone(), stage.sim.clone());
    let handle = stage.eks.create_handle(&cluster()).expect("valid");
    let (ticked, outcome) = stage.run(move || async move {
        use aws_smithy_async::rt::sleep::AsyncSleep;
        let (mut handle, mut events) = (handle, Vec::new());
        loop {
            let tick = eks.tick(handle).await.expect("undisturbed");
            events.extend(tick.events);
            handle = tick.handle;
            let Some(next_at) = tick.next_at else { return (events, tick.outcome) };
            let wait = u64::try_from(next_at - sim.now().millis()).unwrap_or(0);
            sim.sleep_impl().sleep(std::time::Duration::from_millis(wait)).await;
        }
    });
    assert!(matches!(outcome, Some(Outcome::Created(_))));
    let sorted = |mut story: Vec<String>| {
        story.sort();
        story
    };
    assert_eq!(sorted(story(&ticked)), sorted(told));
}
