'use strict'

const native = require('./native.js').load()

class EksError extends Error {
  constructor(message, details = {}) {
    super(message)
    this.kind = details.kind ?? 'internal'
    this.retryable = details.retryable ?? false
    this.resource = details.resource ?? null
    this.operation = details.operation ?? null
    this.code = details.code ?? null
    this.requestId = details.requestId ?? null
    this.hint = details.hint ?? null
    this.violations = details.violations ?? []
    this.stillRunning = details.stillRunning ?? []
    this.causes = details.causes ?? []
  }
}
// On the prototype and hidden, as `name` is on every class of errors.
Object.defineProperty(EksError.prototype, 'name', { value: 'EksError', configurable: true, writable: true })

/** Awaits a native call. Its errors carry their JSON form as message (facts/bindings.md §2, "Traps"). */
async function call(pending) {
  try {
    return JSON.parse(await pending)
  } catch (error) {
    throw typed(error)
  }
}

function typed(error) {
  let details
  try {
    details = JSON.parse(error.message)
  } catch {
    return error
  }
  const { message, ...rest } = details
  const eksError = new EksError(message, rest)
  Error.captureStackTrace(eksError, call)
  return eksError
}

async function rehearse(spec = {}) {
  return call(native.rehearse(JSON.stringify(spec)))
}

module.exports = { EksError, rehearse }
