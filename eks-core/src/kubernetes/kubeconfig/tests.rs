use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::document::Document;
use super::exec::{Exec, Program};
use super::file::files;
use super::{Credential, ExecPlugin, Kubeconfig, KubeconfigFile};
use crate::ErrorKind;
use crate::kubernetes::{Token, presign};

fn kubeconfig(cluster_name: &str) -> Kubeconfig {
    with_program(cluster_name, Program::EksToken("eks-token".into()))
}

/// Built without a look at this machine's PATH.
fn with_program(cluster_name: &str, program: Program) -> Kubeconfig {
    let exec = Exec {
        program,
        cluster_name: cluster_name.into(),
        region: "us-west-2".into(),
        profile: Some("work".into()),
        role_arn: Some("arn:aws:iam::111122223333:role/admin".into()),
        env: BTreeMap::from([("AWS_ENDPOINT_URL".into(), "http://127.0.0.1:4566".into())]),
    };
    Kubeconfig { credential: Credential::Exec(exec), ..with_token(cluster_name) }
}

fn with_token(cluster_name: &str) -> Kubeconfig {
    Kubeconfig::builder()
        .cluster_name(cluster_name)
        .region("us-west-2")
        .endpoint("https://0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com")
        .certificate_authority("TUFSS0VSLUNFUlRJRklDQVRF")
        .user("ada")
        .exec_plugin(ExecPlugin::StaticToken)
        .token(token())
        .build()
        .unwrap()
}

fn token() -> Token {
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret", None, None, "test");
    presign(&credentials, "us-west-2", "web", UNIX_EPOCH + Duration::from_secs(1_795_342_830)).unwrap()
}

fn parse(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

fn read(path: &Path) -> Value {
    parse(&fs::read_to_string(path).unwrap())
}

fn directory() -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("config");
    (directory, path)
}

