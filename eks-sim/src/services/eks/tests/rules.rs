//! Rules and their texts, as tables.

use serde_json::{Value, json};

use super::setting::{Setting, merged};
use crate::settings::{Settings, Trouble};

#[test]
fn what_create_cluster_refuses() {
    let mut setting = Setting::new();
    let one_zone = vec![setting.public[0].clone(), setting.private[0].clone()];
    let two = setting.private.clone();
    let cases: [(Value, &str); 11] = [
        (json!({"version": "1.30"}), "InvalidParameterException: unsupported Kubernetes version"),
        (json!({"version": "2.0"}), "InvalidParameterException: unsupported Kubernetes version"),
        (
            json!({"roleArn": "arn:aws:iam::123456789012:role/nobody"}),
            "InvalidParameterException: roleArn, arn:aws:iam::123456789012:role/nobody, does not exist",
        ),
        (json!({"roleArn": "nonsense"}), "InvalidParameterException: Invalid Role Arn: 'nonsense'"),
        (
            json!({"roleArn": "arn:aws:iam::123456789012:role/node"}),
            "InvalidParameterException: Role could not be assumed because the trusted entity is not correct",
        ),
        (
            json!({"resourcesVpcConfig": {"subnetIds": one_zone}}),
            "InvalidParameterException: Subnets specified must be in at least two different AZs",
        ),
        (
            json!({"resourcesVpcConfig": {
                "subnetIds": two, "endpointPublicAccess": false, "endpointPrivateAccess": false
            }}),
            "InvalidParameterException: Private and public endpoint access cannot be false",
        ),
        (
            json!({"name": "-c"}),
            "InvalidParameterException: 1 validation error detected: Value '-c' at 'name' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: ^[0-9A-Za-z][A-Za-z0-9\\-_]*",
        ),
        (
            json!({"clientRequestToken": "short"}),
            "InvalidParameterException: 1 validation error detected: Value 'short' at 'clientRequestToken' \
             failed to satisfy constraint: Member must have length greater than or equal to 33",
        ),
        (
            json!({"tags": {"aws:x": "y"}}),
            "InvalidParameterException: Tag key aws:x is invalid: the prefix aws: is reserved",
        ),
        (
            json!({"kubernetesNetworkConfig": {"serviceIpv4Cidr": "192.168.4.0/24"}}),
            "InvalidParameterException: serviceIpv4Cidr 192.168.4.0/24 overlaps with the CIDR of the VPC",
        ),
    ];
    for (more, text) in cases {
        let request = setting.cluster_request(more);
        assert_eq!(setting.refused("CreateCluster", request), text);
    }
    assert!(setting.left("AWS::EKS::Cluster").is_empty());
}

#[test]
fn what_auto_mode_asks_of_a_new_cluster() {
    let mut setting = Setting::new();
    let auto = |compute: Value| {
        json!({
            "computeConfig": merged(json!({"enabled": true}), compute),
            "storageConfig": {"blockStorage": {"enabled": true}},
            "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": true}},
            "bootstrapSelfManagedAddons": false,
            "accessConfig": {"authenticationMode": "API"},
        })
    };
    let role = "arn:aws:iam::123456789012:role/node";
    let whole = auto(json!({"nodePools": ["system"], "nodeRoleArn": role}));
    let cases = [
        (
            merged(whole.clone(), json!({"bootstrapSelfManagedAddons": true})),
            "When EKS Auto Mode is enabled, bootstrapSelfManagedAddons must be set to false",
        ),
        (
            auto(json!({"nodePools": ["system"]})),
            "When Compute Config nodeRoleArn is null or empty, nodePool list cannot be populated.",
        ),
        (
            auto(json!({"nodeRoleArn": role})),
            "When Compute Config nodeRoleArn is not null or empty, nodePool value(s) must be provided.",
        ),
        (
            auto(json!({"nodePools": ["system"], "nodeRoleArn": "arn:aws:iam::123456789012:role/nobody"})),
            "roleArn, arn:aws:iam::123456789012:role/nobody, does not exist",
        ),
        (
            merged(whole.clone(), json!({"accessConfig": {"authenticationMode": "CONFIG_MAP"}})),
            "EKS Auto Mode requires the cluster's authentication mode to be API or API_AND_CONFIG_MAP",
        ),
    ];
    for (more, text) in cases {
        let request = setting.cluster_request(more);
        let refusal = setting.refused("CreateCluster", request);
        assert_eq!(refusal, format!("InvalidParameterException: {text}"));
    }
    for (name, more) in [("c", whole), ("d", auto(json!({})))] {
        let request = setting.cluster_request(merged(more, json!({"name": name})));
        setting.ok("CreateCluster", request);
    }
    // Its nodes are let in as no others are.
    setting.pass(3600);
    let entry = setting.ok("DescribeAccessEntry", json!({"clusterName": "c", "principalArn": role}));
    assert_eq!(entry["accessEntry"]["type"], "EC2");
}

