#!/usr/bin/env node
// The name by which kubeconfigs of this library call their exec plugin: `eks-node token`.
process.argv.splice(2, 0, 'token')
await import('./eks-node.mjs')
