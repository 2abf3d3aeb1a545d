// Specs, plans and what a simulated account tells.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'

import { Cluster, FileError, InvalidSpecError, Plan, Simulator, loadKubeConfig, rehearse } from 'eks-node'

import { Stage } from '../testing.mjs'

test('a cluster is a spec that was checked', () => {
  const cluster = new Cluster({ nodeGroups: [{ name: 'a', labels: { team: 'orders' } }] })
  assert.match(cluster.name, /^[a-z]+-[a-z]+-\d+$/, 'its name is chosen')
  assert.deepEqual(JSON.parse(JSON.stringify(cluster)), cluster.toJSON())
  assert.throws(() => {
    'use strict'
    cluster.nodeGroups[0].labels.team = 'other'
  }, TypeError)
  assert.match(inspect(cluster), /^Cluster \{/)
  for (const twin of [
    Cluster.fromYaml(cluster.toYaml()),
    Cluster.fromJSON(JSON.stringify(cluster)),
    Cluster.fromJSON(cluster.toJSON()),
    new Cluster(cluster),
  ]) {
    assert.deepEqual(twin, cluster)
  }
  const config = new Cluster({ name: 'web', region: 'us-west-2', version: '1.34' }).toClusterConfig()
  assert.match(config, /kind: ClusterConfig/)
  assert.equal(Cluster.fromClusterConfig(config).version, '1.34')
})

test('labels are data, whatever they are called', async () => {
  const spec = JSON.parse('{"name": "web", "nodeGroups": [], "tags": {"__proto__": "a", "constructor": "b"}}')
  const stage = new Stage()
  const info = await stage.eks.create(spec)
  assert.ok(Object.hasOwn(info.tags, '__proto__'))
  assert.equal(info.tags.constructor, 'b')
  assert.equal({}.a, undefined)
})

test('a plan can be drawn, also from its JSON', async () => {
  const stage = new Stage()
  const plan = await stage.eks.plan({ name: 'web' })
  assert.ok(plan instanceof Plan)
  assert.match(String(plan), /^Create cluster web in us-west-2/)
  assert.match(plan.timelineSvg(), /^<svg/)
  assert.match(plan.mapSvg(), /^<svg/)
  assert.match(plan.timelineMermaid(), /gantt/)
  assert.match(plan.mapMermaid(), /flowchart/)
  const copy = Object.setPrototypeOf(JSON.parse(JSON.stringify(plan)), Plan.prototype)
  assert.equal(String(copy), String(plan))
  await stage.eks.create({ name: 'web' })
  assert.equal((await stage.eks.planDelete('web')).mapSvg(), null)
  assert.equal(plan.isEmpty(), false)
  assert.equal((await stage.eks.plan({ name: 'web' })).isEmpty(), true)
})

test('faults by name, and the ledger that knows of them', async () => {
  const sim = new Simulator({ seed: 3 })
  const eks = sim.client()
  sim.addFault({ service: 'eks', operation: 'CreateCluster', times: 2, effect: { kind: 'throttle' } })
  const create = eks.create({ name: 'web', nodeGroups: [] })
  const retries = []
  for await (const event of create) if (event.event === 'retrying') retries.push(event.what)
  assert.ok(retries.length > 0)
  const { calls, resources } = sim.ledger()
  const creates = calls.filter(({ operation }) => operation === 'CreateCluster').map(({ outcome }) => outcome)
  assert.ok(creates.filter(({ refused }) => /Throttl|TooMany/.test(refused)).length === 2, JSON.stringify(creates))
  assert.equal(creates.at(-1), 'accepted')
  assert.ok(resources.some(({ kind, id }) => kind === 'AWS::EKS::Cluster' && id.includes('web')))
  assert.ok(sim.left().length > 0 && sim.cost() > 0)

  sim.addFault({ effect: { kind: 'error', code: 'AccessDeniedException', message: 'no', status: 403 } })
  await assert.rejects(eks.delete('web'), { code: 'accessDenied' })
  sim.clearFaults()
  await eks.delete('web')
  assert.deepEqual(sim.left(), [])
})

test('a client that dies is succeeded by another', async () => {
  const sim = new Simulator()
  const dying = sim.client().create({ name: 'web' })
  sim.addFault({ operation: 'CreateNodegroup', effect: { kind: 'dieAfterAccept' } })
  for await (const event of dying) if (event.event === 'stepStarted' && event.step === 'createCluster') break
  dying.detach()
  sim.clearFaults()
  assert.equal((await sim.client().create({ name: 'web' })).nodes.length, 2)
  assert.equal(sim.ledger().resources.filter(({ kind }) => kind === 'AWS::EKS::Nodegroup').length, 1)
})

test('time is virtual', async () => {
  const sim = new Simulator({ start: Date.UTC(2027, 0, 1) })
  assert.equal(sim.now().toISOString(), '2027-01-01T00:00:00.000Z')
  await sim.advance(90)
  assert.equal(sim.now().toISOString(), '2027-01-01T00:01:30.000Z')
})

test('tokens and kubeconfigs', async () => {
  const stage = new Stage()
  const info = await stage.eks.create({ name: 'web', nodeGroups: [] })
  const { token, expiresAt } = await info.token()
  assert.match(token, /^k8s-aws-v1\./)
  assert.ok(expiresAt > stage.sim.now())
  await stage.sim.advance(3600)
  const next = await stage.eks.token('web')
  assert.ok(next.expiresAt > stage.sim.now(), 'another is made when the first is over')
  assert.match(info.kubeconfig(), /command: /)
  assert.doesNotMatch(info.kubeconfig(), /k8s-aws-v1/)
  assert.equal(await stage.eks.kubeconfig('web'), info.kubeconfig())
  assert.match(await stage.eks.staticKubeconfig('web'), /token: k8s-aws-v1\./)

  const folder = mkdtempSync(join(tmpdir(), 'eks-node-'))
  try {
    const path = join(folder, 'config')
    assert.equal(await info.writeKubeconfig(path), path)
    assert.equal(await stage.eks.writeKubeconfig('web', path), path)
    const written = readFileSync(path, 'utf8')
    assert.match(written, /current-context: /)
    assert.equal(written.match(/certificate-authority-data/g).length, 1, 'once, however often')
    await assert.rejects(info.writeKubeconfig(folder), FileError)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test("@kubernetes/client-node's KubeConfig has a token for each request", async () => {
  // Its shape in 1.4.0 and 2.0.1.
  class KubeConfig {
    users = []
    authenticators = []
    loadFromString(yaml) {
      assert.match(yaml, /kind: Config/)
      this.users = [{ name: 'me', exec: { command: 'eks-token' } }]
    }
    addAuthenticator(authenticator) {
      this.authenticators.push(authenticator)
    }
  }
  const stage = new Stage()
  await stage.eks.create({ name: 'web', nodeGroups: [] })
  const kubeConfig = await loadKubeConfig(new KubeConfig(), stage.eks, 'web')
  const [user] = kubeConfig.users
  assert.deepEqual(Object.keys(user), ['name', 'authProvider'], 'no program is run')
  const [authenticator] = kubeConfig.authenticators
  assert.ok(authenticator.isAuthProvider(user) && !authenticator.isAuthProvider({ name: 'other' }))
  const options = { headers: { Accept: 'application/json' } }
  await authenticator.applyAuthentication(user, options)
  assert.match(options.headers.Authorization, /^Bearer k8s-aws-v1\./)
  assert.equal(options.headers.Accept, 'application/json')
  await assert.rejects(loadKubeConfig({}, stage.eks, 'web'), TypeError)
})

test('a rehearsal is a life in one call', async () => {
  const { info, report, events, left, cost, seconds } = await rehearse(new Cluster({ name: 'web' }))
  assert.deepEqual([info.name, report.name, left], ['web', 'web', []])
  assert.ok(seconds > 600 && cost > 0)
  assert.equal(events.filter(({ event }) => event === 'finished').length, 2)
  await assert.rejects(rehearse({ nodGroups: [] }), InvalidSpecError)
})
