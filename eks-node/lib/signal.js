'use strict'

/** Who wants to hear of each signal: one listener for all of them, since Node warns of the eleventh. */
const heard = new WeakMap()

/** Has `stop` called when the signal is aborted; gives what makes it nobody again. No signal is never aborted. */
function onAbort(signal, stop) {
  if (!signal) return () => {}
  const listener = heard.get(signal) ?? listening(signal)
  listener.stops.add(stop)
  return () => {
    listener.stops.delete(stop)
    if (listener.stops.size > 0) return
    signal.removeEventListener('abort', listener)
    heard.delete(signal)
  }
}

function listening(signal) {
  const listener = {
    stops: new Set(),
    handleEvent() {
      for (const stop of listener.stops) stop()
    },
  }
  signal.addEventListener('abort', listener, { once: true })
  heard.set(signal, listener)
  return listener
}

module.exports = { onAbort }
