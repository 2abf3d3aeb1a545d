// Processes and threads: each ends by itself, whatever is under way, and none ends another.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'

import { Stage } from '../testing.mjs'

const home = fileURLToPath(new URL('..', import.meta.url))
const bin = fileURLToPath(new URL('../bin/eks-node.mjs', import.meta.url))
/** Far more than any of these needs: whoever takes as long hangs. */
const HANGS = 60_000

const run = promisify(execFile)
/**
 * Runs a module in a process of its own, which has to end by itself and say nothing of errors. Its standard input ends when
 * it has called the server.
 */
async function script(text, ...flags) {
  const running = run(process.execPath, [...flags, '--input-type=module', '--eval', text], {
    cwd: home,
    timeout: HANGS,
    env: { ...process.env, SILENCE: String(server.address().port) },
  })
  const called = () => running.child.stdin.end()
  server.once('connection', called)
  const { stdout, stderr } = await running.finally(() => server.off('connection', called))
  assert.equal(stderr, '')
  return stdout
}

const SILENT = `
  import { Eks } from 'eks-node'
  const eks = new Eks({
    region: 'us-west-2',
    endpointUrl: 'http://127.0.0.1:' + process.env.SILENCE,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' },
  })
`

// Somebody who listens and never answers.
let server
before(async () => {
  server = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
})
after(() => server.close())

test('a process ends while an operation is detached', async () => {
  const told = await script(`${SILENT}
    const create = eks.create({ name: 'web' })
    process.stdin.on('end', () => { create.detach(); console.log('detached') }).resume()
  `)
  assert.equal(told, 'detached\n')
})

test('a process ends after its client is closed', async () => {
  const told = await script(`${SILENT}
    eks.create({ name: 'web' })
    eks.describe('web').catch(() => {})
    process.stdin.on('end', () => { eks.close(); console.log('closed') }).resume()
  `)
  assert.equal(told, 'closed\n')
})

test('a process ends after its clients are garbage', async () => {
  const told = await script(
    `
    import { Eks, Simulator } from 'eks-node'
    let held = Array.from({ length: 20 }, () => { const sim = new Simulator(); return [sim, sim.client(), new Eks()] })
    await Promise.all(held.map(([, eks]) => eks.list()))
    held = null
    gc()
    await new Promise((resolve) => setImmediate(resolve))
    gc()
    console.log('ends')
  `,
    '--expose-gc',
  )
  assert.equal(told, 'ends\n')
})

test('a process that ends in the middle ends', async () => {
  const told = await script(`
    import { Simulator } from 'eks-node'
    const eks = new Simulator().client()
    for (let number = 0; number < 20; number += 1) eks.create({ name: 'web-' + number })
    for await (const event of eks.create({ name: 'web' })) { console.log(event.event); process.exit(0) }
  `)
  assert.equal(told, 'planned\n')
})

test('an operation that nobody awaits is done before its process ends', async () => {
  const told = await script(`
    import { Simulator } from 'eks-node'
    const sim = new Simulator()
    sim.client().create({ name: 'web', nodeGroups: [] })
    process.on('exit', () => console.log(sim.left().some(({ kind }) => kind === 'AWS::EKS::Cluster')))
  `)
  assert.equal(told, 'true\n')
})

test('what fails and is not awaited is no unhandled rejection', async () => {
  const told = await script(`
    import { Simulator } from 'eks-node'
    const sim = new Simulator()
    const eks = sim.client()
    sim.addFault({ operation: 'CreateCluster', effect: { kind: 'error', code: 'AccessDeniedException', message: 'no', status: 403 } })
    eks.create({ nodGroups: [] })
    eks.create({}, { signal: AbortSignal.abort() })
    eks.delete(5).showProgress({ stream: { write() { throw new Error('mine') } } })
    eks.create({ name: 'web' }).showProgress({ stream: { isTTY: true, write() { throw new Error('mine') } }, env: {} })
    eks.create({ name: 'other' }).cancel('rollBack')
    process.on('exit', (code) => console.log(code))
  `)
  assert.equal(told, '0\n')
})

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
for (const [index, [, code]] of [...README.matchAll(/```js\n([^]*?)```/g)].entries()) {
  test(`example ${index + 1} of the README`, async () => {
    // On a simulated account.
    const { stderr } = await run(process.execPath, ['--input-type=module', '--eval', `
      import { Simulator as Account } from 'eks-node'
      ${code.replaceAll('new Eks(', 'new Account().client(')}
    `], { cwd: home, timeout: HANGS })
    assert.doesNotMatch(stderr, /Error|Warning/)
  })
}

