use std::collections::HashSet;

use super::*;
use crate::aws::canned::{self, json, refused_in_xml};
use crate::observe::{ClusterStatus, NodeGroupStatus, StackResource, StackStatus};

fn eyes(wire: Wire) -> Eyes {
    Eyes::new(wire, "web", None)
}

async fn after(eyes: &Eyes, question: Look, mut observed: Observed) -> Observed {
    look(eyes, &question, &observed).await.unwrap().apply(&mut observed);
    observed
}

const NO_CLUSTER: &str =
    r#"{"__type":"ResourceNotFoundException","message":"No cluster found for name: web."}"#;

#[tokio::test]
async fn a_cluster_that_is_not_there_is_absent_and_so_is_what_it_would_hold() {
    let (wire, _) = canned::wire(|_| json(404, NO_CLUSTER));
    let eyes = eyes(wire);
    let mut observed = Observed::default();
    for question in [
        Look::Cluster,
        Look::NodeGroups,
        Look::FargateProfiles,
        Look::Addons,
        Look::AccessEntries { policies_of: vec![], described: vec![] },
    ] {
        observed = after(&eyes, question, observed).await;
    }
    assert!(observed.cluster.is_absent());
    assert_eq!(observed.node_groups.map(|groups| groups.len()), Some(0));
    assert_eq!(observed.fargate_profiles.map(|profiles| profiles.len()), Some(0));
    assert_eq!(observed.addons.map(|addons| addons.len()), Some(0));
    assert_eq!(observed.access_entries.map(|entries| entries.len()), Some(0));
}

#[tokio::test]
async fn a_cluster_is_seen() {
    let (wire, _) = canned::wire(|_| {
        json(
            200,
            r#"{"cluster":{"name":"web","arn":"arn:aws:eks:us-west-2:111122223333:cluster/web",
                "createdAt":1700000000.5,"status":"ACTIVE","version":"1.34","endpoint":"https://x.eks",
                "certificateAuthority":{"data":"Q0E="},"roleArn":"arn:aws:iam::111122223333:role/r",
                "resourcesVpcConfig":{"subnetIds":["subnet-1"],"clusterSecurityGroupId":"sg-1","vpcId":"vpc-1",
                    "endpointPublicAccess":true},
                "identity":{"oidc":{"issuer":"https://oidc"}},
                "accessConfig":{"authenticationMode":"API_AND_CONFIG_MAP"},
                "deletionProtection":true,"tags":{"a":"b"},
                "health":{"issues":[{"code":"Ec2SubnetNotFound","message":"gone","resourceIds":["DUMMY_1"]}]}}}"#,
        )
    });
    let observed = after(&eyes(wire), Look::Cluster, Observed::default()).await;
    let cluster = observed.cluster.present().unwrap();
    assert_eq!((cluster.status, cluster.created_at), (ClusterStatus::Active, 1_700_000_000_500));
    assert_eq!(cluster.security_group.as_deref(), Some("sg-1"));
    assert_eq!(cluster.issuer.as_deref(), Some("https://oidc"));
    assert!(cluster.is_public() && cluster.deletion_protection);
    assert_eq!(cluster.issues[0].resources, Vec::<String>::new());
}

#[tokio::test]
async fn a_status_that_nobody_knows_is_a_refusal() {
    let (wire, _) = canned::wire(|_| json(200, r#"{"cluster":{"name":"web","status":"DREAMING"}}"#));
    let refusal = look(&eyes(wire), &Look::Cluster, &Observed::default()).await.unwrap_err();
    assert_eq!(refusal.class, Class::Unknown);
    assert!(refusal.error.message().contains("DREAMING"), "{}", refusal.error);
}

#[tokio::test]
async fn node_groups_are_known_by_their_names_in_aws() {
    let (wire, _) = canned::wire(|request| {
        let group = |name: &str, tag: &str| {
            let tags = if tag.is_empty() {
                "{}".to_owned()
            } else {
                format!(r#"{{"eks-lifecycle/node-group":"{tag}"}}"#)
            };
            json(
                200,
                &format!(
                    r#"{{"nodegroup":{{"nodegroupName":"{name}","status":"CREATE_FAILED","tags":{tags},
                        "scalingConfig":{{"minSize":1,"maxSize":4,"desiredSize":2}}}}}}"#
                ),
            )
        };
        match request {
            "GET /clusters/web/node-groups" => json(200, r#"{"nodegroups":["b-2","foreign","b-1","gone"]}"#),
            "GET /clusters/web/node-groups/b-1" => group("b-1", "b"),
            "GET /clusters/web/node-groups/b-2" => group("b-2", "b"),
            "GET /clusters/web/node-groups/foreign" => group("foreign", ""),
            // Deleted between list and describe.
            _ => json(
                404,
                r#"{"__type":"ResourceNotFoundException","message":"No node group found for name: gone."}"#,
            ),
        }
    });
    let observed = after(&eyes(wire), Look::NodeGroups, Observed::default()).await;
    let groups = observed.node_groups.unwrap();
    let names: Vec<_> = groups.iter().map(|(key, group)| (key.as_str(), group.name.as_str())).collect();
    assert_eq!(names, [("b-1", "b-1"), ("b-2", "b-2"), ("foreign", "foreign")]);
    assert_eq!(groups["b-1"].status, NodeGroupStatus::CreateFailed);
    assert_eq!(groups["b-1"].scaling, (1, 4, 2));
}

