'use strict'

// Answers are what the native half told, as it told it; some have methods besides.

const { work } = require('./text.js')

/** What will be, is being, or was done. */
class Plan {
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
  async kubeconfig(options) {
    return clients.get(this).kubeconfig(this.name, options)
  }

  async writeKubeconfig(path, options) {
    return clients.get(this).writeKubeconfig(this.name, path, options)
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
function outcome(told, eks) {
  // Only a cluster has both.
  return 'endpoint' in told && 'nodeGroups' in told ? info(told, eks) : told
}

function event(told) {
  if (told.event === 'planned') plan(told.plan)
  return told
}

module.exports = { ClusterInfo, Plan, event, info, outcome, plan }
