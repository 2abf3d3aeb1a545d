'use strict'

/** What went wrong, to which resource, whether trying again can help, and what to do. */
class EksError extends Error {
  constructor(message, details = {}, options = undefined) {
    super(message, options)
    this.code = details.code ?? 'internal'
    this.retryable = details.retryable ?? false
    this.resource = details.resource ?? null
    this.operation = details.operation ?? null
    this.awsCode = details.awsCode ?? null
    this.requestId = details.requestId ?? null
    this.hint = details.hint ?? null
    this.violations = details.violations ?? []
    this.stillRunning = details.stillRunning ?? []
  }
}
named(EksError, 'EksError')

// One class for each kind, in the order of `ErrorKind`.
const kinds = [
  'invalidSpec',
  'notFound',
  'alreadyExists',
  'conflict',
  'accessDenied',
  'guarded',
  'noCredentials',
  'credentialsExpired',
  'quotaExceeded',
  'noCapacity',
  'throttled',
  'unreachable',
  'failed',
  'timedOut',
  'cancelled',
  'unsupported',
  'file',
  'internal',
]
const classes = Object.fromEntries(kinds.map((kind) => [kind, subclass(kind)]))

function subclass(kind) {
  const name = `${kind[0].toUpperCase()}${kind.slice(1)}Error`
  const type = class extends EksError {
    constructor(message, details = {}, options = undefined) {
      super(message, { ...details, code: kind }, options)
    }
  }
  Object.defineProperty(type, 'name', { value: name, configurable: true })
  return named(type, name)
}

/** On the prototype and hidden, as `name` is on every class of errors. */
function named(type, name) {
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true })
  return type
}

/** The error of a native one, whose message is its JSON form (facts/bindings.md §2, "Traps"). */
function typed(error) {
  let told
  try {
    told = JSON.parse(error.message)
  } catch {
    return error
  }
  // A kind that is not known here has come with a newer native half.
  const type = Object.hasOwn(classes, told.kind) ? classes[told.kind] : EksError
  const { kind, code, causes = [], message, ...details } = told
  const eksError = new type(message, { ...details, code: kind, awsCode: code }, caused(causes))
  Error.captureStackTrace(eksError, typed)
  return eksError
}

/** Texts, outermost first, as a chain of errors. */
function caused(texts) {
  if (texts.length === 0) return undefined
  const [text, ...rest] = texts
  return { cause: new Error(text, caused(rest)) }
}

/** What an abort comes to. */
function aborted(signal) {
  return new classes.cancelled(
    'the signal was aborted',
    { hint: 'What AWS has started finishes; the same call goes on from there' },
    { cause: signal.reason },
  )
}

module.exports = {
  EksError,
  aborted,
  typed,
  subclasses: Object.fromEntries(Object.values(classes).map((type) => [type.name, type])),
}
