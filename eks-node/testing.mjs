// What the tests share: one account and a client of it.
import { Simulator } from 'eks-node'

export class Stage {
  constructor(settings = {}, options = {}) {
    this.sim = new Simulator(settings)
    this.eks = this.sim.client(options)
  }

  /** The same account, and a client of another process, which knows nothing of this one. */
  anotherProcess(options = {}) {
    return this.sim.client(options)
  }

  /** What is in the account, as `kind id`. */
  left() {
    return this.sim.left().map(({ kind, id }) => `${kind} ${id}`)
  }

  /** The writes that AWS accepted, as IAM actions. */
  acceptedWrites() {
    return this.writes().filter(({ outcome }) => outcome === 'accepted' || outcome === 'acceptedButCut').map(({ action }) => action)
  }

  /** Every write that a client sent. */
  writes() {
    const reads = /:(Describe|List|Get|Simulate|Lookup|Validate)/
    return this.sim.ledger().calls.filter(({ index, action }) => index !== null && !reads.test(action))
  }
}

/** Every event of an operation, and how it ended. */
export async function watch(operation) {
  const events = []
  for await (const event of operation) events.push(event)
  return { events, result: await operation }
}

/** Waits until an operation has said this many things. */
export async function into(operation, count) {
  const events = []
  for await (const event of operation) {
    events.push(event)
    if (events.length === count) break
  }
  return events
}

/** A spec that takes its time: for what is to be stopped on its way. */
export function large(name) {
  return { name, nodeGroups: Array.from({ length: 12 }, (_, number) => ({ name: `group-${number}` })) }
}
