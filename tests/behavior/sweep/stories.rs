//! Stories 2 to 5, and roles of service accounts, killed at every call of a create and of a delete (story 1 is in `by_name`), and the same call again.

use eks_core::Cluster;
use tests::Stage;

use super::Undisturbed;
use super::other_specs::{
    create_again, delete_again, fargate, given_network, group_per_application, identity, named_cluster,
};

fn sweep_create(prepare: fn() -> (Stage, Cluster)) {
    let undisturbed = Undisturbed::life(prepare);
    for call in undisturbed.create.clone() {
        for effect in undisturbed.deaths(call) {
            create_again(&undisturbed, prepare, call, effect);
        }
    }
}

fn sweep_delete(prepare: fn() -> (Stage, Cluster)) {
    let undisturbed = Undisturbed::life(prepare);
    for call in undisturbed.delete.clone() {
        for effect in undisturbed.deaths(call) {
            delete_again(prepare, call, effect);
        }
    }
}

#[test]
#[ignore = "takes minutes: a stage of its own in `tests/run`; a stride of it is in `other_specs`"]
fn creates_of_story_2() {
    sweep_create(named_cluster);
}

#[test]
#[ignore = "takes minutes: a stage of its own in `tests/run`; a stride of it is in `other_specs`"]
fn deletes_of_story_2() {
    sweep_delete(named_cluster);
}

#[test]
#[ignore = "takes minutes: a stage of its own in `tests/run`; a stride of it is in `other_specs`"]
fn creates_of_story_3() {
    sweep_create(given_network);
}

#[test]
#[ignore = "takes minutes: a stage of its own in `tests/run`; a stride of it is in `other_specs`"]
fn deletes_of_story_3() {
    sweep_delete(given_network);
}

#[test]
#[ignore = "takes minutes: a stage of its own in `tests/run`; a stride of it is in `other_specs`"]
fn creates_of_story_4() {
    sweep_create(fargate);
}

#[test]
#[ignore = "takes minutes: a stage of its own in `tests/run`; a stride of it is in `other_specs`"]
fn deletes_of_story_4() {
    sweep_delete(fargate);
}

#[test]
#[ignore = "takes minutes: a stage of its own in `tests/run`; a stride of it is in `other_specs`"]
fn creates_of_story_5() {
    sweep_create(group_per_application);
}

#[test]
#[ignore = "takes minutes: a stage of its own in `tests/run`; a stride of it is in `other_specs`"]
fn deletes_of_story_5() {
    sweep_delete(group_per_application);
}

#[test]
#[ignore = "takes minutes: a stage of its own in `tests/run`; a stride of it is in `other_specs`"]
fn creates_of_roles() {
    sweep_create(identity);
}

#[test]
#[ignore = "takes minutes: a stage of its own in `tests/run`; a stride of it is in `other_specs`"]
fn deletes_of_roles() {
    sweep_delete(identity);
}
