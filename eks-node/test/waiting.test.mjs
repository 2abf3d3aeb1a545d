// A call leaves the event loop free.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { rehearse } from 'eks-node'

test('the event loop runs meanwhile, and calls do not disturb each other', async () => {
  let turns = 0
  let over = false
  const turn = () => {
    turns += 1
    if (!over) setImmediate(turn)
  }
  turn()
  const calls = Array.from({ length: 2 }, () => rehearse())
  const rehearsals = await Promise.all(calls).finally(() => {
    over = true
  })
  assert.deepEqual(rehearsals.map(({ left }) => left), [[], []])
  assert.ok(turns > 100)
})
