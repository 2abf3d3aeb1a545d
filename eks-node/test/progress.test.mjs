// What people see while they wait.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'

import { Stage } from '../testing.mjs'

class Stream {
  text = ''
  constructor(fields) {
    Object.assign(this, fields)
  }
  write(text) {
    this.text += text
  }
}

for (const [where, fields, env] of [
  ['a file', {}, {}],
  ['CI', { isTTY: true }, { CI: 'true' }],
  ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }],
]) {
  test(`plain lines in ${where}`, async () => {
    const stage = new Stage()
    const stream = new Stream(fields)
    const create = stage.eks.create({ name: 'web' })
    assert.equal(create.showProgress({ stream, env }), create)
    await create
    assert.doesNotMatch(stream.text, /\x1b/)
    const lines = stream.text.trimEnd().split('\n')
    assert.match(lines[0], /^00:0\d  \d+ steps to create web$/)
    assert.match(stream.text, /^\d\d:\d\d  started: create the control plane$/m)
    assert.match(stream.text, /^\d\d:\d\d  done: create the control plane \(\d+m\d+s\)$/m)
    assert.match(stream.text, /^\d\d:\d\d  waiting for AWS: .*create the control plane/m)
    assert.match(lines.at(-1), /^1\d:\d\d  finished$/)
  })
}

test('a terminal shows what is under way', async () => {
  const stage = new Stage()
  const stream = new Stream({ isTTY: true, columns: 60, rows: 10 })
  await stage.eks.create({ name: 'web' }).showProgress({ stream, env: { TERM: 'xterm' } })
  assert.match(stream.text, /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] create the control plane \d+ s of about \d+m \d\ds/)
  assert.match(stream.text, /\x1b\[\d+A\x1b\[J/)
  // On the screen stays what a file has, but for waits: play it.
  const screen = []
  for (const [, back, line] of stream.text.matchAll(/\x1b\[(\d+)A\x1b\[J|([^\n\x1b]*)\n/g)) {
    if (back) screen.splice(-Number(back))
    else {
      assert.ok([...line].length < 60 || /^\d\d:\d\d  /.test(line), 'what is drawn over does not wrap')
      screen.push(line)
    }
  }
  assert.match(screen[0], /^00:0\d  \d+ steps to create web$/)
  assert.match(screen.at(-1), /^1\d:\d\d  finished$/)
  assert.ok(screen.every((line) => !/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(line)), screen.join('\n'))
})

test('what goes wrong is the last line', async () => {
  const stage = new Stage()
  stage.sim.addFault({ operation: 'CreateCluster', effect: { kind: 'error', code: 'AccessDeniedException', message: 'no', status: 403 } })
  const stream = new Stream({})
  await assert.rejects(stage.eks.create({ name: 'web' }).showProgress({ stream, env: {} }), { code: 'accessDenied' })
  assert.match(stream.text.trimEnd().split('\n').at(-1), /^✗ .*CreateCluster/)
})

test('times are short', () => {
  const { clock, time } = createRequire(import.meta.url)('../lib/progress.js')
  assert.deepEqual([-1, 0, 59.4, 59.6, 552, 3600, 7509].map(time), ['0 s', '0 s', '59 s', '1m 00s', '9m 12s', '1h 00m', '2h 05m'])
  assert.deepEqual([0, 59.6, 552, 3600, 7509].map(clock), ['00:00', '01:00', '09:12', '1:00:00', '2:05:09'])
})
