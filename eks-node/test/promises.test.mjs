// Promises of the design (§6), as they are in JavaScript. The names are those of the Rust suite where it has the scenario.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  AccessDeniedError,
  AlreadyExistsError,
  CancelledError,
  EksError,
  GuardedError,
  NotFoundError,
  TimedOutError,
  UnsupportedError,
} from 'eks-node'

import { Stage, into, large, watch } from '../testing.mjs'

test('detached_and_resumed', async () => {
  const stage = new Stage()
  const create = stage.eks.create(large('web'))
  await into(create, 1)
  const handle = create.detach()
  assert.equal(handle.region, 'us-west-2')
  await assert.rejects(create, CancelledError)
  // As text, over to another process.
  const resumed = stage.anotherProcess().resume(JSON.parse(JSON.stringify(handle)))
  assert.equal(resumed.verb, 'create')
  const info = await resumed
  assert.equal(info.nodes.length, 24)
  assert.equal(info.kubeconfig().includes('apiVersion'), true, 'it is a ClusterInfo with its methods')
  await stage.eks.delete('web')
  assert.deepEqual(stage.left(), [])
})

test('dropped_and_called_again', async () => {
  const stage = new Stage()
  const spec = large('web')
  await into(stage.eks.create(spec), 1)
  // The same call, from a client that knows nothing of the first, while that is at work.
  const info = await stage.anotherProcess().create(spec)
  assert.equal(info.nodes.length, 24)
  assert.equal(stage.sim.ledger().resources.filter(({ kind }) => kind === 'AWS::EKS::Cluster').length, 1)
})

test('cancelled_and_left', async () => {
  const stage = new Stage()
  const create = stage.eks.create(large('web'))
  await into(create, 1)
  assert.ok(create.cancel())
  await assert.rejects(create, CancelledError)
  assert.equal((await stage.eks.create(large('web'))).nodes.length, 24)
})

test('cancelled_and_rolled_back', async () => {
  const stage = new Stage()
  const create = stage.eks.create(large('web'))
  for await (const event of create) {
    if (event.event === 'stepStarted') break
  }
  const undone = create.cancel('rollBack')
  const report = await undone
  assert.equal(report.name, 'web')
  await assert.rejects(create, CancelledError)
  assert.deepEqual(stage.left(), [])
  await assert.rejects(undone.cancel('rollBack'), UnsupportedError)
  assert.throws(() => undone.cancel('undo'), TypeError)
})

test('a_create_that_takes_longer_is_not_undone_and_goes_on', async () => {
  const stage = new Stage()
  const create = stage.eks.create({ name: 'web' }, { timeoutSeconds: 300 })
  const error = await create.catch((error) => error)
  assert.ok(error instanceof TimedOutError)
  assert.equal(error.code, 'timedOut')
  assert.equal(error.retryable, true)
  assert.deepEqual(error.stillRunning, ['create the control plane'])
  // The handle keeps its limit, counted anew each time.
  let again = create
  let rounds = 0
  let result = error
  while (result instanceof TimedOutError) {
    rounds += 1
    again = stage.eks.resume(again.handle)
    result = await again.catch((error) => error)
  }
  assert.equal(rounds, 2)
  assert.equal(result.nodes.length, 2)
})

test('a_delete_that_takes_longer_goes_on', async () => {
  const stage = new Stage()
  await stage.eks.create({ name: 'web' })
  await assert.rejects(stage.eks.delete('web', { timeoutSeconds: 10 }), TimedOutError)
  assert.ok((await stage.eks.delete('web')).found)
  assert.deepEqual(stage.left(), [])
})

test('a_name_alone_goes_on', async () => {
  const stage = new Stage()
  await assert.rejects(stage.eks.create({ name: 'web', version: '1.35' }, { timeoutSeconds: 60 }), TimedOutError)
  const info = await stage.anotherProcess().continueCreate('web')
  assert.equal(info.version, '1.35')
})

test('another_spec_is_an_error_that_names_the_field', async () => {
  const stage = new Stage()
  await stage.eks.create({ name: 'web', nodeGroups: [] })
  const error = await stage.eks.create({ name: 'web', nodeGroups: [], version: '1.34' }).catch((error) => error)
  assert.ok(error instanceof AlreadyExistsError)
  assert.match(error.message, /version/)
})

test('two_processes_make_one_cluster', async () => {
  const stage = new Stage()
  const [one, other] = await Promise.all([
    stage.eks.create({ name: 'web' }),
    stage.anotherProcess({ seed: 99 }).create({ name: 'web' }),
  ])
  assert.equal(one.arn, other.arn)
  await Promise.all([stage.eks.delete('web'), stage.anotherProcess({ seed: 98 }).delete('web')])
  assert.deepEqual(stage.left(), [])
})

test('what_never_was_is_no_error', async () => {
  const stage = new Stage()
  assert.equal((await stage.eks.delete('web')).found, false)
  await assert.rejects(stage.eks.describe('web'), NotFoundError)
})

