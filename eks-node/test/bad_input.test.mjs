// Errors are a class with fields.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'

import * as eks from 'eks-node'

const { EksError, rehearse } = eks

test('a broken rule names field, value and rule', async () => {
  const spec = { name: 'web', nodeGroups: [{ name: 'a', scaling: { min: 3, max: 2 } }] }
  const error = await rehearse(spec).then(assert.fail, (error) => error)
  assert.ok(error instanceof EksError)
  assert.ok(error instanceof Error)
  assert.equal(error.name, 'EksError')
  assert.equal(error.kind, 'invalidSpec')
  assert.equal(error.retryable, false)
  assert.equal(error.code, null)
  assert.match(error.message, /nodeGroups\[0\]\.scaling/)
  assert.match(error.violations[0].field, /^nodeGroups\[0\]\.scaling/)
  assert.ok(error.stack.startsWith(`EksError: ${error.message}`))
})

test('an unknown key comes with a suggestion', async () => {
  await assert.rejects(rehearse({ nodGroups: [] }), { name: 'EksError', message: /did you mean `nodeGroups`/ })
})

test('a version that is not offered', async () => {
  await assert.rejects(rehearse({ version: '1.23' }), { kind: 'invalidSpec', message: /1\.23/ })
})

test('what has no JSON form is a rejection, not an exception', async () => {
  const circular = {}
  circular.self = circular
  await assert.rejects(rehearse(circular), TypeError)
})

test('require and import give the same', () => {
  const required = createRequire(import.meta.url)('eks-node')
  assert.deepEqual(Object.keys(required).sort(), Object.keys(eks).sort())
  assert.equal(required.EksError, EksError)
})