#[test]
fn a_config_map_alone_has_an_administrator() {
    let mut setting = Setting::new();
    let access =
        json!({"authenticationMode": "CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": false});
    let request = setting.cluster_request(json!({ "accessConfig": access }));
    assert_eq!(
        setting.refused("CreateCluster", request),
        "InvalidParameterException: bootstrapClusterCreatorAdminPermissions must be true if cluster \
         authentication mode is set to CONFIG_MAP"
    );
}

#[test]
fn names_tokens_and_quotas_of_clusters() {
    let mut settings = Settings::default();
    settings.quotas.clusters = 1;
    let mut setting = Setting::with(settings);
    let request = setting.cluster_request(json!({"clientRequestToken": "t".repeat(36)}));
    let first = setting.ok("CreateCluster", request.clone());
    assert_eq!(setting.ok("CreateCluster", request)["cluster"]["arn"], first["cluster"]["arn"]);
    let again = setting.cluster_request(json!({}));
    assert_eq!(
        setting.refused("CreateCluster", again),
        "ResourceInUseException: Cluster already exists with name: c"
    );
    let other = setting.cluster_request(json!({"name": "d"}));
    assert!(setting.refused("CreateCluster", other).starts_with("ResourceLimitExceededException: "));
}

#[test]
fn a_zone_without_capacity_names_the_others() {
    let trouble =
        Trouble { zones_without_control_plane: vec!["us-east-1b".to_owned()], ..Trouble::default() };
    let mut setting = Setting::with(Settings { trouble, ..Settings::default() });
    let request = setting.cluster_request(json!({}));
    let error = setting.eks("CreateCluster", request).unwrap_err();
    assert_eq!(error.code, "UnsupportedAvailabilityZoneException");
    assert!(error.message.starts_with(
        "Cannot create cluster 'c' because us-east-1b, the targeted availability zone, does not currently have \
         sufficient capacity to support the cluster. Retry and choose from these availability zones: us-east-1a"
    ));
    // us-east-1e is use1-az3 here.
    assert_eq!(error.members["validZones"], json!(["us-east-1a", "us-east-1c", "us-east-1d", "us-east-1f"]));
}

#[test]
fn a_new_role_takes_a_moment() {
    let mut setting = Setting::new();
    setting.role("fresh", "eks.amazonaws.com", "AmazonEKSClusterPolicy");
    let more = json!({"roleArn": "arn:aws:iam::123456789012:role/fresh"});
    let request = setting.cluster_request(more);
    assert_eq!(
        setting.refused("CreateCluster", request.clone()),
        "InvalidParameterException: Role with arn: arn:aws:iam::123456789012:role/fresh, could not be assumed \
         because it does not exist or the trusted entity is not correct"
    );
    setting.pass(60);
    setting.ok("CreateCluster", request);
}

