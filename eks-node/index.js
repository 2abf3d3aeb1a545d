'use strict'

const { ClusterInfo, Plan } = require('./lib/answers.js')
const { Cluster } = require('./lib/cluster.js')
const { Eks } = require('./lib/client.js')
const { EksError, subclasses } = require('./lib/errors.js')
const { Operation } = require('./lib/operation.js')
const { Simulator } = require('./lib/simulator.js')
const { loadKubeConfig } = require('./lib/kubernetes.js')
const { rehearse } = require('./lib/rehearse.js')

module.exports = {
  Cluster,
  ClusterInfo,
  Eks,
  EksError,
  Operation,
  Plan,
  Simulator,
  loadKubeConfig,
  rehearse,
  ...subclasses,
}
