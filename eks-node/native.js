'use strict'

// One addon for each platform, named as napi's own tools name it: beside this file in a checkout, in a package of its own
// (`eks-node-linux-x64-gnu`) where npm has brought what was built elsewhere.
const { existsSync } = require('node:fs')
const { join } = require('node:path')

const abi = { linux: process.report?.getReport().header.glibcVersionRuntime ? '-gnu' : '-musl', win32: '-msvc' }
const platform = `${process.platform}-${process.arch}${abi[process.platform] ?? ''}`
const file = join(__dirname, `eks.${platform}.node`)

function load() {
  if (existsSync(file)) return require(file)
  const name = `eks-node-${platform}`
  try {
    return require(name)
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error
    const message = `eks-node has no addon for ${platform}: install ${name}, or install eks-node from a checkout, with Rust`
    throw new Error(message, { cause: error })
  }
}

module.exports = {
  /** Where the addon is in a checkout. */
  file,
  /** Loads it. */
  load,
  /** Such as `linux-x64-gnu`. */
  platform,
}
