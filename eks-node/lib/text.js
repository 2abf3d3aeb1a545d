'use strict'

// What crosses the border to the native half: JSON text, and nothing that JSON would leave out or change without a word.

const { aborted, typed } = require('./errors.js')
const native = require('../native.js').load()

/** The JSON text of a call; a TypeError with the path of what has none. */
function textOf(call) {
  const paths = new Map()
  let text
  try {
    text = JSON.stringify(call, function (key, value) {
      const path = below(paths.get(this), this, key)
      const wrong = unwritable(value, Array.isArray(this))
      if (wrong) throw new TypeError(`${path}: ${wrong} has no JSON form`)
      if (typeof value === 'object' && value !== null) paths.set(value, path)
      return value
    })
  } catch (error) {
    throw error instanceof TypeError ? error : new TypeError('the argument cannot be read', { cause: error })
  }
  return text
}

function below(path, holder, key) {
  if (path === undefined) return key
  if (Array.isArray(holder)) return `${path}[${key}]`
  return path ? `${path}.${key}` : key
}

function unwritable(value, inList) {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? null : String(value)
    case 'bigint':
      return `the BigInt ${value}`
    case 'function':
      return 'a function'
    case 'symbol':
      return 'a symbol'
    case 'undefined':
      return inList ? 'undefined' : null
    case 'object':
      return value instanceof Map || value instanceof Set || value instanceof RegExp || ArrayBuffer.isView(value)
        ? `a ${value.constructor.name}`
        : null
    default:
      return null
  }
}

/** What needs no account. */
function work(call) {
  return sync(() => JSON.parse(native.work(textOf(call))))
}

/** The same for what waits for files. */
async function workLater(call) {
  try {
    return JSON.parse(await native.workLater(textOf(call)))
  } catch (error) {
    throw typed(error)
  }
}

/** A native call whose errors are typed. */
function sync(call) {
  try {
    return call()
  } catch (error) {
    throw typed(error)
  }
}

function text(value, what) {
  if (typeof value !== 'string') throw new TypeError(`${what} must be a string, not ${kindOf(value)}`)
  return value
}

function object(value, what) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${what} must be an object, not ${kindOf(value)}`)
  }
  return value
}

/** Options, without the signal that may be among them. */
function options(value) {
  if (value === undefined) return { signal: undefined, rest: {} }
  const { signal, ...rest } = object(value, 'options')
  // As Node itself asks: signals of other realms and of polyfills are signals, too.
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new TypeError(`signal must be an AbortSignal, not ${kindOf(signal)}`)
  }
  if (signal?.aborted) throw aborted(signal)
  return { signal, rest }
}

/** Options of a call that has none but its signal. */
function onlySignal(value) {
  const { signal, rest } = options(value)
  const [key] = Object.keys(rest)
  if (key !== undefined) throw new TypeError(`\`${key}\` is not an option here: there is only \`signal\``)
  return signal
}

function kindOf(value) {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : typeof value
}

module.exports = { native, object, onlySignal, options, sync, text, textOf, work, workLater }
