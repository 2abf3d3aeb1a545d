//! Secrets stay secret: keys, session tokens and the tokens made of them are in no `Debug`, `Display`, JSON, event,
//! error, plan or handle. What must hold one (a kubeconfig with a token in it) shows it only where it is written.

use std::fmt::{Debug, Display};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use eks_core::kubernetes::ExecPlugin;
use eks_core::simulator::{Effect, Fault, Settings, SimulatorExt, Trouble};
use eks_core::{Addon, Cluster, Eks, Error, Event, Outcome};
use tests::Stage;

const SECRET: &str = "marker-secret-access-key";
const SESSION: &str = "marker-session-token";

/// What none of the texts may hold: the secrets, and what is made of them.
struct Censor {
    forbidden: Vec<String>,
    texts: usize,
}

impl Censor {
    fn text(&mut self, what: &str, text: &str) {
        self.texts += 1;
        for secret in &self.forbidden {
            assert!(!text.contains(secret.as_str()), "{what} shows {secret}: {text}");
        }
    }

    fn debug(&mut self, what: &str, value: &impl Debug) {
        self.text(what, &format!("{value:?}"));
        self.text(what, &format!("{value:#?}"));
    }

    fn display(&mut self, what: &str, value: &impl Display) {
        self.text(what, &value.to_string());
    }

    fn json(&mut self, what: &str, value: &impl serde::Serialize) {
        self.text(what, &serde_json::to_string(value).expect("JSON"));
    }

    fn error(&mut self, error: &Error) {
        self.debug("an error", error);
        self.display("an error", error);
        self.text("an error's chain", &error.chain());
        self.text("an error's JSON", &error.to_json());
    }

    fn events(&mut self, events: &[Event]) {
        for event in events {
            self.debug("an event", event);
            self.display("an event", event);
            self.json("an event", event);
        }
    }
}

/// A client whose credentials are known by their marks.
fn marked(settings: Settings) -> Stage {
    let stage = Stage::with(settings);
    let credentials =
        Credentials::new("AKIAMARKER0000000000", SECRET, Some(SESSION.to_owned()), None, "test");
    let provider = SharedCredentialsProvider::new(credentials);
    let config = stage.sdk().into_builder().credentials_provider(provider).build();
    Stage { eks: stage.sim.eks_builder().config(config), sim: stage.sim }
}

fn cluster() -> Cluster {
    Cluster::builder().name("web").no_node_groups().build().expect("valid")
}

#[test]
fn in_everything_that_a_life_shows() -> Result<(), Error> {
    let stage = marked(Settings::default());
    let mut censor = Censor { forbidden: vec![SECRET.to_owned(), SESSION.to_owned()], texts: 0 };
    censor.debug("the client", &stage.eks);
    censor.debug("a builder", &stage.sim.eks_builder().profile("p").endpoint_url("http://localhost:1"));

    let handle = stage.eks.create_handle(&cluster())?;
    censor.debug("a handle", &handle);
    censor.text("a handle's JSON", &handle.to_json()?);
    let eks = stage.eks.clone();
    let tick = stage.run(move || async move { eks.tick(handle).await })?;
    censor.debug("a tick", &tick);
    censor.text("a tick's handle", &tick.handle.to_json()?);
    censor.events(&tick.events);

    let (events, info) = stage.watch(stage.eks.create(&cluster()));
    let info = info?;
    censor.events(&events);
    censor.debug("a cluster", &info);
    censor.json("a cluster", &info);
    censor.debug("an outcome", &Outcome::Created(Box::new(info.clone())));
    let plan = stage.plan(&cluster())?;
    censor.debug("a plan", &plan);
    censor.display("a plan", &plan);
    censor.json("a plan", &plan);

    // A token is a signed URL: the access key and the session are in it, and who holds it is the caller.
    let (eks, of) = (stage.eks.clone(), info.clone());
    let token = stage.run(move || async move { eks.token("web").await })?;
    censor.forbidden.push(token.expose().to_owned());
    censor.forbidden.push(token.expose()["k8s-aws-v1.".len()..].to_owned());
    censor.debug("a token", &token);
    let eks = stage.eks.clone();
    let fixed = stage.run(move || async move { eks.static_kubeconfig(&of).await })?;
    censor.debug("a kubeconfig with a token", &fixed);
    assert!(fixed.to_yaml()?.contains("k8s-aws-v1."), "what is written works");
    for plugin in [ExecPlugin::EksToken, ExecPlugin::AwsCli] {
        let env = [("HTTPS_PROXY".to_owned(), format!("http://me:{SECRET}@proxy"))].into();
        let kubeconfig = info.kubeconfig_with(plugin, env)?;
        censor.debug("a kubeconfig", &kubeconfig);
    }
    let kubeconfig = info.kubeconfig()?;
    censor.text("a kubeconfig's YAML", &kubeconfig.to_yaml()?);

    // Certificates are no secrets, and no reading matter either.
    let authority = info.certificate_authority.clone().expect("ACTIVE");
    let certificate = Censor { forbidden: vec![authority], texts: 0 };
    let mut certificate = certificate;
    certificate.debug("a cluster", &info);
    certificate.debug("a kubeconfig", &kubeconfig);
    certificate.events(&events);
    certificate.debug("an outcome", &Outcome::Created(Box::new(info)));

    let (events, report) = stage.watch(stage.eks.delete("web"));
    censor.events(&events);
    censor.debug("a report", &report?);
    assert!(censor.texts > 150, "{} texts", censor.texts);
    Ok(())
}

