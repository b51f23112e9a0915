import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

interface Told {
  done: number
  received: number
  events: number
  held: [number, ...number[]]
}

const script = fileURLToPath(new URL('memory/uploads.mjs', import.meta.url))

/** Up to eight images of 20 kB are on their way at each measurement, and compiled code comes and goes. */
const noiseBytes = 600_000

it('holds no more memory after 10,000 uploads than after 2,000', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script])
  const { done, received, events, held } = JSON.parse(stdout) as Told
  process.stdout.write(`@pixvec/client, bytes held after every 2,000 uploads: ${held.join(', ')}\n`)
  expect([done, received, events]).toEqual([10_000, 200_000_000, 20_000])
  expect(held.length).toBe(5)
  expect((held.at(-1) ?? Number.NaN) - held[0]).toBeLessThan(noiseBytes)
}, 240_000)
