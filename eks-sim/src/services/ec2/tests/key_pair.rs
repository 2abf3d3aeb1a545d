use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{Account, error};

#[test]
fn pairs_are_made_imported_found_and_deleted() {
    let mut account = Account::new();
    let made = account.ok("CreateKeyPair", &[("KeyName", "me"), ("KeyType", "ed25519")]);
    assert!(made.at("keyMaterial").starts_with("-----BEGIN PRIVATE KEY-----"), "{}", made.at("keyMaterial"));
    assert!(made.at("keyPairId").starts_with("key-"));
    assert_eq!(account.code("CreateKeyPair", &[("KeyName", "me")]), "InvalidKeyPair.Duplicate");

    let line = format!("ssh-rsa {} me@here", BASE64_STANDARD.encode("a key"));
    let import = |text: &str| BASE64_STANDARD.encode(text);
    account.ok("ImportKeyPair", &[("KeyName", "mine"), ("PublicKeyMaterial", &import(&line))]);
    for broken in ["ssh-rsa", "ssh-dss AAAA", "ssh-rsa ?"] {
        let request = [("KeyName", "other"), ("PublicKeyMaterial", &*import(broken))];
        assert_eq!(account.code("ImportKeyPair", &request), "InvalidKey.Format", "{broken}");
    }
    let asked = [("KeyName.1", "mine"), ("IncludePublicKey", "true")];
    assert_eq!(account.get("DescribeKeyPairs", &asked, "keySet/item/publicKey"), line);
    let all = account.ok("DescribeKeyPairs", &[]);
    let names: Vec<&str> = all.all("keySet/item/keyName").iter().map(|name| name.value()).collect();
    assert_eq!(names, ["me", "mine"]);
    assert_eq!(
        account.refused("DescribeKeyPairs", &[("KeyName.1", "hers")]),
        error("InvalidKeyPair.NotFound", "The key pair 'hers' does not exist")
    );

    for name in ["me", "mine", "hers"] {
        account.ok("DeleteKeyPair", &[("KeyName", name)]);
    }
    assert_eq!(account.left(), Vec::<&str>::new());
}

#[test]
fn an_instance_is_launched_with_a_pair_that_is_there() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let subnet = account.subnet(&vpc, "10.0.0.0/24");
    let launch = [
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("ImageId", "ami-0123456789abcdef0"),
        ("InstanceType", "m5.large"),
        ("SubnetId", &*subnet),
        ("KeyName", "me"),
    ];
    assert_eq!(account.code("RunInstances", &launch), "InvalidKeyPair.NotFound");
    account.ok("CreateKeyPair", &[("KeyName", "me")]);
    assert_eq!(account.get("RunInstances", &launch, "instancesSet/item/keyName"), "me");
}