#[test]
fn what_create_nodegroup_refuses() {
    let mut setting = Setting::new();
    setting.cluster(json!({"version": "1.34"}));
    let cases: [(Value, &str); 9] = [
        (
            json!({"nodegroupName": "n".repeat(64)}),
            "InvalidParameterException: nodeGroupName can't be longer than 63 characters!",
        ),
        (
            json!({"scalingConfig": {"minSize": 3, "maxSize": 3, "desiredSize": 2}}),
            "InvalidParameterException: minSize can't be greater than desiredSize",
        ),
        (
            json!({"scalingConfig": {"minSize": 1, "maxSize": 2, "desiredSize": 3}}),
            "InvalidParameterException: desiredSize can't be greater than maxSize",
        ),
        (
            json!({"instanceTypes": ["t4g.medium"]}),
            "InvalidParameterException: [t4g.medium] is not a valid instance type for requested amiType \
             AL2023_x86_64_STANDARD",
        ),
        (
            json!({"releaseVersion": "1.33.12-20261112"}),
            "InvalidRequestException: Requested release version 1.33.12-20261112 is not valid for kubernetes \
             version 1.34.",
        ),
        (
            json!({"releaseVersion": "9"}),
            "InvalidParameterException: Requested Nodegroup release version 9 is invalid. Allowed release \
             version is 1.34.8-20261112",
        ),
        (
            json!({"launchTemplate": {"version": "1"}}),
            "InvalidParameterException: Either provide launch template ID or launch template name in the \
             request.",
        ),
        (
            json!({"labels": {"-": "x"}}),
            "InvalidParameterException: Invalid value: \"-\": field must consist of alphanumeric characters, \
             '-', '_' or '.', and must start and end with an alphanumeric character",
        ),
        (
            json!({"nodeRole": "arn:aws:iam::123456789012:role/cluster"}),
            "InvalidParameterException: Following required service principals [ec2.amazonaws.com] were not \
             found in the trust relationships of nodeRole arn:aws:iam::123456789012:role/cluster",
        ),
    ];
    for (more, text) in cases {
        let request = setting.nodegroup_request(more);
        assert_eq!(setting.refused("CreateNodegroup", request), text);
    }
    let request = setting.nodegroup_request(json!({}));
    setting.ok("CreateNodegroup", request.clone());
    assert_eq!(
        setting.refused("CreateNodegroup", request),
        "ResourceInUseException: NodeGroup already exists with name n and cluster name c"
    );
}

#[test]
fn what_create_fargate_profile_refuses() {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    let public = setting.public.clone();
    let label =
        |count: u32| (0..count).map(|n| (format!("l{n}"), json!("v"))).collect::<serde_json::Map<_, _>>();
    let cases: [(Value, String); 4] = [
        (
            json!({"subnets": public}),
            format!("Subnet {} provided in Fargate Profile is not a private subnet", setting.public[0]),
        ),
        (json!({"selectors": []}), "Fargate Profile requires at least one selector.".to_owned()),
        (
            json!({"selectors": [{"namespace": "x", "labels": label(6)}]}),
            "Request contains Selector with more than 5 Label pairs".to_owned(),
        ),
        (
            json!({"podExecutionRoleArn": "arn:aws:iam::123456789012:role/node"}),
            "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com \
             Service Principal"
                .to_owned(),
        ),
    ];
    for (more, text) in cases {
        let request = setting.profile_request(more);
        assert_eq!(
            setting.refused("CreateFargateProfile", request),
            format!("InvalidParameterException: {text}")
        );
    }
}

#[test]
fn what_updates_of_clusters_refuse() {
    let mut setting = Setting::new();
    setting.cluster(json!({"version": "1.34", "deletionProtection": true}));
    let version = |version: &str| ("UpdateClusterVersion", json!({"version": version}));
    let config = |config: Value| ("UpdateClusterConfig", config);
    let cases = [
        (version("1.36"), "Unsupported Kubernetes minor version update from 1.34 to 1.36"),
        (version("1.33"), "Unsupported Kubernetes minor version update from 1.34 to 1.33"),
        (version("1.34"), "unsupported Kubernetes version update from the current version, 1.34, to 1.34"),
        (
            config(json!({"deletionProtection": false, "upgradePolicy": {"supportType": "STANDARD"}})),
            "Only one type of update can be allowed.",
        ),
        (
            config(json!({"resourcesVpcConfig": {"endpointPublicAccess": true}})),
            "Cluster is already at the desired configuration with endpointPrivateAccess: false , \
             endpointPublicAccess: true, and Public Endpoint Restrictions: [0.0.0.0/0]",
        ),
        (
            config(json!({"accessConfig": {"authenticationMode": "API"}})),
            "Unsupported authentication mode update from CONFIG_MAP to API",
        ),
    ];
    for ((operation, more), text) in cases {
        let request = merged(json!({"name": "c"}), more);
        assert_eq!(setting.refused(operation, request), format!("InvalidParameterException: {text}"));
    }
    let refused = setting.refused("DeleteCluster", json!({"name": "c"}));
    assert!(refused.starts_with("InvalidRequestException: "), "{refused}");
}

