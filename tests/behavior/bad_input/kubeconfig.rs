//! A kubeconfig that cannot be written: the cluster is there all the same, and nothing in the file is lost.
//! What the file's code does in detail (a read-only directory, links, sixteen writers) has its tests in
//! `eks-core/src/kubernetes/kubeconfig/tests.rs`.

use std::fs;
use std::time::Duration;

use eks_core::kubernetes::{Kubeconfig, KubeconfigFile};
use eks_core::{Cluster, Error, ErrorKind};
use tests::{Stage, left, said, writes};

#[test]
fn a_file_that_cannot_be_written_costs_nothing() -> Result<(), Error> {
    let stage = Stage::default();
    let cluster = Cluster::builder().name("web").no_node_groups().build()?;
    let kubeconfig = stage.create(&cluster)?.kubeconfig()?;
    let before = writes(&stage.sim);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let at = |name: &str| directory.path().join(name);

    let broken = "clusters: [\n  - name: precious\n";
    fs::write(at("broken"), broken).expect("written");
    let other = "kind: Something\nclusters: precious\n";
    fs::write(at("other"), other).expect("written");
    fs::create_dir(at("directory")).expect("made");
    fs::write(at("locked.lock"), "").expect("written");

    // One that is locked is waited for by another clock than the wall's.
    let locked = KubeconfigFile::at(at("locked")).with_wait(|_| {}).with_patience(Duration::from_secs(3));
    let errors = [
        kubeconfig.merge_into(at("broken")),
        kubeconfig.merge_into(at("other")),
        kubeconfig.merge_into(at("directory")),
        locked.merge(&kubeconfig),
    ];
    let mut told = String::new();
    for error in errors {
        let error = error.expect_err("it cannot be written");
        assert_eq!(error.kind(), ErrorKind::File, "{error}");
        told.push_str(&format!("{}\n", said(&error)));
    }
    insta::assert_snapshot!(told.replace(&directory.path().display().to_string(), "…"));
    assert_eq!(fs::read_to_string(at("broken")).expect("there"), broken);
    assert_eq!(fs::read_to_string(at("other")).expect("there"), other);
    assert!(!at("locked").exists() && at("locked.lock").exists(), "a live lock is not broken");

    // The same value goes into another file, and out of it again when the cluster goes.
    kubeconfig.merge_into(at("config"))?;
    assert_eq!(writes(&stage.sim), before, "none of this is AWS's business");
    stage.delete("web")?;
    assert!(Kubeconfig::remove(at("config"), "web", "us-west-2")?);
    assert!(!fs::read_to_string(at("config")).expect("there").contains("web"));
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}
