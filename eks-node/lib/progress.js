'use strict'

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
/** Ten pictures a second look like motion. */
const PICTURE_MS = 100

/**
 * Shows an operation on a stream: a line for each step that is done and, on a terminal, one for each that is under way.
 * It is for people: what goes wrong with showing goes unsaid, what goes wrong with the operation is the operation's.
 */
async function showProgress(events, end, { stream = process.stderr, env = process.env }) {
  let screen
  try {
    const live = Boolean(stream.isTTY) && !isCi(env) && env.TERM !== 'dumb'
    screen = live ? new Terminal(stream) : new Lines(stream)
    await show(events, end, screen)
  } catch {
    screen?.stop()
  }
}

async function show(events, end, screen) {
  const progress = new Progress()
  try {
    for await (const event of events) screen.show(progress, progress.said(event), event)
    await end
    screen.end()
  } catch (error) {
    screen.end(`✗ ${error.message}`)
  }
}

function isCi(env) {
  return Boolean(env.CI) && env.CI !== 'false' && env.CI !== '0'
}

/** Where an operation stands, as told by its events. */
class Progress {
  running = new Map()
  #expected = new Map()
  #done = 0
  // Milliseconds into the operation at the last event, and when that came here.
  #elapsed = 0
  #came = Date.now()

  /** Takes an event in; the line that it is worth. */
  said(event) {
    this.#elapsed = event.elapsed
    this.#came = Date.now()
    switch (event.event) {
      case 'planned':
        this.#planned(event.plan)
        break
      case 'stepStarted':
        this.running.set(event.step, { action: event.action, began: event.elapsed })
        break
      case 'stepDone':
        this.#done += 1
        this.running.delete(event.step)
        break
      case 'stepSkipped':
        this.running.delete(event.step)
        break
      case 'finished':
        this.running.clear()
        break
    }
    return `${clock(event.elapsed / 1000)}  ${event}`
  }

  /** The steps under way: what each does, for how long it has, and how long it takes. */
  picture(spinner) {
    const now = this.#elapsed + (Date.now() - this.#came)
    const lines = [...this.running].map(([step, { action, began }]) => {
      const expected = this.#expected.get(step)
      const of = expected ? ` of about ${time(expected)}` : ''
      return `${spinner} ${action} ${time((now - began) / 1000)}${of}`
    })
    if (this.#expected.size > 0) lines.push(`  ${this.#done} of ${this.#expected.size} steps, ${time(now / 1000)}`)
    return lines
  }

  #planned(plan) {
    const open = plan.steps.filter((step) => !['done', 'skipped'].includes(step.state.state))
    this.#expected = new Map(open.map((step) => [step.id, step.expected.typical]))
  }
}

/** A line as it is written: what AWS says in it moves no cursor. */
function written(line) {
  return `${line.replace(/\p{Cc}+/gu, ' ')}\n`
}

/** Plain lines: for files, pipes and the logs of CI. */
class Lines {
  #stream

  constructor(stream) {
    this.#stream = stream
  }

  show(progress, line) {
    this.#stream.write(written(line))
  }

  end(line) {
    if (line) this.show(null, line)
  }

  stop() {}
}

/** Lines that stay, and below them a picture that is drawn anew. */
class Terminal {
  #stream
  #drawn = 0
  #turn = 0
  #progress = null
  #timer

  constructor(stream) {
    this.#stream = stream
    this.#timer = setInterval(() => this.#tick(), PICTURE_MS)
    this.#timer.unref()
  }

  show(progress, line, event) {
    this.#progress = progress
    // The picture says it.
    const lines = ['stepStarted', 'waiting'].includes(event.event) ? [] : [line]
    this.#draw(lines)
  }

  #draw(lines) {
    const picture = this.#fitting(this.#progress.picture(SPINNER[this.#turn % SPINNER.length]))
    this.#write(lines, picture)
  }

  end(line) {
    this.stop()
    this.#write(line ? [line] : [], [])
  }

  stop() {
    clearInterval(this.#timer)
  }

  #tick() {
    this.#turn += 1
    try {
      if (this.#progress) this.#draw([])
    } catch {
      this.stop()
    }
  }

  #write(lines, picture) {
    const back = this.#drawn > 0 ? `\x1b[${this.#drawn}A\x1b[J` : ''
    this.#drawn = picture.length
    if (back || lines.length || picture.length) {
      this.#stream.write(back + [...lines, ...picture].map(written).join(''))
    }
  }

  /** A line that wraps would be two to the cursor, and more lines than the screen has cannot be drawn over. */
  #fitting(lines) {
    const columns = this.#stream.columns || 80
    const rows = this.#stream.rows || 24
    return lines.slice(-(rows - 1)).map((line) => [...line].slice(0, columns - 1).join(''))
  }
}

/** Such as `09:12`, and `1:09:12`. */
function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds))
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const [, ...rest] = parts.map((part) => String(part).padStart(2, '0'))
  return parts[0] ? [parts[0], ...rest].join(':') : rest.join(':')
}

/** Such as `45 s` and `9m 12s`. */
function time(seconds) {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return minutes < 60
    ? `${minutes}m ${String(whole % 60).padStart(2, '0')}s`
    : `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`
}

module.exports = { clock, showProgress, time }
