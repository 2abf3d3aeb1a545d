'use strict'

const answers = require('./answers.js')
const { found } = require('./cluster.js')
const { aborted, typed } = require('./errors.js')
const { Operation, operationsOf } = require('./operation.js')
const { onAbort } = require('./signal.js')
const { native, object, onlySignal, options, sync, text, textOf } = require('./text.js')

/** A client of AWS, or of a simulated account. Every method is a call of `eks-json`; what it is given is read there. */
class Eks {
  #native
  #questions = new Set()

  /** The second argument is a simulator's. */
  constructor(options = {}, made = undefined) {
    this.#native = made ?? sync(() => new native.NativeClient(clientOptions(options)))
  }

  // Questions.

  async plan(cluster, given) {
    const { signal, rest } = options(given)
    return this.#plan({ method: 'apply', cluster: object(cluster, 'cluster'), options: rest }, signal)
  }

  async planDelete(name, given) {
    return this.#plan({ method: 'delete', name: text(name, 'name') }, onlySignal(given))
  }

  async planScale(cluster, group, scaling, given) {
    const of = { method: 'scale', ...grouped(cluster, group), scaling: object(scaling, 'scaling') }
    return this.#plan(of, onlySignal(given))
  }

  async planLabel(cluster, group, change, given) {
    const of = { method: 'label', ...grouped(cluster, group), change: object(change, 'change') }
    return this.#plan(of, onlySignal(given))
  }

  async planTaint(cluster, group, change, given) {
    const of = { method: 'taint', ...grouped(cluster, group), change: object(change, 'change') }
    return this.#plan(of, onlySignal(given))
  }

  async planAttachPolicy(cluster, group, policyArn, given) {
    const of = { method: 'attachPolicy', ...grouped(cluster, group), policyArn: text(policyArn, 'policyArn') }
    return this.#plan(of, onlySignal(given))
  }

  async planDetachPolicy(cluster, group, policyArn, given) {
    const of = { method: 'detachPolicy', ...grouped(cluster, group), policyArn: text(policyArn, 'policyArn') }
    return this.#plan(of, onlySignal(given))
  }

  async planTag(cluster, change, given) {
    const of = { method: 'tag', cluster: text(cluster, 'cluster'), change: object(change, 'change') }
    return this.#plan(of, onlySignal(given))
  }

  async preflight(cluster, given) {
    return this.#ask({ method: 'preflight', cluster: object(cluster, 'cluster') }, onlySignal(given))
  }

  async describe(name, given) {
    const told = await this.#ask({ method: 'describe', name: text(name, 'name') }, onlySignal(given))
    return answers.info(told, this)
  }

  async describeInFull(name, given) {
    return this.#ask({ method: 'describeInFull', name: text(name, 'name') }, onlySignal(given))
  }