#[test]
fn add_on_versions_belong_to_a_kubernetes_version() {
    let mut setting = Setting::new();
    setting.cluster(json!({"version": "1.34"}));
    let addon =
        |version: &str| json!({"clusterName": "c", "addonName": "kube-proxy", "addonVersion": version});
    assert_eq!(
        setting.refused("CreateAddon", addon("v1.36.2-eksbuild.2")),
        "InvalidParameterException: Addon version specified is not supported"
    );
    setting.ok("CreateAddon", addon("v1.34.8-eksbuild.2"));
    let versions = setting.ok("DescribeAddonVersions", json!({"kubernetesVersion": "1.34"}));
    for offer in versions["addons"].as_array().unwrap() {
        let defaults = offer["addonVersions"].as_array().unwrap().iter();
        let defaults = defaults.filter(|version| version["compatibilities"][0]["defaultVersion"] == true);
        assert_eq!(defaults.count(), 1, "{offer}");
    }
}

#[test]
fn versions_follow_the_calendar() {
    let mut setting = Setting::new();
    let names = |body: Value| -> Vec<String> {
        let versions = body["clusterVersions"].as_array().unwrap().iter();
        versions.map(|version| version["clusterVersion"].as_str().unwrap().to_owned()).collect()
    };
    let all = setting.ok("DescribeClusterVersions", json!({}));
    assert_eq!(names(all), ["1.36", "1.35", "1.34", "1.33", "1.32", "1.31"]);
    let extended = setting.ok("DescribeClusterVersions", json!({"versionStatus": "EXTENDED_SUPPORT"}));
    assert_eq!(names(extended), ["1.33", "1.32", "1.31"]);
    let page = setting.ok("DescribeClusterVersions", json!({"maxResults": 4}));
    let rest = setting.ok("DescribeClusterVersions", json!({"nextToken": page["nextToken"]}));
    assert_eq!(names(rest), ["1.32", "1.31"]);
    setting.pass(5 * 24 * 3600);
    let later = setting.ok("DescribeClusterVersions", json!({}));
    assert_eq!(names(later), ["1.36", "1.35", "1.34", "1.33", "1.32"]);
}

#[test]
fn tags_have_errors_of_their_own() {
    let mut setting = Setting::new();
    setting.cluster(json!({"tags": {"a": "1"}}));
    let arn = "arn:aws:eks:us-east-1:123456789012:cluster/c";
    setting.ok("TagResource", json!({"resourceArn": arn, "tags": {"b": "2"}}));
    setting.ok("UntagResource", json!({"resourceArn": arn, "tagKeys": ["a"]}));
    assert_eq!(setting.ok("ListTagsForResource", json!({"resourceArn": arn}))["tags"], json!({"b": "2"}));
    let cases = [
        (json!({"resourceArn": "x", "tags": {"b": "2"}}), "BadRequestException"),
        (json!({"resourceArn": format!("{arn}x"), "tags": {"b": "2"}}), "NotFoundException"),
        (json!({"resourceArn": arn, "tags": {"aws:b": "2"}}), "BadRequestException"),
    ];
    for (input, code) in cases {
        assert_eq!(setting.eks("TagResource", input).unwrap_err().code, code);
    }
}

#[test]
fn every_operation_is_there() {
    let mut setting = Setting::new();
    for (_, _, operation) in crate::wire::EKS_ROUTES {
        let refused = setting.eks(operation, json!({})).err().map(|error| error.code);
        assert_ne!(refused.as_deref(), Some("UnknownOperationException"), "{operation}");
    }
}

