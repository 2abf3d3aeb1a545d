// What is declared is there, and what is there is declared.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import * as eks from 'eks-node'

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const declared = read('index.d.ts')
/** The members of a declared class. */
const body = (name) => declared.match(new RegExp(`^export class ${name}\\b[^]*?^}`, 'm'))[0]

test('require and import give the same', () => {
  const required = createRequire(import.meta.url)('eks-node')
  assert.deepEqual(Object.keys(required).sort(), Object.keys(eks).sort())
  for (const [name, value] of Object.entries(required)) assert.equal(eks[name], value)
})

test('each export is declared, and nothing else is', () => {
  const names = [...declared.matchAll(/^export (?:class|function) (\w+)/gm)].map(([, name]) => name)
  assert.deepEqual(names.sort(), Object.keys(eks).sort())
})

test('each method is declared, and nothing else is', () => {
  for (const type of [eks.Eks, eks.Operation, eks.Plan, eks.ClusterInfo, eks.Cluster, eks.Simulator]) {
    const there = Object.getOwnPropertyNames(type.prototype).filter((name) => name !== 'constructor')
    const members = new Set([...body(type.name).matchAll(/^ {2}(?:readonly )?(\w+)(?:<[^]*?>)?[(:]/gm)].map(([, name]) => name))
    members.delete('constructor')
    assert.deepEqual([...members].sort(), there.sort(), type.name)
  }
})

test('each kind of error has a class', () => {
  const union = read('models.d.ts').match(/export type ErrorKind =([^]*?)\n\n/)[1]
  const kinds = [...union.matchAll(/\| '(\w+)'/g)].map(([, kind]) => kind)
  const classes = Object.values(eks).filter((it) => it.prototype instanceof eks.EksError)
  assert.deepEqual(classes.map((type) => new type('no').code).sort(), kinds.sort())
  for (const type of classes) {
    const { code, name } = new type('no')
    assert.equal(name, type.name)
    assert.equal(name, `${code[0].toUpperCase()}${code.slice(1)}Error`)
    assert.match(body(name), new RegExp(`readonly code: '${code}'`))
  }
})

test('every file that is needed is packed', () => {
  const { bin, exports, files } = JSON.parse(read('package.json'))
  const needed = [...Object.values(bin), exports['./schema.json'], ...Object.values(exports['.']).flatMap(Object.values)]
  for (const file of needed) {
    const path = file.replace(/^\.\//, '')
    assert.ok(files.includes(path) || files.includes(path.split('/')[0]), path)
    assert.ok(read(path).length > 0)
  }
})

test('what is published finds its addon in the package of its platform', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eks-node-'))
  try {
    const modules = join(folder, 'node_modules')
    execFileSync(process.execPath, [fileURLToPath(new URL('../pack.mjs', import.meta.url)), modules])
    const manifest = JSON.parse(readFileSync(join(modules, 'eks-node/package.json'), 'utf8'))
    assert.equal(manifest.scripts, undefined, 'nothing is built where it is installed')
    assert.ok(Object.keys(manifest.optionalDependencies).some((name) => existsSync(join(modules, name))))
    const life = "const { Simulator } = require('eks-node'); new Simulator().client().list().then(({ clusters }) => console.log(clusters))"
    const run = () => execFileSync(process.execPath, ['--eval', life], { cwd: folder, stdio: 'pipe' }).toString()
    assert.equal(run(), '[]\n')
    for (const name of Object.keys(manifest.optionalDependencies)) rmSync(join(modules, name), { recursive: true, force: true })
    assert.throws(run, /eks-node has no addon for/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('scenarios have the names of the Rust suite', () => {
  const files = (folder, end) =>
    readdirSync(new URL(folder, import.meta.url), { recursive: true })
      .filter((name) => name.endsWith(end))
      .map((name) => readFileSync(new URL(`${folder}/${name}`, import.meta.url), 'utf8'))
      .join('\n')
  const theirs = new Set([...files('../../tests/behavior', '.rs').matchAll(/fn (\w+)\(/g)].map(([, name]) => name))
  const ours = [...files('.', '.mjs').matchAll(/^test\('(\w+)'/gm)].map(([, name]) => name)
  assert.ok(ours.length > 30)
  assert.deepEqual(ours.filter((name) => !theirs.has(name)), [])
})

test('the schema is one for editors', () => {
  const schema = createRequire(import.meta.url)('eks-node/schema.json')
  assert.match(schema.$schema, /json-schema/)
  assert.equal(schema.$ref, '#/$defs/Cluster')
  assert.ok(schema.$defs.Cluster.properties.nodeGroups)
})
