'use strict'

const { inspect } = require('node:util')

const answers = require('./answers.js')
const { aborted, typed } = require('./errors.js')
const { showProgress } = require('./progress.js')
const { onAbort } = require('./signal.js')
const { object, sync } = require('./text.js')

/** What is under way of each client. */
const underWay = new WeakMap()

/**
 * A lifecycle on its way: a promise of what it comes to, and a stream of what happens. It runs from its creation, whether
 * anybody waits for it or not, and keeps the process alive until it ends or is let go of.
 */
class Operation {
  #native
  #eks
  #end
  // Why it is not driven any more, if its holder said so.
  #letGo = null
  // All that is shown of it is shown.
  #shown = Promise.resolve()

  /** `begin` gives the native operation; what it throws is what this operation comes to. */
  constructor(eks, begin) {
    this.#eks = eks
    this.#end = this.#run(begin)
    // Whoever awaits it has the error; whoever does not must not end the process.
    this.#end.catch(() => {})
  }

  async #run(begin) {
    const { native, signal } = begin()
    this.#native = native
    const others = operationsOf(this.#eks).add(this)
    const deaf = onAbort(signal, () => {
      this.#letGo = { error: aborted(signal) }
      this.detach()
    })
    try {
      return answers.outcome(JSON.parse(await native.result()), this.#eks)
    } catch (error) {
      throw this.#letGo?.error ?? typed(error)
    } finally {
      deaf()
      others.delete(this)
    }
  }

  get [Symbol.toStringTag]() {
    return 'Operation'
  }

  get verb() {
    return this.#native?.verb ?? null
  }

  then(fulfilled, rejected) {
    return this.#whenShown().then(fulfilled, rejected)
  }

  catch(rejected) {
    return this.#whenShown().catch(rejected)
  }

  finally(settled) {
    return this.#whenShown().finally(settled)
  }

  /** Every event from the first on, for each who asks. Ends as the operation does, or quietly once it is let go of. */
  async *[Symbol.asyncIterator]() {
    for (let number = 0; this.#native; number += 1) {
      const told = await this.#native.event(number)
      if (told === null) break
      yield answers.event(JSON.parse(told))
    }
    await this.#end.catch((error) => {
      if (!this.#letGo || this.#letGo.error) throw error
    })
  }

  get plan() {
    const told = sync(() => this.#native?.plan())
    return told ? answers.plan(JSON.parse(told)) : null
  }

  get handle() {
    return this.#handle(() => this.#native?.handle())
  }

  detach() {
    this.#letGo ??= {}
    return this.#handle(() => this.#native?.detach())
  }

  cancel(outcome = 'leave') {
    switch (outcome) {
      case 'leave':
        return this.detach()
      case 'rollBack':
        return this.#rollBack()
      default:
        throw new TypeError(`outcome must be 'leave' or 'rollBack', not ${inspect(outcome)}`)
    }
  }

  #rollBack() {
    return new Operation(this.#eks, () => {
      // What has never begun has nothing to undo, and its own error.
      if (!this.#native) throw new TypeError('the operation never began')
      const native = sync(() => this.#native.rollBack())
      this.#letGo ??= {}
      return { native }
    })
  }

  showProgress(options = {}) {
    this.#shown = showProgress(this, this.#end, object(options, 'options'))
    return this
  }

  /** Its end, after the last line that is shown of it: what its holder prints next comes below. */
  #whenShown() {
    return this.#end.finally(() => this.#shown)
  }

  [inspect.custom]() {
    return `Operation { ${this.verb ?? 'not begun'} }`
  }

  #handle(call) {
    const told = sync(call)
    return told ? JSON.parse(told) : null
  }
}

/** The operations of a client that are under way. */
function operationsOf(eks) {
  if (!underWay.has(eks)) underWay.set(eks, new Set())
  return underWay.get(eks)
}

module.exports = { Operation, operationsOf }
