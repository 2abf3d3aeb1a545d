// The numbers of the Node package: see ../README.md. Each is taken in a process of its own.
//
//     node bench.mjs [EKS-SIM]
import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const RUNS = 11
const CREATES = Number(process.env.CREATES ?? 1000)
const self = fileURLToPath(import.meta.url)
const SECONDS = Number(process.env.SECONDS ?? 30)
const MB = 1e6

/** Milliseconds from nothing to a client. */
async function start(name) {
  const began = performance.now()
  if (name === 'eks-node') {
    const { Eks } = await import('eks-node')
    new Eks({ region: 'us-west-2' })
  } else {
    const { EKSClient } = await import('@aws-sdk/client-eks')
    new EKSClient({ region: 'us-west-2' })
  }
  return { milliseconds: performance.now() - began, megabytes: process.memoryUsage.rss() / MB }
}

/**
 * So many creates in flight, of a client of AWS that speaks HTTP with somebody else's process, begun one or many in a turn of
 * the event loop: the most memory of this process, and how late the loop came to its timers.
 */
async function creates(endpointUrl, turn) {
  const { Eks } = await import('eks-node')
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
  const eks = new Eks({ region: 'us-west-2', endpointUrl, credentials })
  await eks.list()
  const alone = process.memoryUsage.rss() / MB
  // It says how late a timer of this many milliseconds came, with those milliseconds.
  const resolution = 1
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  const began = performance.now()
  const failures = []
  let ended = 0
  for (let number = 0; number < CREATES; number += 1) {
    const over = () => (ended += 1)
    eks.create({ name: `web-${number}` }).then(over, (error) => failures.push(error))
    if (number % turn === turn - 1) await new Promise((resolve) => setImmediate(resolve))
  }
  const begun = performance.now() - began
  let most = 0
  for (let second = 0; second < SECONDS; second += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    most = Math.max(most, process.memoryUsage.rss() / MB)
  }
  delay.disable()
  if (failures.length > 0) throw new Error(`${failures.length} creates failed`, { cause: failures[0] })
  const late = (nanoseconds) => nanoseconds / 1e6 - resolution
  eks.close()
  return { begun, alone, most, ended, late: { p99: late(delay.percentile(99)), max: late(delay.max) } }
}

/** An account of AWS in a process of its own, which takes AWS's time. */
async function served(program, use) {
  const names = ['clusters', 'vpcs', 'internetGateways', 'elasticAddresses', 'natGatewaysPerZone', 'stacks', 'standardVcpus']
  const folder = mkdtempSync(join(tmpdir(), 'eks-node-'))
  const settings = join(folder, 'settings.json')
  writeFileSync(settings, JSON.stringify({ quotas: Object.fromEntries(names.map((name) => [name, CREATES * 10])) }))
  const args = ['serve', '--settings', settings, '--speed', '1', '--until-stdin-closes']
  const server = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const [line] = await once(createInterface({ input: server.stdout }), 'line')
    return await use(JSON.parse(line).endpoint)
  } finally {
    server.stdin.end()
    await once(server, 'exit')
    rmSync(folder, { recursive: true })
  }
}

/** Megabytes of the package, packed and not, with the addon of this platform. */
function size() {
  const home = dirname(createRequire(import.meta.url).resolve('eks-node'))
  const pack = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: home, stdio: ['ignore', 'pipe', 'ignore'] })
  const [{ size, unpackedSize }] = JSON.parse(pack)
  const { file } = createRequire(import.meta.url)(`${home}/native.js`)
  return { packed: size / MB, unpacked: unpackedSize / MB, addon: statSync(file).size / MB }
}

async function child(...args) {
  // What others warn of is no number.
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', self, ...args])
  return JSON.parse(stdout)
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)]
const line = (what, ...numbers) => console.log(what.padEnd(56), ...numbers.map((it) => it.padStart(12)))
const ms = (it) => `${it.toFixed(1)} ms`
const mb = (it) => `${it.toFixed(1)} MB`

async function all(program) {
  const { packed, unpacked, addon } = size()
  line('package: packed, unpacked, the addon in it', mb(packed), mb(unpacked), mb(addon))
  const names = ['eks-node', '@aws-sdk/client-eks']
  // In turn, so that whatever the machine does it does to both; the first of each warms the file cache.
  const runsOf = { 'eks-node': [], '@aws-sdk/client-eks': [] }
  for (let run = 0; run <= RUNS; run += 1) {
    for (const name of names) runsOf[name].push(await child('start', name))
  }
  const [ours, theirs] = names.map((name) => {
    const runs = runsOf[name].slice(1)
    const milliseconds = median(runs.map((run) => run.milliseconds))
    line(`import and client: ${name}`, ms(milliseconds), mb(median(runs.map((run) => run.megabytes))))
    return milliseconds
  })
  line('  times faster', (theirs / ours).toFixed(1))
  if (!program) return
  for (const turn of [1, CREATES]) {
    const { begun, alone, most, ended, late } = await served(program, (endpoint) => child('creates', endpoint, String(turn)))
    line(`${CREATES} creates in flight, ${turn} begun in a turn`, `${ended} ended`)
    line('  all begun after', ms(begun))
    line('  memory of a client alone, and most', mb(alone), mb(most))
    line('  event loop late: p99, max', ms(late.p99), ms(late.max))
  }
}

const [command, ...args] = process.argv.slice(2)
if (command === 'start') console.log(JSON.stringify(await start(...args)))
else if (command === 'creates') console.log(JSON.stringify(await creates(args[0], Number(args[1]))))
else await all(command)
