'use strict'

// One addon for each platform, named as napi's own tools name it.
const { join } = require('node:path')

const abi = { linux: process.report?.getReport().header.glibcVersionRuntime ? '-gnu' : '-musl', win32: '-msvc' }
const file = join(__dirname, `eks.${process.platform}-${process.arch}${abi[process.platform] ?? ''}.node`)

module.exports = {
  /** Where the addon is. */
  file,
  /** Loads it. */
  load: () => require(file),
}