fn stack_xml(status: &str) -> String {
    format!(
        "<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>eks-web</StackName>\
         <StackId>arn:aws:cloudformation:us-west-2:111122223333:stack/eks-web/1</StackId>\
         <CreationTime>2026-11-22T11:00:00Z</CreationTime><StackStatus>{status}</StackStatus>\
         <Tags><member><Key>eks-lifecycle/cluster</Key><Value>web</Value></member>\
         <member><Key>eks-lifecycle/node-group</Key><Value>blue</Value></member></Tags>\
         <Outputs><member><OutputKey>Vpc</OutputKey><OutputValue>vpc-1</OutputValue></member></Outputs>\
         </member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
    )
}

const RESOURCES: &str = "<DescribeStackResourcesResponse><DescribeStackResourcesResult><StackResources>\
    <member><LogicalResourceId>Vpc</LogicalResourceId><PhysicalResourceId>vpc-1</PhysicalResourceId>\
    <ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>\
    <member><LogicalResourceId>Nat</LogicalResourceId><PhysicalResourceId></PhysicalResourceId>\
    <ResourceStatus>CREATE_IN_PROGRESS</ResourceStatus></member>\
    </StackResources></DescribeStackResourcesResult></DescribeStackResourcesResponse>";

const TEMPLATE: &str = "<GetTemplateResponse><GetTemplateResult><TemplateBody>\
    {&quot;Metadata&quot;:{&quot;EksLifecycle&quot;:{&quot;spec&quot;:{&quot;name&quot;:&quot;web&quot;}}}}\
    </TemplateBody></GetTemplateResult></GetTemplateResponse>";

const STACKS: &str = "<ListStacksResponse><ListStacksResult><StackSummaries>\
    <member><StackName>eks-web-ng</StackName><StackId>arn:1</StackId><StackStatus>CREATE_COMPLETE</StackStatus></member>\
    <member><StackName>other</StackName><StackId>arn:2</StackId><StackStatus>CREATE_COMPLETE</StackStatus></member>\
    </StackSummaries></ListStacksResult></ListStacksResponse>";

fn stacks(status: &'static str) -> (Wire, std::sync::Arc<std::sync::Mutex<Vec<String>>>) {
    canned::wire(move |request| match request {
        "DescribeStacks" => Ok((200, stack_xml(status))),
        "DescribeStackResources" => Ok((200, RESOURCES.to_owned())),
        "GetTemplate" => Ok((200, TEMPLATE.to_owned())),
        "ListStacks" => Ok((200, STACKS.to_owned())),
        other => panic!("{other}"),
    })
}

fn foundation(spec: bool) -> Look {
    Look::Foundation { name: "eks-web".to_owned(), spec }
}