#[test]
fn policies_of_an_entry() {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    let principal = "arn:aws:iam::123456789012:role/cluster";
    let entry = |more: Value| merged(json!({"clusterName": "c", "principalArn": principal}), more);
    let barred = setting.refused("CreateAccessEntry", entry(json!({})));
    assert!(barred.starts_with("InvalidRequestException: The cluster's authentication mode must be set"));
    let mode = json!({"name": "c", "accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"}});
    setting.ok("UpdateClusterConfig", mode);
    setting.pass(300);
    assert_eq!(
        setting.refused("CreateAccessEntry", entry(json!({"kubernetesGroups": ["system:masters"]}))),
        "InvalidParameterException: The kubernetes group name system:masters is invalid, it cannot start with \
         system:"
    );
    setting.ok("CreateAccessEntry", entry(json!({"kubernetesGroups": ["team"]})));
    let policy = |name: &str| format!("arn:aws:eks::aws:cluster-access-policy/{name}");
    for name in ["AmazonEKSViewPolicy", "AmazonEKSEditPolicy"] {
        let scope = json!({"type": "namespace", "namespaces": ["x"]});
        setting.ok("AssociateAccessPolicy", entry(json!({"policyArn": policy(name), "accessScope": scope})));
    }
    let first = setting.ok("ListAssociatedAccessPolicies", entry(json!({"maxResults": 1})));
    assert_eq!(first["associatedAccessPolicies"][0]["policyArn"], policy("AmazonEKSEditPolicy"));
    let token = first["nextToken"].clone();
    let second = setting.ok("ListAssociatedAccessPolicies", entry(json!({"nextToken": token})));
    assert_eq!(second["associatedAccessPolicies"][0]["policyArn"], policy("AmazonEKSViewPolicy"));
    assert!(second["nextToken"].is_null());
    setting.ok("DisassociateAccessPolicy", entry(json!({"policyArn": policy("AmazonEKSViewPolicy")})));
    setting.ok("UpdateAccessEntry", entry(json!({"username": "me"})));
    setting.ok("DeleteAccessEntry", entry(json!({})));
    let gone = setting.refused("DescribeAccessEntry", entry(json!({})));
    assert!(gone.starts_with("ResourceNotFoundException: The specified principalArn could not be found."));
    assert!(setting.ok("ListAccessPolicies", json!({}))["accessPolicies"].as_array().unwrap().len() > 10);
}

#[test]
fn the_model_of_nested_members_is_kept() {
    let mut setting = Setting::new();
    let scoring =
        json!({"nodeResourcesFit": {"scoringStrategy": {"resources": [{"name": "cpu", "weight": 0}]}}});
    let clusters = [
        (json!({"tags": {}}), "Value '{}' at 'tags' failed"),
        (json!({"outpostConfig": {"outpostArns": []}}), "at 'outpostConfig.controlPlaneInstanceType' failed"),
        (json!({"kubeSchedulerConfig": scoring}), "scoringStrategy.resources.1.member.weight' failed"),
        (
            json!({"kubernetesNetworkConfig": {"elasticLoadBalancing": {"gatewayApi": {"crds": {"managed": 1}}}}}),
            "The member 'kubernetesNetworkConfig.elasticLoadBalancing.gatewayApi.crds.managed' must be a boolean",
        ),
    ];
    for (more, text) in clusters {
        let request = setting.cluster_request(more);
        let refused = setting.refused("CreateCluster", request);
        assert!(refused.contains(text), "{refused}");
    }
    setting.cluster(json!({}));
    let repair = json!({"nodeRepairConfigOverrides": [{"repairAction": "Pray"}]});
    let groups = [
        (json!({"warmPoolConfig": {"poolState": "WARM"}}), "at 'warmPoolConfig.poolState' failed"),
        (json!({"nodeRepairConfig": repair}), "nodeRepairConfigOverrides.1.member.repairAction' failed"),
        (json!({"remoteAccess": {"ec2SshKey": 1}}), "'remoteAccess.ec2SshKey' must be a string"),
    ];
    for (more, text) in groups {
        let request = setting.nodegroup_request(more);
        let refused = setting.refused("CreateNodegroup", request);
        assert!(refused.contains(text), "{refused}");
    }
}

#[test]
fn outposts_are_not_ignored() {
    let mut setting = Setting::new();
    let outpost = json!({"outpostArns": ["arn:aws:outposts:::o"], "controlPlaneInstanceType": "m5.large"});
    let request = setting.cluster_request(json!({"outpostConfig": outpost}));
    assert_eq!(
        setting.refused("CreateCluster", request),
        "InvalidParameterException: eks-sim has no Outposts"
    );
}

#[test]
fn keys_to_remove_are_checked() {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    let arn = setting.ok("DescribeCluster", json!({"name": "c"}))["cluster"]["arn"].clone();
    for key in [String::new(), "k".repeat(129)] {
        let request = json!({"resourceArn": arn, "tagKeys": [key]});
        assert_eq!(setting.eks("UntagResource", request).unwrap_err().code, "BadRequestException");
    }
}
