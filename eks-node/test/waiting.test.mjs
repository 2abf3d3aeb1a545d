// Signals, ends and the event loop.
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'

import { CancelledError, Eks, InternalError, UnreachableError } from 'eks-node'

import { Stage, into, large } from '../testing.mjs'

/** Somebody who listens and never answers. */
let silence
before(async () => {
  const server = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  server.unref()
  silence = {
    server,
    client: () =>
      new Eks({
        region: 'us-west-2',
        endpointUrl: `http://127.0.0.1:${server.address().port}`,
        credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' },
      }),
  }
})
after(() => silence.server.close())

test('a signal ends the wait of an operation, and what AWS has started goes on', async () => {
  const stage = new Stage()
  const controller = new AbortController()
  let heard = false
  controller.signal.onabort = () => {
    heard = true
  }
  const create = stage.eks.create(large('web'), { signal: controller.signal })
  await into(create, 1)
  controller.abort(new Error('enough'))
  const error = await create.catch((error) => error)
  assert.ok(error instanceof CancelledError)
  assert.equal(error.cause.message, 'enough')
  assert.ok(heard, "the caller's own listener is heard, too")
  // Its events end as it did.
  await assert.rejects(async () => {
    for await (const _ of create);
  }, CancelledError)
  const info = await stage.eks.resume(create.handle)
  assert.equal(info.nodes.length, 24)
})

test('a signal ends a question', async () => {
  const eks = silence.client()
  const controller = new AbortController()
  const pending = eks.describe('web', { signal: controller.signal })
  setImmediate(() => controller.abort())
  const error = await pending.catch((error) => error)
  assert.ok(error instanceof CancelledError)
  assert.equal(error.cause.name, 'AbortError')
  await assert.rejects(eks.list({ signal: AbortSignal.timeout(10) }), (error) => error.cause.name === 'TimeoutError')
})

test('a signal that is aborted later is nobody any more', async () => {
  const stage = new Stage()
  const controller = new AbortController()
  const info = await stage.eks.create({ name: 'web', nodeGroups: [] }, { signal: controller.signal })
  await stage.eks.describe('web', { signal: controller.signal })
  controller.abort()
  assert.equal(info.name, 'web')
})

test('one signal for many', async () => {
  const stage = new Stage()
  const controller = new AbortController()
  const warnings = []
  const warned = (warning) => warnings.push(warning)
  process.on('warning', warned)
  const creates = Array.from({ length: 20 }, (_, number) => stage.eks.create(large(`web-${number}`), { signal: controller.signal }))
  controller.abort()
  const ends = await Promise.allSettled(creates)
  assert.ok(ends.every(({ reason }) => reason instanceof CancelledError))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', warned)
  assert.deepEqual(warnings, [])
})

test('break stops the watching and nothing else', async () => {
  const stage = new Stage()
  const create = stage.eks.create({ name: 'web' })
  const [first] = await into(create, 1)
  assert.equal(first.event, 'planned')
  assert.match(`${first.plan}`, /^Create cluster web/)
  assert.equal((await create).name, 'web')
})

test('a loop over events may let go of the operation', async () => {
  const stage = new Stage()
  const create = stage.eks.create(large('web'))
  for await (const _ of create) create.detach()
  await assert.rejects(create, CancelledError)
})

test('a closed client refuses, and lets go of what is under way', async () => {
  const eks = silence.client()
  const question = eks.describe('web')
  const operation = eks.create({ name: 'web' })
  const events = into(operation, 1)
  eks.close()
  const closed = (error) => error instanceof InternalError && /^the client is closed/.test(error.message)
  await assert.rejects(question, closed)
  await assert.rejects(operation, CancelledError)
  assert.deepEqual(await events.catch(() => []), [])
  await assert.rejects(eks.describe('web'), closed)
  await assert.rejects(eks.delete('web'), closed)
  eks.close()
})

test('nobody is there, and who caused it is told', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' }
  const eks = new Eks({ region: 'us-west-2', endpointUrl: `http://127.0.0.1:${port}`, credentials })
  const error = await eks.describe('web').catch((error) => error)
  assert.ok(error instanceof UnreachableError, error.stack)
  assert.equal(error.retryable, true)
  assert.ok(error.cause instanceof Error)
  assert.match(error.cause.message, /./)
})

test('another client of the same account goes on', async () => {
  const stage = new Stage()
  stage.anotherProcess().close()
  assert.equal((await stage.eks.create({ name: 'web', nodeGroups: [] })).name, 'web')
})

test('the event loop runs meanwhile, and operations do not disturb each other', async () => {
  let turns = 0
  let over = false
  const turn = () => {
    turns += 1
    if (!over) setImmediate(turn)
  }
  turn()
  const stage = new Stage()
  const creates = Array.from({ length: 4 }, (_, number) => stage.eks.create({ name: `web-${number}` }))
  const infos = await Promise.all(creates).finally(() => {
    over = true
  })
  assert.deepEqual(infos.map(({ name }) => name), ['web-0', 'web-1', 'web-2', 'web-3'])
  assert.ok(turns > 100)
})