const WORKER = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { Simulator } = require(workerData)
  const sim = new Simulator()
  const eks = sim.client()
  void (async () => {
    const create = eks.create({ name: 'web' })
    for await (const event of create) if (event.event === 'planned') parentPort.postMessage('planned')
    await create
    await eks.delete('web')
    parentPort.postMessage(sim.left().length)
  })()
`

function worker() {
  return new Worker(WORKER, { eval: true, workerData: fileURLToPath(new URL('../index.js', import.meta.url)) })
}

test('worker threads have clients of their own', async () => {
  const lives = Array.from({ length: 3 }, () => {
    const thread = worker()
    return new Promise((resolve, reject) => {
      const said = []
      thread.on('message', (message) => said.push(message))
      thread.on('error', reject)
      thread.on('exit', (code) => resolve([code, said]))
    })
  })
  assert.deepEqual(await Promise.all(lives), Array(3).fill([0, ['planned', 0]]))
})

test('worker threads that are ended in the middle end nobody else', async () => {
  const stage = new Stage()
  const create = stage.eks.create({ name: 'web' })
  for (let number = 0; number < 5; number += 1) {
    const thread = worker()
    await new Promise((resolve, reject) => thread.once('message', resolve).once('error', reject))
    assert.equal(await thread.terminate(), 1)
  }
  assert.equal((await create).name, 'web')
  await stage.eks.delete('web')
  assert.deepEqual(stage.left(), [])
})

const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'none', AWS_EC2_METADATA_DISABLED: 'true' }
const plugin = (args, env = {}) =>
  run(process.execPath, [bin, ...args], { timeout: HANGS, env: { PATH: process.env.PATH, ...keys, ...env } })

test('eks-node token is an exec plugin', async () => {
  const { stdout, stderr } = await plugin(['token', '--cluster-name', 'web', '--region', 'us-west-2'])
  assert.equal(stderr, '')
  const credential = JSON.parse(stdout)
  assert.deepEqual([credential.kind, credential.apiVersion], ['ExecCredential', 'client.authentication.k8s.io/v1beta1'])
  assert.match(credential.status.token, /^k8s-aws-v1\./)
  const url = Buffer.from(credential.status.token.slice('k8s-aws-v1.'.length), 'base64url').toString()
  assert.match(url, /^https:\/\/sts\.us-west-2\.amazonaws\.com\//)
  assert.ok(Date.parse(credential.status.expirationTimestamp) > Date.now())

  const KUBERNETES_EXEC_INFO = JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', spec: {} })
  const asked = await plugin(['token', '--cluster-name=web', '--region=us-west-2'], { KUBERNETES_EXEC_INFO })
  assert.equal(JSON.parse(asked.stdout).apiVersion, 'client.authentication.k8s.io/v1')
})

test('eks-token is the same by the name that kubeconfigs have', async () => {
  const plugin = fileURLToPath(new URL('../bin/eks-token.mjs', import.meta.url))
  const args = ['--region', 'us-west-2', '--cluster-name', 'web']
  const { stdout } = await run(process.execPath, [plugin, ...args], { timeout: HANGS, env: { PATH: process.env.PATH, ...keys } })
  assert.equal(JSON.parse(stdout).kind, 'ExecCredential')
})

test('eks-node says what is missing', async () => {
  const refused = async (args) => {
    const error = await plugin(args).then(assert.fail, (error) => error)
    assert.equal(error.code, 1)
    assert.equal(error.stdout, '')
    return error.stderr
  }
  assert.match(await refused([]), /^eks-node: There is one command: token/)
  assert.match(await refused(['token']), /^eks-node: --cluster-name is missing/)
  assert.match(await refused(['token', '--cluster', 'web']), /^eks-node: Unknown option '--cluster'/)
  assert.match(await refused(['token', '--cluster-name', '../x', '--region', 'us-west-2']), /^eks-node: /)
  const { stdout } = await plugin(['--help'])
  assert.match(stdout, /Usage: eks-node token/)
})