#[tokio::test]
async fn a_stack_is_seen_with_its_resources_and_its_spec() {
    let (wire, _) = stacks("CREATE_IN_PROGRESS");
    let observed = after(&eyes(wire), foundation(true), Observed::default()).await;
    let stack = observed.foundation.present().unwrap();
    assert_eq!((stack.status, stack.status_name.as_str()), (StackStatus::Creating, "CREATE_IN_PROGRESS"));
    assert_eq!(stack.ready("Vpc"), Some("vpc-1"));
    let nat = StackResource { physical_id: None, status: "CREATE_IN_PROGRESS".to_owned(), reason: None };
    assert_eq!(stack.resources["Nat"], nat);
    assert_eq!(stack.outputs["Vpc"], "vpc-1");
    assert_eq!(stack.spec.as_deref(), Some(r#"{"name":"web"}"#));
    assert_eq!(stack.created_at, 1_795_345_200_000);
}

fn complete_stacks() -> (Wire, std::sync::Arc<std::sync::Mutex<Vec<String>>>) {
    canned::wire(|request| match request {
        "DescribeStacks" => Ok((200, stack_xml("CREATE_COMPLETE"))),
        "DescribeStackResources" => Ok((200, RESOURCES.replace("IN_PROGRESS", "COMPLETE"))),
        "GetTemplate" => Ok((200, TEMPLATE.to_owned())),
        other => panic!("{other}"),
    })
}

#[tokio::test]
async fn a_stack_at_rest_is_asked_for_its_resources_and_its_spec_once() {
    let (wire, requests) = complete_stacks();
    let eyes = eyes(wire);
    let first = after(&eyes, foundation(true), Observed::default()).await;
    requests.lock().unwrap().clear();
    let second = after(&eyes, foundation(true), first.clone()).await;
    assert_eq!(*requests.lock().unwrap(), ["DescribeStacks"]);
    assert_eq!(first, second);
}

/// Stack and resources are two answers: the stack may have become complete between them.
#[tokio::test]
async fn a_complete_stack_whose_resources_were_not_is_asked_for_them_again() {
    let (wire, _) = stacks("CREATE_COMPLETE");
    let early = after(&eyes(wire), foundation(false), Observed::default()).await;
    let (wire, requests) = complete_stacks();
    let later = after(&eyes(wire), foundation(false), early).await;
    assert_eq!(*requests.lock().unwrap(), ["DescribeStacks", "DescribeStackResources"]);
    assert!(later.foundation.present().unwrap().resources["Nat"].is_complete());
}

#[tokio::test]
async fn a_stack_that_moved_is_asked_again() {
    let (wire, _) = stacks("CREATE_COMPLETE");
    let first = after(&eyes(wire), foundation(false), Observed::default()).await;
    let (wire, requests) = stacks("UPDATE_COMPLETE");
    after(&eyes(wire), foundation(false), first).await;
    assert_eq!(*requests.lock().unwrap(), ["DescribeStacks", "DescribeStackResources"]);
}

#[tokio::test]
async fn of_a_stack_under_way_one_call_tells_enough() {
    let (wire, requests) = stacks("CREATE_IN_PROGRESS");
    let eyes = eyes(wire);
    let first = after(&eyes, foundation(false), Observed::default()).await;
    requests.lock().unwrap().clear();
    let second = after(&eyes, foundation(false), first.clone()).await;
    assert_eq!(*requests.lock().unwrap(), ["DescribeStackResources"]);
    assert_eq!(first, second);
    let (wire, requests) = stacks("DELETE_IN_PROGRESS");
    let mut complete = first;
    let Seen::Present(stack) = &mut complete.foundation else { panic!("{complete:?}") };
    stack.status = StackStatus::Complete;
    let going = after(&Eyes::new(wire, "web", None), foundation(false), complete).await;
    assert_eq!(*requests.lock().unwrap(), ["DescribeStacks"]);
    assert_eq!(going.foundation.present().unwrap().status, StackStatus::Deleting);
}

#[tokio::test]
async fn a_stack_that_is_not_there_or_is_deleted_is_absent() {
    let gone = || refused_in_xml("ValidationError", "Stack with id eks-web does not exist");
    let (wire, _) = canned::wire(move |_| gone());
    assert!(after(&eyes(wire), foundation(true), Observed::default()).await.foundation.is_absent());
    let (wire, _) = stacks("DELETE_COMPLETE");
    assert!(after(&eyes(wire), foundation(true), Observed::default()).await.foundation.is_absent());
}

#[tokio::test]
async fn stacks_of_node_groups_are_found_by_prefix_and_owned_by_tag() {
    let (wire, requests) = stacks("CREATE_COMPLETE");
    let mut before = Observed::default();
    before.node_group_stacks.insert("red".to_owned(), Seen::Unknown);
    let prefix = "eks-web-".to_owned();
    let observed = after(&eyes(wire.clone()), Look::NodeGroupStacks { prefix: prefix.clone() }, before).await;
    assert!(observed.node_group_stacks["blue"].present().is_some());
    assert!(observed.node_group_stacks["red"].is_absent());
    assert_eq!(*requests.lock().unwrap(), ["ListStacks", "DescribeStacks", "DescribeStackResources"]);
    let other = Eyes::new(wire, "somebody-elses", None);
    let observed = after(&other, Look::NodeGroupStacks { prefix }, Observed::default()).await;
    assert!(observed.node_group_stacks.is_empty());
}

#[test]
fn a_template_that_is_not_ours_has_no_spec() {
    assert_eq!(stack::intent_in("Resources:\n  A: {}"), None);
    assert_eq!(stack::intent_in("{}"), None);
    let text = r#"{"Metadata":{"EksLifecycle":{"spec":"as text"}}}"#;
    assert_eq!(stack::intent_in(text).map(|intent| intent.spec).as_deref(), Some("as text"));
}

#[test]
fn one_member_changes_only_what_was_listed() {
    let profile = |state| Sighting::FargateProfile { name: "web".to_owned(), state };
    let state = FargateProfileState {
        name: "web".to_owned(),
        arn: String::new(),
        status: crate::observe::FargateProfileStatus::Active,
        selectors: Vec::new(),
        subnets: Vec::new(),
        role_arn: None,
        tags: BTreeMap::new(),
        issues: Vec::new(),
    };
    let mut observed = Observed::default();
    profile(Seen::Present(state.clone())).apply(&mut observed);
    assert_eq!(observed.fargate_profiles, None);
    Sighting::FargateProfiles(BTreeMap::new()).apply(&mut observed);
    profile(Seen::Present(state)).apply(&mut observed);
    assert_eq!(observed.fargate_profiles.as_ref().map(BTreeMap::len), Some(1));
    profile(Seen::Absent).apply(&mut observed);
    assert_eq!(observed.fargate_profiles.as_ref().map(BTreeMap::len), Some(0));
}

#[tokio::test]
async fn without_a_way_inside_the_api_server_stays_unknown() {
    let (wire, requests) = canned::wire(|request| panic!("{request}"));
    let observed = after(&eyes(wire), Look::ApiServer, Observed::default()).await;
    assert!(observed.api_server.is_unknown());
    assert!(requests.lock().unwrap().is_empty());
}

#[cfg(not(feature = "ec2"))]
#[tokio::test]
async fn without_ec2_the_network_is_not_looked_at() {
    let (wire, _) = canned::wire(|request| panic!("{request}"));
    let eyes = eyes(wire);
    let leftovers = Look::Leftovers { vpc: "vpc-1".to_owned(), cluster: "web".to_owned(), ours: true };
    let mut observed = Observed::default();
    for question in [Look::Zones { instance_types: Vec::new() }, Look::Subnets { ids: Vec::new() }, leftovers]
    {
        observed = after(&eyes, question, observed).await;
    }
    assert_eq!(observed, Observed::default());
}

#[cfg(feature = "ec2")]
#[tokio::test]
async fn zones_without_eks_are_dropped_and_offerings_are_joined() {
    let (wire, _) = canned::wire(|request| {
        let zone = |name: &str, id: &str, kind: &str| {
            format!(
                "<item><zoneName>{name}</zoneName><zoneId>{id}</zoneId><zoneType>{kind}</zoneType>\
                 <zoneState>available</zoneState></item>"
            )
        };
        Ok((
            200,
            match request {
                "DescribeAvailabilityZones" => format!(
                    "<DescribeAvailabilityZonesResponse><availabilityZoneInfo>{}{}{}\
                     </availabilityZoneInfo></DescribeAvailabilityZonesResponse>",
                    zone("us-east-1a", "use1-az1", "availability-zone"),
                    zone("us-east-1e", "use1-az3", "availability-zone"),
                    zone("us-east-1-bos-1a", "use1-bos1-az1", "local-zone"),
                ),
                _ => "<DescribeInstanceTypeOfferingsResponse><instanceTypeOfferingSet><item>\
                      <instanceType>m5.large</instanceType><location>us-east-1a</location></item>\
                      </instanceTypeOfferingSet></DescribeInstanceTypeOfferingsResponse>"
                    .to_owned(),
            },
        ))
    });
    let question = Look::Zones { instance_types: vec!["m5.large".to_owned()] };
    let zones = after(&eyes(wire), question, Observed::default()).await.zones.unwrap();
    let ids: Vec<_> = zones.iter().map(|zone| zone.id.as_str()).collect();
    assert_eq!(ids, ["use1-az1"]);
    assert!(zones[0].instance_types.contains("m5.large"));
}

#[test]
fn every_status_of_a_stack_is_known_and_none_of_ours_is_out_of_reach() {
    let names = aws_sdk_cloudformation::types::StackStatus::values();
    let unknown: Vec<_> = names.iter().filter(|name| StackStatus::from_name(name).is_none()).collect();
    assert_eq!(unknown, [&"DELETE_COMPLETE"]);
    let reached: HashSet<_> = names.iter().filter_map(|name| StackStatus::from_name(name)).collect();
    assert_eq!(reached, HashSet::from(StackStatus::ALL));
}
