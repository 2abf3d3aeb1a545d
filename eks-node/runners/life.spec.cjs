// A user's test, for whatever runner they have: tests/run gives it to Vitest and to Jest, whose files are worlds of their own
// (another `Error`, another `AbortSignal`). Node's own runner has all the others.
/* global expect, test */
const { Cluster, EksError, InvalidSpecError, Simulator } = require('eks-node')

test('a cluster comes and goes', async () => {
  const sim = new Simulator()
  const eks = sim.client()
  const seen = []
  const operation = eks.create(new Cluster({ name: 'web' }))
  for await (const event of operation) seen.push(event.event)
  expect(seen[0]).toBe('planned')
  expect((await operation).nodes).toHaveLength(2)
  await eks.delete('web')
  expect(sim.left()).toEqual([])
  eks.close()
})

test('errors are those that are exported', async () => {
  const eks = new Simulator().client()
  const misspelt = eks.create({ name: 'web', nodeGroop: [] })
  await expect(misspelt).rejects.toBeInstanceOf(InvalidSpecError)
  await expect(misspelt).rejects.toThrow(/nodeGroups/)
  await expect(eks.describe('web')).rejects.toBeInstanceOf(EksError)
  eks.close()
})

test('a signal of this world is heard', async () => {
  const eks = new Simulator().client()
  const controller = new AbortController()
  const reason = new Error('no longer wanted')
  const operation = eks.create({ name: 'web' }, { signal: controller.signal })
  controller.abort(reason)
  await expect(operation).rejects.toMatchObject({ code: 'cancelled', cause: reason })
  eks.close()
})
