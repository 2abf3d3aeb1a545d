use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_smithy_async::rt::sleep::AsyncSleep;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use super::clock::pass;
use super::connector::Connector;
use super::{Simulator, StuckReason};
use crate::fault::{Effect, Fault};

const MINUTE: Duration = Duration::from_secs(60);

fn assert_send_sync<T: Send + Sync>() {}

#[test]
fn handles_cross_threads() {
    assert_send_sync::<Simulator>();
    assert_send_sync::<super::Task<String>>();
}

#[test]
fn a_wait_takes_virtual_time_only() {
    let simulator = Simulator::start();
    let before = simulator.now();
    simulator.run(|| pass(10 * MINUTE)).unwrap();
    assert_eq!(simulator.now().since(before), 10 * MINUTE);
}

#[test]
fn an_idle_clock_stands_still() {
    let simulator = Simulator::start();
    let before = simulator.now();
    for _ in 0..100 {
        assert_eq!(simulator.now(), before);
    }
}

#[test]
fn a_thousand_tasks_wait_together() {
    let simulator = Simulator::start();
    let before = simulator.now();
    let hold = simulator.hold();
    let tasks: Vec<_> = (0..1000u64)
        .map(|n| {
            simulator.spawn(move || async move {
                pass(MINUTE).await;
                n
            })
        })
        .collect();
    assert_eq!(simulator.now(), before);
    drop(hold);
    let sum: u64 = tasks.into_iter().map(|task| super::task::block_on(task).unwrap()).sum();
    assert_eq!(sum, 499_500);
    assert_eq!(simulator.now().since(before), MINUTE);
}

#[test]
fn advancing_fires_the_timers_on_the_way() {
    let simulator = Simulator::start();
    let hold = simulator.hold();
    let clock = simulator.clone();
    let task = simulator.spawn(move || async move {
        pass(MINUTE).await;
        clock.now()
    });
    let before = simulator.now();
    drop(hold);
    simulator.advance(60 * 24 * 60 * MINUTE);
    assert_eq!(super::task::block_on(task).unwrap().since(before), MINUTE);
    assert_eq!(simulator.now().since(before), 60 * 24 * 60 * MINUTE);
}

#[test]
fn dropping_a_task_ends_it() {
    struct Flag(Arc<AtomicBool>);
    impl Drop for Flag {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let simulator = Simulator::start();
    let hold = simulator.hold();
    let gone = Arc::new(AtomicBool::new(false));
    let flag = Flag(Arc::clone(&gone));
    let task = simulator.spawn(move || async move {
        let _flag = flag;
        pending::<()>().await;
    });
    simulator.now();
    assert!(!gone.load(Ordering::SeqCst));
    drop(task);
    drop(hold);
    // The abort takes a few turns of the simulator's loop.
    simulator.advance(Duration::from_millis(1));
    assert!(gone.load(Ordering::SeqCst));
}

#[test]
#[should_panic(expected = "as planned")]
fn a_panic_reaches_the_caller() {
    let simulator = Simulator::start();
    let _ = simulator.run(|| async {
        if true {
            panic!("as planned");
        }
    });
}

#[test]
fn a_wait_for_nothing_ends_at_the_horizon() {
    let simulator = Simulator::start();
    let before = simulator.now();
    let stuck = simulator.run(pending::<()>).unwrap_err();
    assert_eq!(stuck.reason, StuckReason::Horizon);
    assert_eq!(simulator.now().since(before), Duration::from_secs(30 * 24 * 3600));
    assert!(stuck.to_string().contains("0 calls"), "{stuck}");
}

/// A signed call of GetCallerIdentity.
fn call(simulator: &Simulator) -> HttpRequest {
    let day = simulator.now().iso();
    let stamp: String = day.split('.').next().unwrap().chars().filter(|c| !"-:".contains(*c)).collect();
    let request = http::Request::post("https://sts.eu-west-1.amazonaws.com/")
        .header("x-amz-date", format!("{stamp}Z"))
        .header(
            "authorization",
            format!(
                "AWS4-HMAC-SHA256 Credential=AKIA/{}/eu-west-1/sts/aws4_request, Signature=0",
                &stamp[..8]
            ),
        )
        .body("Action=GetCallerIdentity&Version=2011-06-15".into())
        .unwrap();
    request.try_into().unwrap()
}

#[test]
fn calls_are_answered_inside_and_outside() {
    let simulator = Simulator::start();
    let before = simulator.now();
    let inner = simulator.clone();
    let status = simulator
        .run(move || async move {
            Connector::new(inner.clone()).call(call(&inner)).await.unwrap().status().as_u16()
        })
        .unwrap();
    assert_eq!(status, 200);
    let took = simulator.now().since(before);
    assert_eq!(took, Duration::from_millis(120));

    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let response = runtime.block_on(Connector::new(simulator.clone()).call(call(&simulator))).unwrap();
    assert_eq!(response.status().as_u16(), 200);
    let body = String::from_utf8(response.body().bytes().unwrap().to_vec()).unwrap();
    assert!(body.contains("arn:aws:iam::123456789012:user/simulated"), "{body}");
    runtime.block_on(simulator.sleep_impl().sleep(MINUTE));
    assert_eq!(simulator.now().since(before), 2 * took + MINUTE);
    assert_eq!(simulator.ledger().client_calls().count(), 2);
}

#[test]
fn a_cut_call_fails_as_input_output() {
    let simulator = Simulator::start();
    simulator.add_fault(Fault { effect: Effect::CutAfterAccept, times: Some(1), ..Fault::default() });
    let inner = simulator.clone();
    let error = simulator
        .run(move || async move { Connector::new(inner.clone()).call(call(&inner)).await.map(drop) })
        .unwrap()
        .unwrap_err();
    assert!(error.is_io());
}

#[test]
fn a_dead_client_ends_at_once_and_another_goes_on() {
    let simulator = Simulator::start();
    let before = simulator.now();
    simulator.add_fault(Fault { effect: Effect::DieAfterAccept, ..Fault::default() });
    let inner = simulator.clone();
    let stuck = simulator
        .run(move || async move { Connector::new(inner.clone()).call(call(&inner)).await.map(drop) })
        .unwrap_err();
    assert_eq!(stuck.reason, StuckReason::ClientDied);
    assert!(simulator.now().since(before) < MINUTE);
    simulator.clear_faults();
    let inner = simulator.clone();
    simulator
        .run(move || async move { Connector::new(inner.clone()).call(call(&inner)).await.map(drop) })
        .unwrap()
        .unwrap();
}

#[test]
fn run_works_within_another_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let answer = runtime.block_on(async {
        let simulator = Simulator::start();
        let blocking = simulator.run(|| async { 20 }).unwrap();
        blocking + simulator.spawn(|| async { 22 }).await.unwrap()
    });
    assert_eq!(answer, 42);
}
