'use strict'

const { Eks, clientOptions } = require('./client.js')
const { native, object, sync, textOf } = require('./text.js')

/** An AWS in this process and in virtual time: nothing is charged, and minutes take milliseconds. */
class Simulator {
  #native

  constructor(settings = {}) {
    this.#native = sync(() => new native.NativeSimulator(textOf(object(settings, 'settings'))))
  }

  client(options = {}) {
    return new Eks(undefined, sync(() => this.#native.client(clientOptions(options))))
  }

  ledger() {
    return this.#turn({ method: 'ledger' })
  }

  left() {
    return this.#turn({ method: 'left' })
  }

  cost() {
    return this.#turn({ method: 'cost' })
  }

  now() {
    return new Date(this.#turn({ method: 'now' }) * 1000)
  }

  async advance(seconds) {
    if (typeof seconds !== 'number') throw new TypeError('seconds must be a number')
    const turn = textOf({ method: 'advance', seconds })
    await this.#native.turnLater(turn).catch((error) => sync(() => { throw error }))
  }

  addFault(fault) {
    this.#turn({ method: 'addFault', fault: object(fault, 'fault') })
  }

  clearFaults() {
    this.#turn({ method: 'clearFaults' })
  }

  #turn(turn) {
    return sync(() => JSON.parse(this.#native.turn(textOf(turn))))
  }
}

module.exports = { Simulator }
