import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'

const children = new URL('../dist/children.js', import.meta.url).href
const idle = `data:text/javascript,${encodeURIComponent('setInterval(() => {}, 1000)')}`
/** A program that starts another, has something to clean up, and says the number of the other. */
const program = `
  import { atStop, startChild } from ${JSON.stringify(children)}
  const child = startChild('-', [], { execArgv: ['--import', ${JSON.stringify(idle)}] })
  atStop(() => process.stdout.write(' cleaned'))
  process.stdout.write(String(child.pid))
  setInterval(() => {}, 1000)
`

describe.skipIf(process.platform === 'win32')('startChild', () => {
  it('ends what was started, and cleans up, when the program is told to stop', async () => {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let said = ''
    parent.stdout.setEncoding('latin1').on('data', (text: string) => {
      said += text
    })
    await once(parent.stdout, 'data')
    const pid = Number(said)
    expect(isRunning(pid)).toBe(true)
    parent.kill('SIGTERM')
    const [code] = await once(parent, 'close')
    expect(code).toBe(143)
    expect(said).toBe(`${pid} cleaned`)
    expect(isRunning(pid)).toBe(false)
  }, 30_000)
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
