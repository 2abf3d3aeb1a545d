'use strict'

const { text } = require('./text.js')

const NAME = 'eks-node'

/**
 * Lets a KubeConfig of `@kubernetes/client-node` into a cluster, with tokens from this process: no program is run for
 * them, and each request has one that is valid.
 */
async function loadKubeConfig(kubeConfig, eks, name) {
  for (const method of ['addAuthenticator', 'loadFromString']) {
    if (typeof kubeConfig?.[method] !== 'function') {
      throw new TypeError("kubeConfig must be a KubeConfig of '@kubernetes/client-node'")
    }
  }
  text(name, 'name')
  kubeConfig.loadFromString(await eks.kubeconfig(name))
  // Instead of the program that kubectl would run.
  const marked = kubeConfig.users.map((user) => ({ name: user.name, authProvider: { name: NAME } }))
  kubeConfig.users = marked
  kubeConfig.addAuthenticator({
    isAuthProvider: (user) => marked.includes(user),
    async applyAuthentication(_user, options) {
      const { token } = await eks.token(name)
      options.headers = { ...options.headers, Authorization: `Bearer ${token}` }
    },
  })
  return kubeConfig
}

module.exports = { loadKubeConfig }
