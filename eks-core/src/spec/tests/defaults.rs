//! What unset fields come to.

use super::super::*;

#[test]
fn of_an_empty_spec() {
    let cluster = Cluster { name: Some("web".into()), ..Cluster::default() };
    insta::assert_snapshot!(cluster.defaulted().to_yaml().unwrap());
    cluster.defaulted().check().unwrap();
}

#[test]
fn filling_in_twice_changes_nothing() {
    let cluster = Cluster { name: Some("web".into()), ..Cluster::default() }.defaulted();
    assert_eq!(cluster.defaulted(), cluster);
}

#[test]
fn of_node_groups_beside_fargate() {
    let web = FargateProfile::builder().name("web").namespace("web").build().unwrap();
    let cluster = Cluster::builder().fargate_profile(web).build().unwrap();
    assert_eq!(cluster.defaulted().node_groups, Some(vec![]));
}

#[test]
fn of_auto_mode() {
    let read = |yaml| Cluster::from_yaml(yaml).unwrap().defaulted();
    let names = |cluster: &Cluster| {
        cluster.addons.iter().flatten().map(|addon| addon.name.clone()).collect::<Vec<_>>()
    };
    let inside = |cluster: &Cluster| cluster.network.as_new().unwrap().control_plane_subnets.clone();

    let alone = read("autoMode: {}");
    assert_eq!(alone.auto_mode.as_ref().unwrap().node_pools, Some(NodePool::ALL.to_vec()));
    assert_eq!((alone.node_groups.as_deref(), names(&alone)), (Some(&[][..]), vec![]));
    assert_eq!(inside(&alone), Some(ControlPlaneSubnets::Private));
    assert_eq!(alone.defaulted(), alone);

    let mixed = read("{autoMode: {}, nodeGroups: [{name: web}]}");
    assert_eq!(names(&mixed), DEFAULT_ADDONS);
    let off = read("autoMode: {enabled: false}");
    assert_eq!((off.node_groups.unwrap().len(), off.addons.unwrap().len()), (1, 3));
    let public = read("{autoMode: {}, network: {controlPlaneSubnets: public}}");
    assert_eq!(inside(&public), Some(ControlPlaneSubnets::Public));
}

#[test]
fn of_scaling() {
    let filled = |min, max, desired| {
        let group = NodeGroup { scaling: Some(Scaling { min, max, desired }), ..NodeGroup::default() };
        let cluster = Cluster { node_groups: Some(vec![group]), ..Cluster::default() };
        let scaling = cluster.defaulted().node_groups.unwrap().remove(0).scaling.unwrap();
        (scaling.min.unwrap(), scaling.max.unwrap(), scaling.desired.unwrap())
    };
    assert_eq!(filled(None, None, None), (2, 2, 2));
    assert_eq!(filled(Some(3), None, None), (3, 3, 3));
    assert_eq!(filled(None, None, Some(4)), (4, 4, 4));
    assert_eq!(filled(None, Some(5), None), (2, 5, 2));
    assert_eq!(filled(None, Some(1), None), (1, 1, 1));
    assert_eq!(filled(Some(1), Some(4), None), (1, 4, 1));
    assert_eq!(filled(Some(0), None, None), (0, 1, 0));
    assert_eq!(filled(Some(1), None, Some(3)), (1, 3, 3));
}

#[test]
fn of_subnets() {
    let place = |network: Network| {
        let cluster = Cluster { network, ..Cluster::default() };
        cluster.defaulted().node_groups.unwrap().remove(0).subnets
    };
    let given = |private: &[&str], public: &[&str]| {
        let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        GivenNetwork {
            private_subnets: owned(private),
            public_subnets: owned(public),
            ..GivenNetwork::default()
        }
        .into()
    };
    assert_eq!(place(Network::default()), Some(NodeSubnets::Public));
    assert_eq!(place(given(&["subnet-1"], &["subnet-2"])), Some(NodeSubnets::Public));
    assert_eq!(place(given(&["subnet-1", "subnet-2"], &[])), Some(NodeSubnets::Private));
}

#[test]
fn of_disks_that_are_not_gp3() {
    let disk = Disk { volume_type: Some(VolumeType::Gp2), ..Disk::default() };
    let group = NodeGroup { disk: Some(disk.clone()), ..NodeGroup::default() };
    let cluster = Cluster { node_groups: Some(vec![group]), ..Cluster::default() }.defaulted();
    assert_eq!(cluster.node_groups.unwrap()[0].disk, Some(Disk { size_gib: Some(80), ..disk }));
}
