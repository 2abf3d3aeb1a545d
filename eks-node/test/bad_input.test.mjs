// What is wrong is a rejected promise, with the path of it; never more than that.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'

import { Cluster, Eks, EksError, InvalidSpecError, Simulator, rehearse } from 'eks-node'

import { Stage } from '../testing.mjs'

let stage
before(() => {
  stage = new Stage()
})

const group = (fields) => ({ nodeGroups: [{ name: 'a', ...fields }] })
const circular = {}
circular.self = circular
let deep = {}
for (let level = 0; level < 100_000; level += 1) deep = { deep }
const throws = {
  get name() {
    throw new Error('mine')
  },
}
const aborted = AbortSignal.abort(new Error('mine'))

// What it is; the call; the class of the error; what its message says.
const table = [
  // Wrong types.
  ['no spec', (eks) => eks.create(), TypeError, /^cluster must be an object, not undefined$/],
  ['a null spec', (eks) => eks.create(null), TypeError, /not null/],
  ['a text as spec', (eks) => eks.create('web'), TypeError, /not string/],
  ['a list as spec', (eks) => eks.plan([]), TypeError, /not an array/],
  ['a number as name', (eks) => eks.describe(5), TypeError, /^name must be a string, not number$/],
  ['a number as name of a delete', (eks) => eks.delete(5), TypeError, /^name must be a string/],
  ['no group', (eks) => eks.scale('web'), TypeError, /^group must be a string, not undefined$/],
  ['no size', (eks) => eks.scale('web', 'a'), TypeError, /^scaling must be an object, not undefined$/],
  ['a text as options', (eks) => eks.list('all'), TypeError, /^options must be an object, not string$/],
  ['null as options', (eks) => eks.create({}, null), TypeError, /^options must be an object, not null$/],
  ['no handle', (eks) => eks.resume(), TypeError, /^handle must be an object/],
  ['a handle of nothing', (eks) => eks.resume({}), InvalidSpecError, /./],
  ['a number as path', (eks) => eks.writeKubeconfig('web', 5), TypeError, /^path must be a string/],
  ['a signal that is none', (eks) => eks.create({}, { signal: 'stop' }), TypeError, /^signal must be an AbortSignal/],
  ['a null signal', (eks) => eks.describe('web', { signal: null }), TypeError, /^signal must be an AbortSignal, not null/],
  ['a text as number of nodes', (eks) => eks.create(group({ scaling: { min: '1' } })), InvalidSpecError, /nodeGroups\[0\]\.scaling\.min/],
  ['a text as list', (eks) => eks.create(group({ instanceTypes: 'm5.large' })), InvalidSpecError, /instanceTypes/],
  // Unknown keys.
  ['a misspelt key', (eks) => eks.create({ nodGroups: [] }), InvalidSpecError, /did you mean `nodeGroups`/],
  ['a misspelt option', (eks) => eks.create({}, { preflght: true }), InvalidSpecError, /preflight/],
  ['an option of another call', (eks) => eks.describe('web', { force: true }), TypeError, /^`force` is not an option here/],
  ['another one', (eks) => eks.kubeconfig('web', { withToken: true }), TypeError, /^`withToken` is not an option here/],
  ['a misspelt word', (eks) => eks.create(group({ capacity: 'spott' })), InvalidSpecError, /spot/],
  // Keys that pollute.
  ['__proto__', (eks) => eks.create(JSON.parse('{"__proto__": {"name": "web"}}')), InvalidSpecError, /__proto__/],
  ['constructor', (eks) => eks.create({ constructor: { prototype: { polluted: true } } }), InvalidSpecError, /constructor/],
  ['prototype in options', (eks) => eks.create({}, JSON.parse('{"__proto__": {"signal": 1}}')), InvalidSpecError, /__proto__/],
  // Numbers that JSON has not, and what it would leave out without a word.
  ['a BigInt', (eks) => eks.create(group({ scaling: { min: 1n } })), TypeError, /^cluster\.nodeGroups\[0\]\.scaling\.min: the BigInt 1 has no JSON form$/],
  ['NaN', (eks) => eks.create(group({ disk: { size: NaN } })), TypeError, /^cluster\.nodeGroups\[0\]\.disk\.size: NaN has no JSON form$/],
  ['infinity', (eks) => eks.scale('web', 'a', { max: Infinity }), TypeError, /^scaling\.max: Infinity/],
  ['half a node', (eks) => eks.scale('web', 'a', { max: 1.5 }), InvalidSpecError, /max/],
  ['minus one node', (eks) => eks.scale('web', 'a', { max: -1 }), InvalidSpecError, /max/],
  ['more nodes than numbers', (eks) => eks.scale('web', 'a', { max: 1e300 }), InvalidSpecError, /max/],
  ['a function', (eks) => eks.create({ name: () => 'web' }), TypeError, /^cluster\.name: a function/],
  ['a symbol', (eks) => eks.create({ name: Symbol('web') }), TypeError, /^cluster\.name: a symbol/],
  ['a hole', (eks) => eks.create(group({ instanceTypes: [undefined] })), TypeError, /instanceTypes\[0\]: undefined/],
  ['a Map', (eks) => eks.create({ tags: new Map([['a', 'b']]) }), TypeError, /^cluster\.tags: a Map/],
  ['bytes', (eks) => eks.create({ name: new Uint8Array(2) }), TypeError, /^cluster\.name: a Uint8Array/],
  ['a circle', (eks) => eks.create(circular), TypeError, /circular/],
  ['a depth', (eks) => eks.create(deep), TypeError, /cannot be read/],
  ['a lone surrogate', (eks) => eks.create({ name: '\ud800' }), EksError, /./],
  ['a NUL', (eks) => eks.create({ name: 'a\0b' }), InvalidSpecError, /name/],
  ['a name like a path', (eks) => eks.describe('../etc'), EksError, /./],
  ['an empty name', (eks) => eks.delete(''), InvalidSpecError, /name/],
  // Callbacks that throw.
  ['a getter that throws', (eks) => eks.create(throws), TypeError, /cannot be read/],
  ['a toJSON that throws', (eks) => eks.create({ toJSON: () => { throw new Error('mine') } }), TypeError, /cannot be read/],
  ['a proxy that throws', (eks) => eks.create(new Proxy({}, { ownKeys: () => { throw new Error('mine') } })), TypeError, /cannot be read/],
  ['options that throw', (eks) => eks.create({}, { get signal() { throw new TypeError('mine') } }), TypeError, /mine/],
  // Signals.
  ['an aborted signal', (eks) => eks.create({}, { signal: aborted }), EksError, /^the signal was aborted$/],
  ['an aborted signal of a question', (eks) => eks.describe('web', { signal: aborted }), EksError, /^the signal was aborted$/],
  ['a version that is not offered', (eks) => eks.create({ version: '1.23' }), InvalidSpecError, /1\.23/],
]

