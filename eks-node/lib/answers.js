'use strict'

// Answers are what the native half told, as it told it; some have methods besides.

const { text, work, workLater } = require('./text.js')

/** What will be, is being, or was done. */
class Plan {
  isEmpty() {
    return work({ method: 'isEmpty', plan: this })
  }

  toString() {
    return work({ method: 'draw', plan: this, form: 'text' })
  }

  timelineSvg() {
    return work({ method: 'draw', plan: this, form: 'timelineSvg' })
  }

  timelineMermaid() {
    return work({ method: 'draw', plan: this, form: 'timelineMermaid' })
  }

  progressSvg() {
    return work({ method: 'draw', plan: this, form: 'progressSvg' })
  }

  mapSvg() {
    return work({ method: 'draw', plan: this, form: 'mapSvg' })
  }

  mapMermaid() {
    return work({ method: 'draw', plan: this, form: 'mapMermaid' })
  }
}

/** Who can be asked more about a cluster. */
const clients = new WeakMap()

/** A cluster and what belongs to it, as it was when it was looked at. */
class ClusterInfo {
  kubeconfig() {
    return work({ method: 'kubeconfig', info: this })
  }

  async writeKubeconfig(path) {
    if (path !== undefined) text(path, 'path')
    return workLater({ method: 'writeKubeconfig', info: this, path })
  }

  async token(options) {
    return clients.get(this).token(this.name, options)
  }
}

function plan(told) {
  return Object.setPrototypeOf(told, Plan.prototype)
}

function info(told, eks) {
  const info = Object.setPrototypeOf(told, ClusterInfo.prototype)
  clients.set(info, eks)
  return info
}

/** What an operation came to. */
function outcome({ outcome, ...told }, eks) {
  return outcome === 'created' ? info(told, eks) : told
}

/** One thing that happened: data, and words. */
const happened = {
  toString() {
    return work({ method: 'tell', event: this })
  },
}
Object.defineProperty(happened, 'toString', { enumerable: false })

function event(told) {
  if (told.event === 'planned') plan(told.plan)
  return Object.setPrototypeOf(told, happened)
}

module.exports = { ClusterInfo, Plan, event, info, outcome, plan }
