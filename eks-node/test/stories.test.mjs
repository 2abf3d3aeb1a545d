// The stories of the README. Their names are those of the Rust suite.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Stage, watch } from '../testing.mjs'

const addons = (info) => info.addons.map(({ name, status }) => [name, status])
const groupFor = (application) => ({
  name: application,
  labels: { app: application },
  taints: [{ key: 'app', value: application, effect: 'NoSchedule' }],
  scaling: { min: 1, max: 4, desired: 1 },
})

test('story_1_defaults', async () => {
  const stage = new Stage()
  const { events, result: info } = await watch(stage.eks.create({}))
  assert.equal(info.status, 'active')
  assert.equal(info.region, 'us-west-2')
  assert.deepEqual(info.nodeGroups.map(({ min, max, desired, instanceTypes }) => [min, max, desired, instanceTypes]), [
    [2, 2, 2, ['m5.large']],
  ])
  assert.deepEqual(info.nodes.map((node) => node.ready), [true, true])
  assert.deepEqual(addons(info), [['coredns', 'active'], ['kube-proxy', 'active'], ['vpc-cni', 'active']])
  assert.equal(info.subnets.length, 6)
  assert.equal(events[0].event, 'planned')
  assert.equal(events.at(-1).event, 'finished')
  // Virtual time is AWS's: a control plane takes minutes, the call does not (facts/aws.md).
  assert.ok(events.at(-1).elapsed > 600_000)

  const { events: ending, result: report } = await watch(stage.eks.delete(info.name))
  assert.ok(report.found)
  assert.deepEqual(report.unchecked, [])
  assert.deepEqual(report.deleted.map((what) => what.split(' ')[0]), ['node', 'cluster', 'stack', 'stack'])
  assert.equal(ending.at(-1).event, 'finished')
  assert.deepEqual(stage.left(), [])
  assert.ok(stage.sim.cost() > 0)
})

test('story_2_named_cluster', async () => {
  const stage = new Stage()
  const spec = {
    name: 'kubelabs-cluster',
    version: '1.35',
    nodeGroups: [{ name: 'kubelabs-group', instanceTypes: ['t2.micro'], scaling: { min: 2, max: 2, desired: 2 } }],
  }
  const plan = await stage.eks.plan(spec)
  assert.equal(plan.version, '1.35')
  assert.deepEqual(plan.notes, [
    "pods: kubelabs-group: 2 × t2.micro hold 8; 6 places are taken by the cluster's own, 2 are free",
  ])
  assert.match(`${plan}`, /^Create cluster kubelabs-cluster in us-west-2/)
  assert.deepEqual(stage.writes(), [], 'a plan changes nothing')

  const info = await stage.eks.create(spec)
  assert.deepEqual([info.name, info.version], ['kubelabs-cluster', '1.35'])
  assert.deepEqual(info.nodeGroups.map((group) => [group.name, group.physicalName]), [['kubelabs-group', 'kubelabs-group']])
  assert.deepEqual(info.nodes.map(({ ready, nodeGroup }) => [ready, nodeGroup]), [
    [true, 'kubelabs-group'],
    [true, 'kubelabs-group'],
  ])
  await stage.eks.delete('kubelabs-cluster')
  assert.deepEqual(stage.left(), [])
})

test('story_3_given_network', async () => {
  const stage = new Stage()
  // Somebody else's network: that of another cluster.
  const owner = await stage.eks.create({ name: 'owner', nodeGroups: [] })
  const { vpc, network } = await stage.eks.findNetwork({ id: owner.vpc })
  assert.equal(vpc, owner.vpc)
  const before = stage.left().length

  const info = await stage.eks.create({ name: 'kubelabs-cluster', network, nodeGroups: [] })
  assert.equal(info.vpc, owner.vpc)
  assert.deepEqual([info.nodeGroups.length, info.nodes.length], [0, 0])
  // coredns is there and waits: without a node it cannot become ACTIVE (facts/aws.md §1.2).
  assert.deepEqual(addons(info), [['coredns', 'creating'], ['kube-proxy', 'active'], ['vpc-cni', 'active']])

  await stage.eks.delete('kubelabs-cluster')
  assert.equal(stage.left().length, before, "the network is its owner's")
  await stage.eks.delete('owner')
  assert.deepEqual(stage.left(), [])
})

