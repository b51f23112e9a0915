import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createProgress } from './progress.js'

async function shown(isTTY: boolean, isWanted: boolean): Promise<string> {
  // What cli-progress asks of a terminal, as a stream that can be read back.
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 120,
    cursorTo() {},
    moveCursor() {},
    clearLine() {},
  })
  const progress = createProgress(2, stream as unknown as NodeJS.WriteStream, isWanted)
  progress.step(0)
  progress.step(1)
  progress.stop()
  stream.end()
  return text(stream)
}

test('shows count, rate, remaining time and failures on a terminal', async () => {
  expect(await shown(true, true)).toMatch(/2\/2 images \| [\d.]+ images\/s \| \S+ left \| 1 failed/)
})

test('shows nothing where there is no terminal, or where it is not wanted', async () => {
  expect(await shown(false, true)).toBe('')
  expect(await shown(true, false)).toBe('')
})
