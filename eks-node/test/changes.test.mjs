// What changes a cluster that is there. The names are those of the Rust suite.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'

import { Stage } from '../testing.mjs'

const spec = {
  name: 'web',
  nodeGroups: [
    {
      name: 'orders',
      labels: { team: 'shop' },
      scaling: { min: 1, max: 4, desired: 2 },
      ownRole: true,
    },
  ],
}
let stage

before(async () => {
  stage = new Stage()
  await stage.eks.create(spec)
})

test('it_ends_when_nodes_are_ready_or_gone', async () => {
  const sizes = async (scaling) => {
    const { min, max, desired } = await stage.eks.scale('web', 'orders', scaling)
    return [min, max, desired]
  }
  assert.deepEqual(await sizes({ min: 4, max: 4, desired: 4 }), [4, 4, 4])
  assert.equal((await stage.eks.describe('web')).nodes.length, 4)
  assert.deepEqual(await sizes({ min: 0, max: 4, desired: 1 }), [0, 4, 1])
  assert.equal((await stage.eks.describe('web')).nodes.length, 1)
  assert.deepEqual(await sizes({ max: 6 }), [0, 6, 1])
  const plan = await stage.eks.planScale('web', 'orders', { min: 3 })
  assert.match(`${plan}`, /min 0 → 3/)
})

/** Begins the same again, which finds nothing to do. */
async function nothingLeft(again) {
  const before = stage.writes().length
  await again()
  assert.equal(stage.writes().length, before)
}

const steps = (plan, state) => plan.steps.filter((step) => step.state.state === state).length

test('labels_come_and_go', async () => {
  const change = { tier: 'web', team: null }
  const plan = await stage.eks.planLabel('web', 'orders', change)
  assert.match(`${plan}`, /tier[^]*team|team[^]*tier/)
  assert.ok(steps(plan, 'ready') > 0)
  const group = await stage.eks.label('web', 'orders', change)
  assert.deepEqual([group.name, group.status], ['orders', 'active'])
  assert.equal(steps(await stage.eks.planLabel('web', 'orders', change), 'ready'), 0)
  await nothingLeft(() => stage.eks.label('web', 'orders', change))
})

test('taints_are_known_by_key_and_effect', async () => {
  const taint = { key: 'gpu', effect: 'PreferNoSchedule' }
  assert.match(`${await stage.eks.planTaint('web', 'orders', { set: [taint] })}`, /gpu/)
  await stage.eks.taint('web', 'orders', { set: [taint] })
  await nothingLeft(() => stage.eks.taint('web', 'orders', { set: [taint] }))
  // Of another effect there is none.
  await nothingLeft(() => stage.eks.taint('web', 'orders', { remove: [{ key: 'gpu', effect: 'NoSchedule' }] }))
  const before = stage.writes().length
  await stage.eks.taint('web', 'orders', { remove: [taint] })
  assert.equal(stage.writes().length, before + 1)
})

test('one_more_and_one_less', async () => {
  // The group's own role is one of its stack: nobody else's nodes get the policy.
  const arn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
  assert.match(`${await stage.eks.planAttachPolicy('web', 'orders', arn)}`, /AmazonSSMManagedInstanceCore/)
  await stage.eks.attachPolicy('web', 'orders', arn)
  await nothingLeft(() => stage.eks.attachPolicy('web', 'orders', arn))
  assert.match(`${await stage.eks.planDetachPolicy('web', 'orders', arn)}`, /AmazonSSMManagedInstanceCore/)
  await stage.eks.detachPolicy('web', 'orders', arn)
  await nothingLeft(() => stage.eks.detachPolicy('web', 'orders', arn))
})

test('everything_carries_them', async () => {
  assert.match(`${await stage.eks.planTag('web', { team: 'orders' })}`, /team/)
  const report = await stage.eks.tag('web', { team: 'orders' })
  assert.deepEqual(report.untagged, [])
  assert.ok(report.tagged.some(({ kind }) => kind === 'instances'))
  assert.equal((await stage.eks.describe('web')).tags.team, 'orders')
})

test('everything_that_can_change_does_and_a_second_apply_is_empty', async () => {
  const there = await stage.eks.specOf('web')
  const changed = { ...there.toJSON(), logging: ['api'] }
  assert.match(`${await stage.eks.plan(changed)}`, /logging|logs/)
  await stage.eks.apply(changed)
  assert.deepEqual((await stage.eks.specOf('web')).logging, ['api'])
  const before = stage.writes().length
  await stage.eks.apply(changed)
  assert.equal(stage.writes().length, before)
})

test('what_cannot_change_is_refused_before_the_first_write', async () => {
  const before = stage.writes().length
  const { nodeGroups, ...rest } = (await stage.eks.specOf('web')).toJSON()
  const other = { ...rest, nodeGroups: [{ ...nodeGroups[0], instanceTypes: ['c5.large'] }] }
  await assert.rejects(stage.eks.apply(other), /instanceTypes/)
  assert.equal(stage.writes().length, before)
})

test('everything_around_it', async () => {
  const details = await stage.eks.describeInFull('web')
  assert.equal(details.cluster.name, 'web')
})

test('an_empty_account_has_room', async () => {
  const { quotas } = await new Stage().eks.preflight(spec)
  assert.ok(quotas.length > 5)
})