  async specOf(name, given) {
    return found(await this.#ask({ method: 'specOf', name: text(name, 'name') }, onlySignal(given)))
  }

  async list(given) {
    const { signal, rest } = options(given)
    return this.#ask({ method: 'list', options: rest }, signal)
  }

  async findNetwork(filter, given) {
    return this.#ask({ method: 'findNetwork', filter: object(filter, 'filter') }, onlySignal(given))
  }

  async reap(given) {
    const { signal, rest } = options(given)
    return this.#ask({ method: 'reap', options: rest }, signal)
  }

  async token(name, given) {
    const told = await this.#ask({ method: 'token', name: text(name, 'name') }, onlySignal(given))
    return { token: told.token, expiresAt: new Date(told.expiresAt) }
  }

  async execCredential(name, execInfo, given) {
    if (execInfo !== undefined) text(execInfo, 'execInfo')
    return this.#ask({ method: 'execCredential', name: text(name, 'name'), execInfo }, onlySignal(given))
  }

  async kubeconfig(name, given) {
    return (await this.describe(name, given)).kubeconfig()
  }

  async staticKubeconfig(name, given) {
    return this.#ask({ method: 'staticKubeconfig', name: text(name, 'name') }, onlySignal(given))
  }

  async writeKubeconfig(name, path, given) {
    if (path !== undefined) text(path, 'path')
    return (await this.describe(name, given)).writeKubeconfig(path)
  }

  // Lifecycles.

  create(cluster, given) {
    return this.#begin(() => {
      const { signal, rest } = options(given)
      return [{ method: 'create', cluster: object(cluster, 'cluster'), options: rest }, signal]
    })
  }

  continueCreate(name, given) {
    return this.#begin(() => [{ method: 'continueCreate', name: text(name, 'name') }, onlySignal(given)])
  }

  apply(cluster, given) {
    return this.#begin(() => {
      const { signal, rest } = options(given)
      return [{ method: 'apply', cluster: object(cluster, 'cluster'), options: rest }, signal]
    })
  }

  delete(name, given) {
    return this.#begin(() => {
      const { signal, rest } = options(given)
      return [{ method: 'delete', name: text(name, 'name'), options: rest }, signal]
    })
  }

  scale(cluster, group, scaling, given) {
    return this.#begin(() => {
      const { signal, rest } = options(given)
      const of = { ...grouped(cluster, group), scaling: object(scaling, 'scaling') }
      return [{ method: 'scale', ...of, options: rest }, signal]
    })
  }

  label(cluster, group, change, given) {
    return this.#change('label', cluster, group, change, given)
  }

  taint(cluster, group, change, given) {
    return this.#change('taint', cluster, group, change, given)
  }

  attachPolicy(cluster, group, policyArn, given) {
    return this.#policy('attachPolicy', cluster, group, policyArn, given)
  }

  detachPolicy(cluster, group, policyArn, given) {
    return this.#policy('detachPolicy', cluster, group, policyArn, given)
  }

  tag(cluster, change, given) {
    return this.#begin(() => {
      const { signal, rest } = options(given)
      const of = { cluster: text(cluster, 'cluster'), change: object(change, 'change') }
      return [{ method: 'tag', ...of, options: rest }, signal]
    })
  }

  resume(handle, given) {
    return this.#begin(() => [{ method: 'resume', handle: object(handle, 'handle') }, onlySignal(given)])
  }

  #change(method, cluster, group, change, given) {
    return this.#begin(() => {
      const { signal, rest } = options(given)
      return [{ method, ...grouped(cluster, group), change: object(change, 'change'), options: rest }, signal]
    })
  }

  #policy(method, cluster, group, policyArn, given) {
    return this.#begin(() => {
      const signal = onlySignal(given)
      return [{ method, ...grouped(cluster, group), policyArn: text(policyArn, 'policyArn') }, signal]
    })
  }

  // The end.

  /** Nothing of it keeps the process alive from now on. */
  close() {
    this.#native.close()
    for (const question of this.#questions) question.stop()
    for (const operation of operationsOf(this)) operation.detach()
  }

  // How it is all asked.

  async #plan(of, signal) {
    return answers.plan(await this.#ask({ method: 'plan', of }, signal))
  }

  async #ask(question, signal) {
    const asked = this.#native.ask(textOf(question))
    const deaf = onAbort(signal, () => asked.stop())
    this.#questions.add(asked)
    try {
      let told = await asked.answer()
      if (told === null) {
        if (signal?.aborted) throw aborted(signal)
        // Given up by `close`: what is asked of a closed client says so.
        told = await this.#native.ask(textOf(question)).answer()
      }
      return JSON.parse(told)
    } catch (error) {
      throw typed(error)
    } finally {
      deaf()
      this.#questions.delete(asked)
    }
  }

  #begin(read) {
    return new Operation(this, () => {
      const [lifecycle, signal] = read()
      return { native: sync(() => this.#native.begin(textOf(lifecycle))), signal }
    })
  }
}

function grouped(cluster, group) {
  return { cluster: text(cluster, 'cluster'), group: text(group, 'group') }
}

/** Credentials expire at a `Date`, as those of the AWS SDK do. */
function clientOptions(given) {
  const { credentials, ...rest } = object(given, 'options')
  if (credentials === undefined) return textOf(rest)
  const { expiration, ...keys } = object(credentials, 'credentials')
  if (expiration === undefined) return textOf({ ...rest, credentials: keys })
  if (!(expiration instanceof Date)) throw new TypeError('credentials.expiration must be a Date')
  return textOf({ ...rest, credentials: { ...keys, expiresAt: expiration.getTime() / 1000 } })
}

module.exports = { Eks, clientOptions }