test('story_4_fargate', async () => {
  const stage = new Stage()
  const spec = { name: 'web', fargateProfiles: [{ name: 'fp-default', selectors: [{ namespace: 'default' }, { namespace: 'kube-system' }] }] }
  const plan = await stage.eks.plan(spec)
  assert.deepEqual(plan.notes, [], 'coredns has a place')
  assert.deepEqual(plan.steps.find(({ id }) => id === 'createAddon/coredns').after, ['createFargateProfile/fp-default'])

  const info = await stage.eks.create(spec)
  assert.deepEqual([info.nodeGroups.length, info.nodes.length], [0, 0])
  assert.deepEqual(info.fargateProfiles.map(({ name, status }) => [name, status]), [['fp-default', 'active']])
  assert.ok(addons(info).every(([, status]) => status === 'active'))
  const report = await stage.eks.delete('web')
  assert.deepEqual(report.deleted.slice(0, 2), ['Fargate profile fp-default', 'cluster web'])
  assert.deepEqual(stage.left(), [])
})

test('story_5_mixed', async () => {
  const stage = new Stage()
  const info = await stage.eks.create({
    name: 'web',
    fargateProfiles: [{ name: 'web', selectors: [{ namespace: 'web' }, { namespace: 'kube-system' }] }],
    nodeGroups: [groupFor('orders'), groupFor('invoices')],
  })
  assert.deepEqual(info.nodeGroups.map(({ name, min, max, desired }) => [name, min, max, desired]), [
    ['invoices', 1, 4, 1],
    ['orders', 1, 4, 1],
  ])
  assert.equal(info.nodes.filter((node) => node.ready).length, 2)
  // It tolerates neither taint, so it runs on Fargate.
  assert.deepEqual(addons(info)[0], ['coredns', 'active'])
  await stage.eks.delete('web')
  assert.deepEqual(stage.left(), [])
})

test('story_5_without_fargate', async () => {
  const stage = new Stage()
  const spec = { name: 'web', nodeGroups: [groupFor('orders')] }
  const note = 'every group has taints or runs Windows: coredns waits for nodes that let it in'
  assert.ok((await stage.eks.plan(spec)).notes.includes(note))
  const info = await stage.eks.create(spec)
  assert.equal(info.nodes.length, 1)
  assert.deepEqual(addons(info)[0], ['coredns', 'creating'])
  await stage.eks.delete('web')
  assert.deepEqual(stage.left(), [])
})

test('story_7_a_cluster_for_an_hour', async () => {
  const stage = new Stage()
  const there = stage.anotherProcess({ region: 'eu-west-1' })
  const spec = (name, expires) => ({ name, nodeGroups: [], ...(expires && { expires }) })
  await Promise.all([stage.eks.create(spec('hour', '1h')), stage.eks.create(spec('stays')), there.create(spec('day', '1d'))])
  const options = { regions: ['us-west-2', 'eu-west-1'] }
  assert.deepEqual((await stage.eks.reap(options)).clusters, [])
  await stage.sim.advance(3600)
  const { clusters, failedRegions } = await stage.eks.reap(options)
  assert.deepEqual(clusters.map(({ region, name, outcome }) => [region, name, outcome.outcome]), [['us-west-2', 'hour', 'deleted']])
  assert.deepEqual(failedRegions, [])
  const found = await stage.eks.list(options)
  assert.deepEqual(found.clusters.map(({ name }) => name).sort(), ['day', 'stays'])
})
