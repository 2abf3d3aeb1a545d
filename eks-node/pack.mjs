// Lays out what is published, as napi's own tools do: `npm/eks-node`, which is JavaScript alone and asks for the addon of
// whatever platform it is installed on, and `npm/eks-node-<platform>` with that of this one. Each platform runs it after
// `node build.mjs --profile release`; publish the platforms' packages first.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { file, platform } from './native.js'

const home = dirname(fileURLToPath(import.meta.url))
const to = process.argv[2] ?? join(home, 'npm')

// Of each the words of npm for where it can be installed.
const PLATFORMS = {
  'linux-x64-gnu': { os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
  'linux-arm64-gnu': { os: ['linux'], cpu: ['arm64'], libc: ['glibc'] },
  'linux-x64-musl': { os: ['linux'], cpu: ['x64'], libc: ['musl'] },
  'linux-arm64-musl': { os: ['linux'], cpu: ['arm64'], libc: ['musl'] },
  'darwin-x64': { os: ['darwin'], cpu: ['x64'] },
  'darwin-arm64': { os: ['darwin'], cpu: ['arm64'] },
  'win32-x64-msvc': { os: ['win32'], cpu: ['x64'] },
}

const { scripts, ...main } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
const { version, license, engines } = main

lay('eks-node', {
  ...main,
  files: main.files.filter((name) => name !== '*.node'),
  optionalDependencies: Object.fromEntries(Object.keys(PLATFORMS).map((name) => [`eks-node-${name}`, version])),
}, ['README.md', ...main.files.filter((name) => name !== '*.node')])

const where = PLATFORMS[platform]
if (!where) throw new Error(`nothing is published for ${platform}`)
const addon = `eks.${platform}.node`
const description = `The addon of eks-node for ${platform}`
lay(`eks-node-${platform}`, { name: `eks-node-${platform}`, version, description, license, engines, main: addon, files: [addon], ...where }, [])
cpSync(file, join(to, `eks-node-${platform}`, addon))

function lay(name, manifest, files) {
  const folder = join(to, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  for (const name of files) cpSync(join(home, name), join(folder, name), { recursive: true })
}
