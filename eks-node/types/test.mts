// Compiled, never run: `tsc` fails where the declarations do not say what is meant.
import {
  CancelledError,
  Cluster,
  Eks,
  EksError,
  Simulator,
  TimedOutError,
  loadKubeConfig,
  rehearse,
  type ClusterInfo,
  type ClusterSpec,
  type DeleteReport,
  type ErrorKind,
  type Handle,
  type Operation,
  type Plan,
  type Rehearsal,
} from 'eks-node'

// Specs.
const spec: ClusterSpec = { name: 'web', nodeGroups: [{ name: 'a', capacity: 'spot', scaling: { min: 1, max: 4 } }] }
const cluster = new Cluster(spec)
const name: string | undefined = cluster.name
const plain: ClusterSpec = cluster.toJSON()
// @ts-expect-error: a cluster does not change
cluster.name = 'other'
// @ts-expect-error: a misspelt key
new Cluster({ nodGroups: [] })
// @ts-expect-error: no such word
new Cluster({ nodeGroups: [{ capacity: 'spott' }] })
// @ts-expect-error: YAML is text
Cluster.fromYaml(spec)

// Clients.
const eks = new Eks({ region: 'us-west-2', guards: { regions: ['us-west-2'] } })
new Eks({ credentials: { accessKeyId: 'a', secretAccessKey: 'b', expiration: new Date(0) } })
// @ts-expect-error: a misspelt option
new Eks({ regoin: 'us-west-2' })
// @ts-expect-error: half of the credentials
new Eks({ credentials: { accessKeyId: 'a' } })

// Operations.
const { signal } = new AbortController()
const create: Operation<ClusterInfo> = eks.create(cluster, { signal, timeoutSeconds: 3600 })
const again: Operation<ClusterInfo> = eks.create(spec).showProgress()
const info: ClusterInfo = await create
const endpoint: string | null = info.endpoint
const yaml: string = info.kubeconfig()
const expiresAt: Date = (await eks.token('web')).expiresAt
for await (const event of create) {
  switch (event.event) {
    case 'planned':
      event.plan.timelineSvg() satisfies string
      break
    case 'stepDone':
      event.seconds satisfies number
      break
    default:
      // @ts-expect-error: only a step that is done took its time
      event.seconds
  }
}
const plan: Plan | null = create.plan
const map: string | null | undefined = plan?.mapSvg()
const handle: Handle | null = create.detach()
const undone: Operation<DeleteReport> = create.cancel('rollBack')
const left: Handle | null = create.cancel()
// @ts-expect-error: no such outcome
create.cancel('undo')
// @ts-expect-error: operations are begun by clients
new Operation()
const all: [ClusterInfo, DeleteReport] = await Promise.all([eks.create(spec), eks.delete('web', { keepLogs: true })])
// @ts-expect-error: an option of `create`
eks.delete('web', { preflight: true })
// @ts-expect-error: which size
eks.scale('web', 'a')
await eks.scale('web', 'a', { min: 0, max: 3, desired: 1 })
await eks.label('web', 'a', { team: 'orders', old: null })
await eks.taint('web', 'a', { set: [{ key: 'app', effect: 'NoSchedule' }] })
await eks.tag('web', { team: 'orders' }, { activate: true })
if (handle) {
  const resumed = await eks.resume(handle)
  // @ts-expect-error: it may have been a delete
  resumed.endpoint
}
const read: Promise<Plan> = eks.plan(spec, { prune: true, signal })

// The simulator.
const sim = new Simulator({ seed: 7, faults: [{ operation: 'CreateCluster', times: 1, effect: { kind: 'throttle' } }] })
const kinds: string[] = sim.left().map((resource) => resource.kind)
await sim.advance(60)
// @ts-expect-error: a time is a number
sim.advance('60')
const client: Eks = sim.client({ region: 'eu-west-1' })
const rehearsal: Rehearsal = await rehearse(cluster)
// @ts-expect-error: a spec is an object
await rehearse('web')

// Errors.
try {
  await create
} catch (error) {
  if (error instanceof TimedOutError) error.stillRunning satisfies readonly string[]
  if (error instanceof CancelledError) error.code satisfies 'cancelled'
  if (error instanceof EksError) {
    error.awsCode satisfies string | null
    // @ts-expect-error: errors are not changed
    error.code = 'failed'
  }
}
// @ts-expect-error: no such kind
const kind: ErrorKind = 'misspelt'

// Others.
class KubeConfig {
  users: readonly { name: string }[] = []
  loadFromString(_config: string, _options?: object): void {}
  addAuthenticator(_authenticator: { isAuthProvider(user: object): boolean }): void {}
}
const kubeConfig: KubeConfig = await loadKubeConfig(new KubeConfig(), eks, 'web')

export { again, all, client, endpoint, expiresAt, kind, kinds, kubeConfig, left, map, name, plain, read, rehearsal, undone, yaml }