for (const [what, call, type, message] of table) {
  test(what, async () => {
    const before = stage.writes().length
    let pending
    assert.doesNotThrow(() => (pending = call(stage.eks)))
    const error = await pending.then(assert.fail, (error) => error)
    assert.ok(error instanceof type, error.stack)
    assert.match(error.message, message)
    assert.equal(stage.writes().length, before)
    assert.equal({}.polluted, undefined)
  })
}

test('what is made at once throws at once', () => {
  assert.throws(() => new Eks({ regoin: 'us-west-2' }), { name: 'InvalidSpecError', message: /did you mean `region`/ })
  assert.throws(() => new Eks(null), TypeError)
  assert.throws(() => new Eks({ seed: 1.5 }), InvalidSpecError)
  assert.throws(() => new Eks({ seed: NaN }), TypeError)
  assert.throws(() => new Eks({ credentials: { accessKeyId: 'a' } }), InvalidSpecError)
  assert.throws(() => new Eks({ credentials: { accessKeyId: 'a', secretAccessKey: 'b', expiration: 5 } }), TypeError)
  assert.throws(() => new Simulator({ sede: 1 }), { name: 'InvalidSpecError', message: /did you mean `seed`/ })
  assert.throws(() => new Simulator('x'), TypeError)
  assert.throws(() => stage.sim.addFault({ evry: 2 }), InvalidSpecError)
  assert.throws(() => stage.sim.addFault(), TypeError)
  assert.throws(() => new Cluster({ nodGroups: [] }), InvalidSpecError)
  assert.throws(() => Cluster.fromYaml('nodGroups: []'), InvalidSpecError)
  assert.throws(() => Cluster.fromYaml(': : :'), InvalidSpecError)
  assert.throws(() => Cluster.fromYaml(), TypeError)
  assert.throws(() => Cluster.fromJSON('{'), TypeError)
})

test('virtual time goes forward', async () => {
  for (const seconds of [NaN, Infinity, '1']) await assert.rejects(stage.sim.advance(seconds), TypeError)
  for (const seconds of [-1, 1e300]) await assert.rejects(stage.sim.advance(seconds), InvalidSpecError)
})

test('a broken rule names field, value and rule', async () => {
  const spec = { name: 'web', nodeGroups: [{ name: 'a', scaling: { min: 3, max: 2 } }] }
  for (const call of [() => rehearse(spec), () => stage.eks.create(spec)]) {
    const error = await call().then(assert.fail, (error) => error)
    assert.equal(error.name, 'InvalidSpecError')
    assert.deepEqual([error.code, error.retryable, error.awsCode], ['invalidSpec', false, null])
    assert.match(error.message, /nodeGroups\[0\]\.scaling/)
    assert.match(error.violations[0].field, /^nodeGroups\[0\]\.scaling/)
    assert.ok(error.stack.startsWith(`InvalidSpecError: ${error.message}`))
  }
})

test('what a user threw is the cause', async () => {
  const error = await stage.eks.create(throws).catch((error) => error)
  assert.equal(error.cause.message, 'mine')
  const stopped = await stage.eks.create({}, { signal: aborted }).catch((error) => error)
  assert.deepEqual([stopped.code, stopped.cause.message], ['cancelled', 'mine'])
})

test('no unhandled rejection, and calls that never began have called nothing', () => {
  // Run above, each awaited by its test alone; here nobody awaits.
  const calls = stage.sim.ledger().calls.length
  for (const [, call] of table.filter(([, , type]) => type === TypeError)) {
    const pending = call(stage.eks)
    if (Symbol.asyncIterator in pending) continue
    pending.catch(() => {})
  }
  assert.equal(stage.sim.ledger().calls.length, calls)
})
