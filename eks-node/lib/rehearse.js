'use strict'

const answers = require('./answers.js')
const { typed } = require('./errors.js')
const { native, object, textOf } = require('./text.js')

/** Creates a cluster on a simulator of its own, deletes it, and tells what came of it. */
async function rehearse(spec = {}) {
  try {
    const rehearsal = JSON.parse(await native.rehearse(textOf(object(spec, 'spec'))))
    rehearsal.events.forEach(answers.event)
    return rehearsal
  } catch (error) {
    throw typed(error)
  }
}

module.exports = { rehearse }