test('errors_are_errors', async () => {
  const stage = new Stage()
  stage.sim.addFault({ operation: 'DescribeCluster', effect: { kind: 'error', code: 'AccessDeniedException', message: 'no', status: 403 } })
  const error = await stage.eks.describe('web').catch((error) => error)
  assert.ok(error instanceof AccessDeniedError && error instanceof EksError && error instanceof Error)
  assert.deepEqual([error.code, error.awsCode, error.operation], ['accessDenied', 'AccessDeniedException', 'eks:DescribeCluster'])
  assert.deepEqual([error.retryable, error.resource], [false, 'cluster web'])
  assert.ok(error.requestId)
  assert.ok(error.hint)
  assert.ok(error.stack.startsWith(`AccessDeniedError: ${error.message}`), error.stack)
})

test('a_protected_cluster_is_created_and_not_deleted', async () => {
  const stage = new Stage({}, { guards: { protected: ['web*'] } })
  await stage.eks.create({ name: 'web', nodeGroups: [] })
  const before = stage.writes().length
  await assert.rejects(stage.eks.delete('web'), GuardedError)
  assert.equal(stage.writes().length, before)
})

test('every_third_call', async () => {
  const stage = new Stage()
  stage.sim.addFault({ every: 3, effect: { kind: 'throttle' } })
  await stage.eks.create({ name: 'web' })
  await stage.eks.delete('web')
  assert.deepEqual(stage.left(), [])
  const refused = stage.sim.ledger().calls.filter(({ outcome }) => outcome.refused)
  assert.ok(refused.length > 10)
})

test('everything_at_once', async () => {
  const stage = new Stage({
    seed: 7,
    drawn: true,
    faults: [{ chance: 0.1, effect: { kind: 'cutAfterAccept' } }, { chance: 0.1, effect: { kind: 'throttle' } }],
    trouble: { readLagSeconds: 5, hiddenUpdate: 0.3 },
  })
  await stage.eks.create({ name: 'web' })
  await stage.eks.delete('web')
  assert.deepEqual(stage.left(), [])
})

test('the_same_seed_gives_the_same_ledger', async () => {
  const life = async () => {
    const stage = new Stage({ seed: 42, drawn: true })
    await stage.eks.create({ name: 'web' })
    await stage.eks.delete('web')
    return stage.sim.ledger().calls.map(({ at, action }) => [at, action])
  }
  assert.deepEqual(await life(), await life())
})

test('what_eks_could_not_make_is_made_anew_by_the_next_call', async () => {
  const stage = new Stage()
  const effect = { kind: 'fail', code: 'InternalFailure', message: 'something broke' }
  stage.sim.addFault({ operation: 'CreateNodegroup', times: 1, effect })
  const create = stage.eks.create({ name: 'web' })
  const told = []
  // A loop over events does not end as if all were well.
  await assert.rejects(async () => {
    for await (const event of create) told.push(event.event)
  }, { code: 'failed' })
  assert.ok(told.length > 5 && !told.includes('finished'))
  await assert.rejects(create, { name: 'FailedError', message: /something broke/ })
  stage.sim.clearFaults()
  assert.equal((await stage.eks.create({ name: 'web' })).nodes.length, 2)
})

test('another_region_is_left_alone', async () => {
  const stage = new Stage()
  await stage.eks.create({ name: 'web', nodeGroups: [] })
  const reader = stage.anotherProcess({ guards: { regions: ['eu-west-1'] } })
  assert.equal((await reader.describe('web')).name, 'web', 'it may look')
  await assert.rejects(reader.delete('web'), GuardedError)
})

test('a_story_is_told_once', async () => {
  const stage = new Stage()
  const create = stage.eks.create({ name: 'web' })
  const [one, other] = await Promise.all([watch(create), watch(create)])
  assert.deepEqual(one.events, other.events)
  // And for who comes late.
  assert.deepEqual((await watch(create)).events.length, one.events.length)
  const done = one.events.filter(({ event }) => event === 'stepDone').map(({ step }) => step)
  assert.equal(new Set(done).size, done.length)
  assert.ok(create.plan.steps.every(({ state }) => ['done', 'skipped'].includes(state.state)))
  assert.match(create.plan.progressSvg(), /^<svg/)
})

test('an operation is a promise in every way', async () => {
  const stage = new Stage()
  const create = stage.eks.create({ name: 'web', nodeGroups: [] })
  const seen = []
  await create.finally(() => seen.push('finally'))
  assert.equal(await create.then(({ name }) => name), 'web')
  assert.deepEqual(seen, ['finally'])
  assert.equal(Object.prototype.toString.call(create), '[object Operation]')
  const failed = stage.eks.delete(5)
  assert.equal(await failed.catch(() => 'caught'), 'caught')
  assert.deepEqual([failed.verb, failed.plan, failed.handle, failed.detach()], [null, null, null, null])
  await assert.rejects(failed.cancel('rollBack'), TypeError)
})
