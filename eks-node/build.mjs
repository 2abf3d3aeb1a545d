// Builds the addon from a checkout and puts it where native.js looks for it. The profile is that of the tests, so
// that one build of the AWS SDK serves them all; `node build.mjs --profile release` is for what is published.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

import { file } from './native.js'

const home = dirname(fileURLToPath(import.meta.url))
if (existsSync(`${home}/Cargo.toml`)) {
  build()
}

function build() {
  const arguments_ = ['build', '--package', 'eks-node', '--message-format', 'json-render-diagnostics']
  const messages = execFileSync('cargo', [...arguments_, ...process.argv.slice(2)], {
    cwd: home,
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const library = messages
    .toString()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter((message) => message.reason === 'compiler-artifact' && message.target.name === 'eks_node')
    .flatMap((message) => message.filenames)
    .find((name) => /\.(so|dylib|dll)$/.test(name))
  // Renamed into place: a process that has the old one loaded keeps it.
  copyFileSync(library, `${file}.new`)
  renameSync(`${file}.new`, file)
}