#[test]
fn in_errors_of_every_kind() {
    let mut censor = Censor { forbidden: vec![SECRET.to_owned(), SESSION.to_owned()], texts: 0 };
    let answer = |code: &str, status| Effect::Error {
        code: code.to_owned(),
        message: "refused for this test".to_owned(),
        status,
    };
    let effects = [
        answer("AccessDeniedException", 403),
        answer("InvalidSignatureException", 403),
        answer("ExpiredTokenException", 403),
        answer("InvalidParameterException", 400),
        answer("NobodyKnows", 418),
        answer("InternalFailure", 500),
        Effect::CutBeforeAccept,
        Effect::CutAfterAccept,
        Effect::Throttle,
    ];
    for effect in effects {
        for operation in ["DescribeCluster", "CreateStack", "CreateCluster"] {
            let stage = marked(Settings::default());
            let operation = Some(operation.to_owned());
            stage.sim.add_fault(Fault { operation, effect: effect.clone(), ..Fault::default() });
            let (events, ended) = stage.watch(stage.eks.create(&cluster()));
            censor.events(&events);
            if let Err(error) = ended {
                censor.error(&error);
            }
        }
    }
    // The API server's refusals, too, which are met with a token in hand.
    for trouble in [
        Trouble { api_server_unreachable: true, ..Trouble::default() },
        Trouble { credentials_expired: Some((610.0, 1e9)), ..Trouble::default() },
    ] {
        let stage = marked(Settings { trouble, ..Settings::default() });
        let (events, ended) = stage.watch(stage.eks.create(&cluster()));
        censor.events(&events);
        if let Err(error) = ended {
            censor.error(&error);
        }
    }
    assert!(censor.texts > 200, "{} texts", censor.texts);
}

/// Add-on configurations can hold passwords; they go to EKS and into the template, and are nobody else's to read.
#[test]
fn in_the_spec() -> Result<(), Error> {
    let stage = Stage::default();
    let configuration = serde_json::json!({ "podAnnotations": { "PASSWORD": SECRET } });
    let addon = Addon::builder().name("vpc-cni").configuration(configuration).build()?;
    let cluster = Cluster::builder().name("web").no_node_groups().addon(addon).build()?;
    let mut censor = Censor { forbidden: vec![SECRET.to_owned()], texts: 0 };
    let (events, info) = stage.watch(stage.eks.create(&cluster));
    censor.events(&events);
    censor.debug("a cluster", &info?);
    let plan = stage.plan(&cluster)?;
    censor.debug("a plan", &plan);
    censor.json("a plan", &plan);
    let eks: Eks = stage.eks.clone();
    censor.debug("the client", &eks);
    // Nor does a change show what was or what will be.
    let configuration =
        serde_json::json!({ "podAnnotations": { "PASSWORD": format!("{SECRET}-2"), "LEVEL": "2" } });
    let addon = Addon::builder().name("vpc-cni").configuration(configuration).build()?;
    let other = Cluster::builder().name("web").no_node_groups().addon(addon).build()?;
    censor.error(&stage.create(&other).expect_err("another spec"));
    let plan = stage.plan(&other)?;
    assert!(
        plan.to_string().contains("configuration.podAnnotations.PASSWORD a value → another value"),
        "{plan}"
    );
    censor.display("a plan", &plan);
    censor.json("a plan", &plan);
    let (events, info) = stage.watch(stage.eks.apply(&other));
    censor.events(&events);
    let info = info?;
    // Nor a refusal by the add-on's schema.
    let configuration =
        serde_json::json!({ "env": { "WARM_IP_TARGET": [SECRET] }, "enableNetworkPolicy": { "a": SECRET } });
    let addon = Addon::builder().name("vpc-cni").configuration(configuration).build()?;
    let wrong = Cluster::builder().name("web").no_node_groups().addon(addon).build()?;
    censor.error(&stage.apply(&wrong).expect_err("no such values"));
    censor.debug("a cluster", &info);
    censor.json("a cluster", &info);
    Ok(())
}
