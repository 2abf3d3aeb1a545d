// The stories of the README. Their names are those of the Rust suite.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { rehearse } from 'eks-node'

test('story_1_defaults', async () => {
  const { info, report, events, left, cost, seconds } = await rehearse()
  assert.equal(info.status, 'active')
  assert.deepEqual(info.nodes.map((node) => node.ready), [true, true])
  assert.equal(report.name, info.name)
  assert.ok(report.found)
  assert.deepEqual(left, [])
  // Virtual time is AWS's: a control plane takes minutes, the call does not (facts/aws.md).
  assert.ok(seconds > 600)
  assert.ok(cost > 0)
  assert.equal(events[0].event, 'planned')
  assert.equal(events.filter((event) => event.event === 'finished').length, 2)
})

test('story_2_named_cluster', async () => {
  const { info, left } = await rehearse({
    name: 'kubelabs-cluster',
    nodeGroups: [
      { name: 'kubelabs-group', instanceTypes: ['t2.micro'], scaling: { min: 2, max: 2, desired: 2 } },
    ],
  })
  assert.equal(info.name, 'kubelabs-cluster')
  assert.deepEqual(
    info.nodeGroups.map((group) => [group.name, group.instanceTypes]),
    [['kubelabs-group', ['t2.micro']]],
  )
  assert.deepEqual(left, [])
})
