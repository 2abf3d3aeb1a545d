// The numbers of the Node package: see ../README.md. Each is taken in a process of its own.
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

const RUNS = 11
const CREATES = Number(process.env.CREATES ?? 1000)
const self = fileURLToPath(import.meta.url)
const MIB = 1024 * 1024

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
  return { milliseconds: performance.now() - began, mebibytes: process.memoryUsage.rss() / MIB }
}

/** So many creates at once, begun in one turn of the event loop or a few in each. */
async function creates(turn) {
  const { Simulator } = await import('eks-node')
  const many = CREATES * 10
  const names = ['clusters', 'vpcs', 'internetGateways', 'elasticAddresses', 'natGatewaysPerZone', 'stacks', 'standardVcpus']
  const sim = new Simulator({ quotas: Object.fromEntries(names.map((name) => [name, many])) })
  const eks = sim.client()
  const before = process.memoryUsage.rss() / MIB
  // It says how late a timer of this many milliseconds came, with those milliseconds.
  const resolution = 1
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  const began = performance.now()
  const ends = []
  for (let number = 0; number < CREATES; number += 1) {
    // What it came to is nobody's: it is creates in flight that are measured.
    ends.push(eks.create({ name: `web-${number}` }).then(() => null, (error) => error))
    if (number % turn === turn - 1) await new Promise((resolve) => setImmediate(resolve))
  }
  const begun = performance.now() - began
  const failed = (await Promise.all(ends)).filter((end) => end !== null)
  const seconds = (performance.now() - began) / 1000
  // One more turn, so that the last delay is counted.
  await new Promise((resolve) => setTimeout(resolve, 2 * resolution))
  delay.disable()
  if (failed.length > 0) throw new Error(`${failed.length} creates failed`, { cause: failed[0] })
  const late = (nanoseconds) => nanoseconds / 1e6 - resolution
  return {
    begun,
    seconds,
    before,
    most: process.resourceUsage().maxRSS / 1024,
    late: { p99: late(delay.percentile(99)), max: late(delay.max) },
  }
}

/** Mebibytes of the package, packed and not, with the addon of this platform. */
function size() {
  const home = dirname(createRequire(import.meta.url).resolve('eks-node'))
  const pack = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: home, stdio: ['ignore', 'pipe', 'ignore'] })
  const [{ size, unpackedSize }] = JSON.parse(pack)
  const { file } = createRequire(import.meta.url)(`${home}/native.js`)
  return { packed: size / MIB, unpacked: unpackedSize / MIB, addon: statSync(file).size / MIB }
}

function child(...args) {
  // What others warn of is no number.
  const flags = ['--no-warnings', self, ...args]
  return JSON.parse(execFileSync(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] }))
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)]
const line = (what, ...numbers) => console.log(what.padEnd(56), ...numbers.map((it) => it.padStart(12)))
const ms = (it) => `${it.toFixed(1)} ms`
const mib = (it) => `${it.toFixed(1)} MiB`

function all() {
  const { packed, unpacked, addon } = size()
  line('package: packed, unpacked, the addon in it', mib(packed), mib(unpacked), mib(addon))
  const names = ['eks-node', '@aws-sdk/client-eks']
  // In turn, so that whatever the machine does it does to both; the first of each warms the file cache.
  const rounds = Array.from({ length: RUNS + 1 }, () => names.map((name) => child('start', name))).slice(1)
  const [ours, theirs] = names.map((name, place) => {
    const runs = rounds.map((round) => round[place])
    const milliseconds = median(runs.map((run) => run.milliseconds))
    line(`import and client: ${name}`, ms(milliseconds), mib(median(runs.map((run) => run.mebibytes))))
    return milliseconds
  })
  line('  times faster', (theirs / ours).toFixed(1))
  for (const turn of [1, CREATES]) {
    const { begun, seconds, before, most, late } = child('creates', String(turn))
    line(`${CREATES} creates at once, ${turn} begun in a turn`, `${seconds.toFixed(1)} s`)
    line('  all begun after', ms(begun))
    line('  memory before, and most', mib(before), mib(most))
    line('  event loop late: p99, max', ms(late.p99), ms(late.max))
  }
}

const [command, argument] = process.argv.slice(2)
if (command === 'start') console.log(JSON.stringify(await start(argument)))
else if (command === 'creates') console.log(JSON.stringify(await creates(Number(argument))))
else all()
