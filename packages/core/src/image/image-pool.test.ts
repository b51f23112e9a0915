import { setMaxListeners } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { builtInModel } from '../models/load-model.js'
import { defaultLimits, type EmbedLimits } from '../options.js'
import { samplePng } from '../testing/sample-images.js'
import { createImagePool, type ImagePool } from './image-pool.js'
import { prepareImage } from './prepare-image.js'
import { sharp } from './sharp.js'

const { input, recipe } = builtInModel().manifest
const wanted = { input, recipe }
const never = { caller: 'test', signal: new AbortController().signal }
setMaxListeners(0, never.signal)
const open: ImagePool[] = []
afterEach(async () => {
  for (const pool of open.splice(0)) await pool.close()
})

async function poolOf(size: number, limits: Partial<EmbedLimits> = {}): Promise<ImagePool> {
  const pool = await createImagePool({ size, limits: { ...defaultLimits, ...limits } })
  open.push(pool)
  return pool
}

/** Large for the decoder and small on the way to it. */
function plainPng(width: number, height: number): Promise<Buffer> {
  const background = { r: 90, g: 120, b: 150 }
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer()
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('the image pool', () => {
  it('makes the same tensor in another process as in this one', async () => {
    const pool = await poolOf(1)
    const png = await samplePng(300, 200)
    const here = await prepareImage(png, { input, recipe, limits: defaultLimits })
    const there = await pool.prepare(png, never, wanted)
    expect(Buffer.compare(here.tensor as Uint8Array, there.tensor as Uint8Array)).toBe(0)
    expect(there.decodeMs).toBeGreaterThan(0)
  })

  it('decodes fast where it is told to, and finds out at the start whether it can', async () => {
    const jpeg = await sharp(await samplePng(900, 700))
      .jpeg()
      .toBuffer()
    const options = { input, recipe, limits: defaultLimits, decode: 'fast' } as const
    const pool = await createImagePool({ size: 1, ...options })
    open.push(pool)
    const [here, there] = [await prepareImage(jpeg, options), await pool.prepare(jpeg, never, wanted)]
    expect(Buffer.compare(here.tensor as Uint8Array, there.tensor as Uint8Array)).toBe(0)

    vi.stubEnv('TMPDIR', '/a/folder/that/is/missing')
    await expect(createImagePool({ size: 1, ...options })).rejects.toThrow(
      /Fast decoding keeps the picture in a temporary file: expected to write in \/a\/folder\/that\/is\/missing/,
    )
    vi.unstubAllEnvs()
  })

  it('answers many images, each with its own tensor', async () => {
    const pool = await poolOf(2)
    const pictures = await Promise.all(Array.from({ length: 12 }, (_, seed) => samplePng(40, 40, seed)))
    const prepared = await Promise.all(pictures.map((png) => pool.prepare(png, never, wanted)))
    for (const [i, png] of pictures.entries()) {
      const { tensor } = await prepareImage(png, { input, recipe, limits: defaultLimits })
      expect(Buffer.compare(prepared[i]!.tensor as Uint8Array, tensor as Uint8Array)).toBe(0)
    }
  })

  it('makes the input of whichever model is wanted', async () => {
    const pool = await poolOf(1)
    const png = await samplePng(300, 200)
    const squashed = {
      input: { ...input, height: 20, width: 10 },
      recipe: { ...recipe, resize: { mode: 'squash', width: 10, height: 20, filter: 'bilinear' } },
    } as const
    const { centreCrop: _, ...whole } = squashed.recipe
    const other = { input: squashed.input, recipe: whole }
    for (const each of [wanted, other, wanted]) {
      const here = await prepareImage(png, { ...each, limits: defaultLimits })
      const there = await pool.prepare(png, never, each)
      expect(Buffer.compare(here.tensor as Uint8Array, there.tensor as Uint8Array)).toBe(0)
    }
  })

  it('says what is wrong with a file as if it were this process', async () => {
    const pool = await poolOf(1)
    await expect(pool.prepare(Buffer.from('%PDF-1.4'), never, wanted)).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      status: 415,
      details: { received: 'PDF' },
    })
    await expect(pool.prepare(new Uint8Array(), never, wanted)).rejects.toMatchObject({
      code: 'MISSING_IMAGE',
    })
  })

  it('loses no image when a process is killed, idle or at work', async () => {
    const pool = await poolOf(2)
    const png = await samplePng(1200, 900)
    for (const pid of pool.pids()) process.kill(pid, 'SIGKILL')
    await pool.prepare(png, never, wanted)
    const calls = Array.from({ length: 20 }, () => pool.prepare(png, never, wanted))
    await Promise.race(calls)
    for (const pid of pool.pids()) process.kill(pid, 'SIGKILL')
    await expect(Promise.all(calls)).resolves.toHaveLength(20)
  })

  it('ends a process that hangs, and serves the next', async () => {
    const pool = await poolOf(1, { timeoutMs: 2000 })
    const png = await samplePng()
    const [victim] = pool.pids()
    process.kill(victim!, 'SIGSTOP')
    await expect(pool.prepare(png, never, wanted)).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      status: 504,
    })
    await expect.poll(() => isAlive(victim!)).toBe(false)
    await expect(pool.prepare(png, never, wanted)).resolves.toBeDefined()
  })

  it('ends a process that grows past its memory, and serves the next', async () => {
    const pool = await poolOf(1, { maxDecoderBytes: 150_000_000 })
    await expect(pool.prepare(await plainPng(6300, 6300), never, wanted)).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      status: 413,
    })
    await expect(pool.prepare(await samplePng(), never, wanted)).resolves.toBeDefined()
  })

  it('lets a waiting caller go', async () => {
    const pool = await poolOf(1)
    const png = await samplePng(600, 600)
    const first = pool.prepare(png, never, wanted)
    const caller = new AbortController()
    const gone = pool.prepare(png, { caller: 'test', signal: caller.signal }, wanted)
    caller.abort(new Error('hung up'))
    await expect(gone).rejects.toThrow('hung up')
    await first
  })

  it('leaves no process behind when it closes', async () => {
    const pool = await poolOf(2)
    const pids = pool.pids()
    expect(pids).toHaveLength(2)
    await pool.close()
    expect(pids.filter(isAlive)).toEqual([])
  })
})