#[test]
fn eks_token_is_written_like_this() {
    insta::assert_snapshot!(kubeconfig("web").to_yaml().unwrap(), @r"
    apiVersion: v1
    clusters:
    - cluster:
        certificate-authority-data: TUFSS0VSLUNFUlRJRklDQVRF
        server: https://0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com
      name: web.us-west-2
    contexts:
    - context:
        cluster: web.us-west-2
        user: ada@web.us-west-2
      name: ada@web.us-west-2
    current-context: ada@web.us-west-2
    kind: Config
    preferences: {}
    users:
    - name: ada@web.us-west-2
      user:
        exec:
          apiVersion: client.authentication.k8s.io/v1beta1
          args:
          - --cluster-name
          - web
          - --region
          - us-west-2
          - --role-arn
          - arn:aws:iam::111122223333:role/admin
          command: eks-token
          env:
          - name: AWS_ENDPOINT_URL
            value: http://127.0.0.1:4566
          - name: AWS_PROFILE
            value: work
          installHint: Put eks-token, which is a part of eks-core, on PATH, or write this kubeconfig again for the aws CLI.
          interactiveMode: Never
          provideClusterInfo: false
    ");
}

#[test]
fn the_aws_cli_is_written_like_this() {
    let yaml = with_program("web", Program::AwsCli("aws".into())).to_yaml().unwrap();
    insta::assert_json_snapshot!(parse(&yaml)["users"][0], @r#"
    {
      "name": "ada@web.us-west-2",
      "user": {
        "exec": {
          "apiVersion": "client.authentication.k8s.io/v1beta1",
          "args": [
            "eks",
            "get-token",
            "--output",
            "json",
            "--cluster-name",
            "web",
            "--region",
            "us-west-2",
            "--role-arn",
            "arn:aws:iam::111122223333:role/admin"
          ],
          "command": "aws",
          "env": [
            {
              "name": "AWS_ENDPOINT_URL",
              "value": "http://127.0.0.1:4566"
            },
            {
              "name": "AWS_PROFILE",
              "value": "work"
            },
            {
              "name": "AWS_STS_REGIONAL_ENDPOINTS",
              "value": "regional"
            }
          ],
          "installHint": "The aws CLI is needed to reach this cluster: https://aws.amazon.com/cli/",
          "interactiveMode": "Never",
          "provideClusterInfo": false
        }
      }
    }
    "#);
}

#[test]
fn a_static_token_is_written_and_never_shown() {
    let kubeconfig = with_token("web");
    let document = parse(&kubeconfig.to_yaml().unwrap());
    assert_eq!(document["users"][0]["user"], json!({ "token": token().expose() }));
    let shown = format!("{kubeconfig:?}");
    assert!(!shown.contains("k8s-aws-v1"), "{shown}");
    assert!(!shown.contains("TUFSS0VS"), "{shown}");
}

#[test]
fn debug_shows_no_value_of_the_environment() {
    let shown = format!("{:?}", kubeconfig("web"));
    assert!(shown.contains("AWS_ENDPOINT_URL") && !shown.contains("4566"), "{shown}");
}

#[test]
fn bad_fields_are_named_all_at_once() {
    let error = Kubeconfig::builder()
        .cluster_name("")
        .region(" ")
        .endpoint("https://x")
        .certificate_authority("x")
        .user("ada")
        .exec_plugin(ExecPlugin::StaticToken)
        .build()
        .unwrap_err();
    let fields: Vec<&str> = error.violations().iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(error.kind(), ErrorKind::InvalidSpec);
    assert_eq!(fields, ["clusterName", "region", "execPlugin"]);
}

#[test]
fn callers_have_short_names() {
    for (arn, name) in [
        ("arn:aws:iam::111122223333:user/team/ada", "ada"),
        ("arn:aws:iam::111122223333:root", "iam-root-account"),
        ("arn:aws:sts::111122223333:assumed-role/Admin/ada@example.com", "Admin"),
        ("arn:aws-cn:sts::111122223333:federated-user/bob", "bob"),
        ("admin", "admin"),
    ] {
        assert_eq!(Kubeconfig::user_of(arn), name);
    }
}

#[test]
fn auto_takes_the_program_that_is_there() {
    let directory = TempDir::new().unwrap();
    let make = |name: &str, file: &str| {
        let made = directory.path().join(name);
        fs::create_dir_all(&made).unwrap();
        fs::write(made.join(if cfg!(windows) { format!("{file}.exe") } else { file.to_owned() }), "")
            .unwrap();
        made
    };
    let (tokens, clis) = (make("tokens", "eks-token"), make("clis", "aws"));
    let nothing = directory.path().join("nothing");
    let beside = tokens.join("my-program");
    let eks_token = |command: &str| Program::EksToken(command.to_owned());
    let aws = Program::AwsCli("aws".to_owned());
    let absolute = tokens.join(if cfg!(windows) { "eks-token.exe" } else { "eks-token" });
    for (plugin, current_exe, path, expected) in [
        (ExecPlugin::Auto, None, vec![&tokens, &clis], eks_token("eks-token")),
        (ExecPlugin::Auto, None, vec![&nothing, &clis], aws.clone()),
        (ExecPlugin::Auto, None, vec![&nothing], eks_token("eks-token")),
        (ExecPlugin::Auto, Some(&beside), vec![&clis], eks_token(absolute.to_str().unwrap())),
        (ExecPlugin::EksToken, None, vec![&clis], eks_token("eks-token")),
        (ExecPlugin::AwsCli, Some(&beside), vec![&tokens], aws),
    ] {
        let path = std::env::join_paths(path).unwrap();
        assert_eq!(plugin.find(current_exe.map(PathBuf::as_path), Some(&path)), expected, "{plugin:?}");
    }
}

const FOREIGN: &str = "\
apiVersion: v1
kind: Config
x-vendor: {keep: [1, two, 3.5, null]}
current-context: kind-local
preferences: {colors: true}
extensions: [{name: e, extension: {last-update: 2024-01-01, ratio: 0x1F}}]
clusters:
- name: kind-local
  cluster: {server: 'https://127.0.0.1:6443', insecure-skip-tls-verify: yes, proxy-url: null}
contexts:
- name: kind-local
  context: {cluster: kind-local, user: kind-local, namespace: dev}
users:
- name: kind-local
  user: {username: admin, password: '0123', token: 'yes'}
";

#[test]
fn merging_keeps_everything_foreign() {
    let mut document = Document::parse(FOREIGN).unwrap();
    document.merge(&kubeconfig("web")).unwrap();
    let (before, mut after) = (parse(FOREIGN), parse(&document.to_yaml().unwrap()));
    assert_eq!(after["current-context"], "ada@web.us-west-2");
    for list in ["clusters", "contexts", "users"] {
        assert_eq!(after[list].as_array().unwrap().len(), 2);
        assert_eq!(after[list][0], before[list][0]);
        after[list].as_array_mut().unwrap().pop();
    }
    after["current-context"] = json!("kind-local");
    assert_eq!(after, before);
}

#[test]
fn merging_twice_changes_nothing_and_removing_undoes_it() {
    let mut document = Document::parse(FOREIGN).unwrap();
    document.merge(&kubeconfig("web")).unwrap();
    let once = document.clone();
    document.merge(&kubeconfig("web")).unwrap();
    assert_eq!(document, once);
    assert!(document.remove("web", "us-west-2").unwrap());
    assert!(!document.remove("web", "us-west-2").unwrap());
    let mut before = parse(FOREIGN);
    before["current-context"] = json!("");
    assert_eq!(parse(&document.to_yaml().unwrap()), before);
}

#[test]
fn merging_replaces_credentials_and_keeps_what_the_user_added() {
    let mut document = Document::empty();
    document.merge(&kubeconfig("web")).unwrap();
    let mut edited = parse(&document.to_yaml().unwrap());
    edited["contexts"][0]["context"]["namespace"] = json!("dev");
    edited["clusters"][0]["cluster"]["proxy-url"] = json!("socks5://127.0.0.1:1080");
    edited["clusters"][0]["cluster"]["insecure-skip-tls-verify"] = json!(true);
    edited["users"][0]["user"]["as"] = json!("bob");
    let mut document = Document::parse(&edited.to_string()).unwrap();
    document.merge(&with_token("web")).unwrap();
    let after = parse(&document.to_yaml().unwrap());
    assert_eq!(after["contexts"][0]["context"]["namespace"], "dev");
    assert_eq!(after["clusters"][0]["cluster"]["proxy-url"], "socks5://127.0.0.1:1080");
    assert_eq!(after["clusters"][0]["cluster"].get("insecure-skip-tls-verify"), None);
    assert_eq!(after["users"][0]["user"], json!({ "as": "bob", "token": token().expose() }));
    assert_eq!(after["users"].as_array().unwrap().len(), 1);
}

#[test]
fn removal_takes_what_belongs_to_the_cluster() {
    let context = |name: &str, cluster: &str, user: &str| json!({ "name": name, "context": { "cluster": cluster, "user": user } });
    let base = json!({
        "current-context": "mine",
        "clusters": [{ "name": "web.us-west-2" }, { "name": "web.eu-west-1" }, { "name": "other" }],
        "contexts": [
            context("ada@web.us-west-2", "web.us-west-2", "ada@web.us-west-2"),
            context("mine", "web.us-west-2", "shared"),
            context("alone", "web.us-west-2", "orphan"),
            context("theirs", "other", "shared"),
            context("ada@web.eu-west-1", "web.eu-west-1", "ada@web.eu-west-1"),
        ],
        "users": [
            { "name": "ada@web.us-west-2" }, { "name": "bob@web.us-west-2" }, { "name": "shared" },
            { "name": "orphan" }, { "name": "ada@web.eu-west-1" },
        ],
    });
    for (current, expected) in [
        ("mine", ""),
        ("ada@web.us-west-2", ""),
        ("gone@web.us-west-2", ""),
        ("theirs", "theirs"),
        ("ada@web.eu-west-1", "ada@web.eu-west-1"),
        ("", ""),
    ] {
        let mut given = base.clone();
        given["current-context"] = json!(current);
        let mut document = Document::parse(&given.to_string()).unwrap();
        assert!(document.remove("web", "us-west-2").unwrap());
        let after = parse(&document.to_yaml().unwrap());
        let names = |list: &str| -> Vec<String> {
            after[list]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["name"].as_str().unwrap().into())
                .collect()
        };
        assert_eq!(after["current-context"], expected, "from {current:?}");
        assert_eq!(names("clusters"), ["web.eu-west-1", "other"]);
        assert_eq!(names("contexts"), ["theirs", "ada@web.eu-west-1"]);
        assert_eq!(names("users"), ["shared", "ada@web.eu-west-1"]);
    }
}

#[test]
fn old_entries_of_ours_are_migrated_and_foreign_ones_are_not() {
    let user = |name: &str, cluster: &str| {
        json!({ "name": name, "user": { "exec": {
            "apiVersion": "client.authentication.k8s.io/v1alpha1",
            "command": "aws",
            "args": ["eks", "get-token", "--cluster-name", cluster, "--region", "us-west-2"],
        } } })
    };
    let given = json!({ "users": [user("ada@old.us-west-2", "old"), user("theirs", "old")] });
    let mut document = Document::parse(&given.to_string()).unwrap();
    document.merge(&kubeconfig("web")).unwrap();
    let after = parse(&document.to_yaml().unwrap());
    assert_eq!(after["users"][0]["user"]["exec"]["apiVersion"], "client.authentication.k8s.io/v1beta1");
    assert_eq!(after["users"][0]["user"]["exec"]["interactiveMode"], "Never");
    assert_eq!(after["users"][1], given["users"][1]);
}

#[test]
fn files_are_found_as_kubectl_finds_them() {
    let join = |paths: &[&str]| std::env::join_paths(paths).unwrap();
    let home = Path::new("/home/ada");
    let paths = |found: &[&str]| found.iter().map(PathBuf::from).collect::<Vec<_>>();
    assert_eq!(files(None, Some(home)).unwrap(), [home.join(".kube").join("config")]);
    assert_eq!(files(Some(&join(&[""])), Some(home)).unwrap(), [home.join(".kube").join("config")]);
    assert_eq!(files(Some(&join(&["/a", "", "/b"])), None).unwrap(), paths(&["/a", "/b"]));
    let error = files(None, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
    assert!(error.hint().unwrap().contains("KUBECONFIG"));
}

#[test]
fn a_missing_file_and_directory_are_made_private() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("new").join("config");
    kubeconfig("web").merge_into(&path).unwrap();
    assert_eq!(read(&path)["clusters"][0]["name"], "web.us-west-2");
    let left: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "neither lock nor temporary file may stay: {left:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(Kubeconfig::remove(&path, "web", "us-west-2").unwrap());
    assert!(!Kubeconfig::remove(&path, "web", "us-west-2").unwrap());
    assert!(!Kubeconfig::remove(directory.path().join("none"), "web", "us-west-2").unwrap());
}

#[cfg(unix)]
#[test]
fn symbolic_links_stay_links() {
    let (directory, link) = directory();
    fs::create_dir(directory.path().join("real")).unwrap();
    std::os::unix::fs::symlink("real/config", &link).unwrap();
    kubeconfig("web").merge_into(&link).unwrap();
    kubeconfig("other").merge_into(&link).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(read(&directory.path().join("real/config"))["clusters"].as_array().unwrap().len(), 2);
}

#[test]
fn a_broken_file_stays_as_it_is() {
    for text in
        ["clusters: [unclosed", "- a\n- list\n", "clusters: {not: a list}\ntoken: SECRET\n", "a: 1\na: 2\n"]
    {
        let (_directory, path) = directory();
        fs::write(&path, text).unwrap();
        for result in
            [kubeconfig("web").merge_into(&path), Kubeconfig::remove(&path, "web", "us-west-2").map(drop)]
        {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::File, "{text:?}");
            assert_eq!(error.resource(), Some(path.to_str().unwrap()));
            assert!(error.hint().is_some());
            assert!(!format!("{error:?}").contains("SECRET"));
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert!(!path.with_extension("lock").exists());
    }
}

#[test]
fn secrets_beside_a_mistake_are_not_quoted() {
    let error = Document::parse("users:\n- name: SECRET\n  token: \"SECRET\n: SECRET\n").unwrap_err();
    assert!(!error.chain().contains("SECRET") && !format!("{error:?}").contains("SECRET"), "{error:?}");
    assert!(error.message().contains("line"), "{error}");
}

// Not a directory without write permission: root, as which CI often runs, writes there all the same.
#[test]
fn an_unwritable_place_is_a_file_error() {
    let (directory, path) = directory();
    fs::create_dir(&path).unwrap();
    let below_a_file = directory.path().join("file");
    fs::write(&below_a_file, "").unwrap();
    for path in [path, below_a_file.join("config")] {
        let error = kubeconfig("web").merge_into(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File, "{error:?}");
        assert!(error.hint().is_some() && error.resource().is_some());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_directory_is_a_file_error() {
    let error = kubeconfig("web").merge_into("/proc/self/config").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File, "{error:?}");
    assert!(error.hint().unwrap().contains("KUBECONFIG"), "{error}");
}

#[test]
fn a_live_lock_is_waited_for_and_never_broken() {
    let (directory, path) = directory();
    let lock = directory.path().join("config.lock");
    File::create(&lock).unwrap();
    let file = KubeconfigFile::at(&path).with_wait(|_| {}).with_patience(Duration::from_secs(1));
    let error = file.merge(&kubeconfig("web")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
    assert!(error.is_retryable());
    assert_eq!(error.resource(), Some(lock.to_str().unwrap()));
    assert!(error.hint().unwrap().contains(&format!("delete {}", lock.display())), "{error}");
    assert!(lock.exists() && !path.exists());

    let freed = lock.clone();
    let file = file.with_wait(move |_| fs::remove_file(&freed).unwrap());
    file.merge(&kubeconfig("web")).unwrap();
    assert!(path.exists() && !lock.exists());
}

#[test]
fn an_abandoned_lock_is_broken() {
    let (directory, path) = directory();
    let lock = directory.path().join("config.lock");
    let file = KubeconfigFile::at(&path).with_wait(|_| {}).with_patience(Duration::ZERO);
    let stamp = |file: &File, back: Duration| file.set_modified(file_time(&directory) - back).unwrap();

    // kubectl's: empty, so only its age tells.
    stamp(&File::create(&lock).unwrap(), Duration::from_secs(50));
    assert_eq!(file.merge(&kubeconfig("web")).unwrap_err().kind(), ErrorKind::File);
    stamp(&File::create(&lock).unwrap(), Duration::from_secs(70));
    file.merge(&kubeconfig("web")).unwrap();

    // Ours, of a process that died: free at once. Of one that lives: never.
    fs::write(&lock, "eks-core\n").unwrap();
    file.merge(&kubeconfig("other")).unwrap();
    fs::write(&lock, "eks-core\n").unwrap();
    let held = File::options().write(true).open(&lock).unwrap();
    held.lock().unwrap();
    stamp(&held, Duration::from_secs(3600));
    assert_eq!(file.merge(&kubeconfig("third")).unwrap_err().kind(), ErrorKind::File);
    assert!(lock.exists());
}

fn file_time(directory: &TempDir) -> SystemTime {
    tempfile::tempfile_in(directory.path()).unwrap().metadata().unwrap().modified().unwrap()
}

#[test]
fn sixteen_writers_never_tear_the_file() {
    let (directory, path) = directory();
    fs::write(&path, FOREIGN).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while !done.load(Ordering::SeqCst) {
                let document = read(&path);
                assert_eq!(document["users"][0]["user"]["password"], "0123");
                let lengths =
                    ["clusters", "contexts", "users"].map(|list| document[list].as_array().unwrap().len());
                assert!(lengths.iter().all(|length| *length == lengths[0]), "{lengths:?}");
                reads += 1;
                std::thread::yield_now();
            }
            reads
        });
        let writers: Vec<_> = (0..16)
            .map(|writer| {
                let file = KubeconfigFile::at(&path)
                    .with_wait(|_| std::thread::yield_now())
                    .with_patience(Duration::from_secs(86_400));
                scope.spawn(move || {
                    let name = format!("web-{writer}");
                    for _ in 0..2 {
                        file.merge(&kubeconfig(&name)).unwrap();
                        assert!(file.remove(&name, "us-west-2").unwrap());
                    }
                    file.merge(&kubeconfig(&name)).unwrap();
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::SeqCst);
        assert!(reader.join().unwrap() > 0);
    });
    assert_eq!(read(&path)["clusters"].as_array().unwrap().len(), 17);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}
