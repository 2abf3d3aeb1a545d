'use strict'

const { inspect } = require('node:util')

const { object, text, work } = require('./text.js')

/** A spec that holds every rule that needs no call, with its name chosen. It has the spec's fields, and does not change. */
class Cluster {
  constructor(spec = {}) {
    filled(this, work({ method: 'check', cluster: object(spec, 'spec') }))
  }

  static fromJSON(json) {
    return new Cluster(typeof json === 'string' ? parsed(json) : json)
  }

  static fromYaml(yaml) {
    return new Cluster(work({ method: 'readYaml', yaml: text(yaml, 'yaml') }))
  }

  static fromClusterConfig(yaml) {
    return new Cluster(work({ method: 'readClusterConfig', yaml: text(yaml, 'yaml') }))
  }

  toJSON() {
    return { ...this }
  }

  toYaml() {
    return work({ method: 'writeYaml', cluster: this })
  }

  toClusterConfig() {
    return work({ method: 'writeClusterConfig', cluster: this })
  }

  [inspect.custom](depth, options) {
    return `Cluster ${inspect(this.toJSON(), options)}`
  }
}

function parsed(json) {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new TypeError('this is no JSON', { cause: error })
  }
}

/** The spec of a cluster that is there, whatever a rule says of it. */
function found(spec) {
  return filled(Object.create(Cluster.prototype), spec)
}

function filled(cluster, spec) {
  Object.assign(cluster, spec)
  frozen(cluster)
  return cluster
}

function frozen(value) {
  if (typeof value !== 'object' || value === null) return
  Object.freeze(value)
  for (const part of Object.values(value)) frozen(part)
}

module.exports = { Cluster, found }
