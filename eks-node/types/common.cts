// Compiled, never run: CommonJS sees what ESM sees.
import eks = require('eks-node')

const client = new eks.Eks({ region: 'us-west-2' })
const spec: eks.ClusterSpec = { name: 'web' }
const plan: Promise<eks.Plan> = client.plan(new eks.Cluster(spec))
// @ts-expect-error: no such method
client.explode()

export = plan
