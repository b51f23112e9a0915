import { afterEach, describe, expect, it } from 'vitest'
import { createEmbedder, type Embedder } from './embedder.js'
import { sharp } from './image/sharp.js'
import { builtInModel } from './models/load-model.js'
import type { EmbedderOptions } from './options.js'
import { fakeBackend } from './testing/fake-backend.js'
import { samplePng } from './testing/sample-images.js'
import type { CallContext } from './types.js'

const builtIn = builtInModel().manifest
const open: Embedder[] = []
afterEach(async () => {
  for (const embedder of open.splice(0)) await embedder.close()
})

async function fakeEmbedder(options: EmbedderOptions = {}): Promise<Embedder> {
  const embedder = await createEmbedder({ backend: fakeBackend(), ...options })
  open.push(embedder)
  return embedder
}

function callOf(signal: AbortSignal, caller?: string): CallContext {
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  return { requestId: 'test', transport: 'test', caller: caller ? { id: caller } : undefined, signal, log }
}

function latch() {
  let open = () => {}
  const gate = new Promise<void>((resolve) => (open = resolve))
  return { gate, open }
}

describe('embed', () => {
  it('gives a unit vector of 512 by default and of 1024 when asked', async () => {
    const embedder = await fakeEmbedder()
    const image = await samplePng()
    const short = await embedder.embed({ image })
    const long = await embedder.embed({ image, dimension: 1024 })
    expect([short.vector.length, long.vector.length]).toEqual([512, 1024])
    expect(Math.hypot(...short.vector)).toBeCloseTo(1, 5)
    expect(Math.hypot(...long.vector)).toBeCloseTo(1, 5)
  })

  it('gives 512 numbers that are the first of the 1024, renormalised', async () => {
    const embedder = await fakeEmbedder()
    const image = await samplePng()
    const short = (await embedder.embed({ image })).vector
    const first = (await embedder.embed({ image, dimension: 1024 })).vector.subarray(0, 512)
    const length = Math.hypot(...first)
    for (let i = 0; i < 512; i++) expect(short[i]).toBeCloseTo(first[i]! / length, 6)
  })

  it('tells model, revision, tokens and timings', async () => {
    const embedder = await fakeEmbedder()
    const result = await embedder.embed({ image: await samplePng() })
    expect(result).toMatchObject({
      model: builtIn.id,
      revision: builtIn.sha256.slice(0, 12),
      tokens: builtIn.tokens,
      timings: { batchSize: 1 },
    })
    const { queueMs, decodeMs, resizeMs, inferenceMs, totalMs } = result.timings
    expect(queueMs + decodeMs + resizeMs + inferenceMs).toBeLessThanOrEqual(totalMs + 0.01)
  })

  it('tells vectors of fast decoding by their revision', async () => {
    const embedder = await fakeEmbedder({ decode: 'fast' })
    expect(embedder.model.revision).toBe(`${builtIn.sha256.slice(0, 12)}-fast`)
    expect((await embedder.embed({ image: await samplePng() })).revision).toBe(
      `${builtIn.sha256.slice(0, 12)}-fast`,
    )
  })

  it('gives a picture the same vector alone and among others', async () => {
    const embedder = await createEmbedder()
    open.push(embedder)
    const image = await samplePng(40, 30, 3)
    const others = await Promise.all(Array.from({ length: 15 }, (_, i) => samplePng(30, 40, i + 10)))
    const alone = await embedder.embed({ image })
    const crowd = await Promise.all([...others, image].map((each) => embedder.embed({ image: each })))
    expect(crowd.at(-1)!.vector).toEqual(alone.vector)
    expect(crowd.some(({ timings }) => timings.batchSize > 1)).toBe(true)
  })

  it('refuses a dimension that the model does not give', async () => {
    const embedder = await fakeEmbedder()
    for (const dimension of [0, 256, 513, -1, Number.NaN]) {
      await expect(embedder.embed({ image: await samplePng(), dimension })).rejects.toMatchObject({
        code: 'INVALID_DIMENSION',
      })
    }
  })

  it('takes 1 × 1 and strips of 20,000 pixels', async () => {
    const embedder = await fakeEmbedder()
    for (const [width, height] of [
      [1, 1],
      [1, 20_000],
      [20_000, 1],
    ] as const) {
      expect((await embedder.embed({ image: await samplePng(width, height) })).vector).toHaveLength(512)
    }
  })

  it('keeps as many runs under way as the backend has sessions, and no more', async () => {
    const { gate, open: letRun } = latch()
    let runs = 0
    const backend = fakeBackend({ gate, parallelRuns: 2, onRun: () => runs++ })
    const embedder = await fakeEmbedder({ backend, maxBatchSize: 1 })
    const image = await samplePng()
    const calls = Array.from({ length: 3 }, () => embedder.embed({ image }))
    await expect.poll(() => embedder.stats().queued, { timeout: 20_000 }).toBe(1)
    expect(runs).toBe(2)
    letRun()
    await Promise.all(calls)
    expect(runs).toBe(3)
  })

  it('refuses at once when the queue is full, and serves those inside', async () => {
    const { gate, open: letRun } = latch()
    const embedder = await fakeEmbedder({ backend: fakeBackend({ gate }), limits: { maxQueue: 2 } })
    const image = await samplePng()
    const inside = [embedder.embed({ image }), embedder.embed({ image })]
    await expect(embedder.embed({ image })).rejects.toMatchObject({
      code: 'OVERLOADED',
      status: 503,
      retryAfterMs: 1000,
    })
    expect(embedder.stats().admitted).toBe(2)
    letRun()
    await Promise.all(inside)
    await expect(embedder.embed({ image })).resolves.toBeDefined()
  })

  it('gives up at the deadline, and its place is free when the work has ended', async () => {
    const { gate, open: letRun } = latch()
    const embedder = await fakeEmbedder({ backend: fakeBackend({ gate }), limits: { timeoutMs: 30 } })
    await expect(embedder.embed({ image: await samplePng() })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      status: 504,
    })
    expect(embedder.stats().admitted).toBe(1)
    letRun()
    await expect.poll(() => embedder.stats()).toEqual({ admitted: 0, queued: 0 })
  })

  it('lets 500 callers hang up and keeps nothing of them', async () => {
    const { gate, open: letRun } = latch()
    const embedder = await fakeEmbedder({ backend: fakeBackend({ gate }), limits: { maxQueue: 500 } })
    const image = await samplePng()
    const callers = Array.from({ length: 500 }, () => new AbortController())
    const calls = callers.map((caller) => embedder.embed({ image }, callOf(caller.signal)))
    for (const caller of callers) caller.abort()
    const outcomes = await Promise.allSettled(calls)
    expect(
      outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason.code === 'ABORTED'),
    ).toBe(true)
    letRun()
    await expect.poll(() => embedder.stats()).toEqual({ admitted: 0, queued: 0 })
  })

  it('serves one who sends a single image while another sends 1,000', async () => {
    const embedder = await fakeEmbedder({ limits: { maxQueue: 64 }, maxBatchSize: 2 })
    const image = await samplePng()
    const { signal } = new AbortController()
    let many = 0
    const greedy = Array.from({ length: 1000 }, () =>
      embedder.embed({ image }, callOf(signal, 'greedy')).then(
        () => many++,
        (error) => expect(error.code).toBe('OVERLOADED'),
      ),
    )
    await embedder.embed({ image }, callOf(signal, 'modest'))
    // Those that were begun before, and one turn: not the 64 that stood in line.
    expect(many).toBeLessThan(16)
    await Promise.all(greedy)
    expect(many).toBe(63)
  })

  it('takes turns by request where callers have no names', async () => {
    const embedder = await fakeEmbedder({ decodeConcurrency: 1 })
    const image = await samplePng()
    const { signal } = new AbortController()
    const order: string[] = []
    const embed = async (requestId: string) => {
      await embedder.embed({ image }, { ...callOf(signal), requestId })
      order.push(requestId)
    }
    await Promise.all([...Array(40).fill('list'), 'single'].map(embed))
    // Those that were begun before, and its turn: not the 40 that came first.
    expect(order.indexOf('single')).toBeLessThan(8)
  })

  it('neither decodes nor runs an image whose caller has gone', async () => {
    let ran = 0
    const backend = fakeBackend({ onRun: (batchSize) => (ran += batchSize) })
    const embedder = await fakeEmbedder({ backend, decodeConcurrency: 1 })
    const image = await samplePng(2000, 2000)
    const caller = new AbortController()
    const calls = Array.from({ length: 20 }, () => embedder.embed({ image }, callOf(caller.signal)))
    await new Promise(setImmediate)
    caller.abort()
    await Promise.allSettled(calls)
    await new Promise(setImmediate)
    // The one that an image process held already.
    expect(embedder.stats().admitted).toBe(1)
    await embedder.embed({ image: await samplePng() })
    expect(ran).toBe(1)
  })

  it('runs no image whose time is over', async () => {
    let ran = 0
    const { gate, open: letRun } = latch()
    const backend = fakeBackend({ gate, onRun: (batchSize) => (ran += batchSize) })
    const embedder = await fakeEmbedder({ backend, maxBatchSize: 1, limits: { timeoutMs: 400 } })
    const image = await samplePng()
    const calls = Array.from({ length: 3 }, () => embedder.embed({ image }))
    await expect.poll(() => embedder.stats().queued).toBe(2)
    const outcomes = await Promise.allSettled(calls)
    expect(outcomes.map((each) => each.status === 'rejected' && each.reason.code)).toEqual(
      Array(3).fill('DEADLINE_EXCEEDED'),
    )
    expect(embedder.stats()).toEqual({ admitted: 1, queued: 0 })
    letRun()
    await embedder.embed({ image })
    expect(ran).toBe(2)
  })

  it('decodes no further ahead than the next runs need', async () => {
    const { gate, open: letRun } = latch()
    const backend = fakeBackend({ gate, parallelRuns: 2 })
    const embedder = await fakeEmbedder({ backend, maxBatchSize: 2, decodeConcurrency: 1 })
    const image = await samplePng()
    const calls = Array.from({ length: 20 }, () => embedder.embed({ image }))
    // A full batch for each session, and the one that is decoded meanwhile.
    await expect.poll(() => embedder.stats()).toEqual({ admitted: 20, queued: 5 })
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(embedder.stats()).toEqual({ admitted: 20, queued: 5 })
    letRun()
    await Promise.all(calls)
    expect(embedder.stats()).toEqual({ admitted: 0, queued: 0 })
  })

  it('says beforehand whose image it would refuse', async () => {
    const { gate, open: letRun } = latch()
    const embedder = await fakeEmbedder({ backend: fakeBackend({ gate }), limits: { maxQueue: 2 } })
    const { signal } = new AbortController()
    const image = await samplePng()
    expect(embedder.refusal({ id: 'a' })).toBeUndefined()
    const calls = [1, 2].map(() => embedder.embed({ image }, callOf(signal, 'a')))
    expect(embedder.refusal({ id: 'a' })).toMatchObject({ code: 'OVERLOADED' })
    expect(embedder.refusal(undefined)).toBeUndefined()
    letRun()
    await Promise.all(calls)
    expect(embedder.refusal({ id: 'a' })).toBeUndefined()
  })

  it('masks nothing and loses nothing when the session fails', async () => {
    let failure: Error | undefined = new Error('the session broke')
    const embedder = await fakeEmbedder({ backend: fakeBackend({ failWith: () => failure }) })
    const image = await samplePng()
    await expect(embedder.embed({ image })).rejects.toThrow('the session broke')
    failure = undefined
    await expect(embedder.embed({ image })).resolves.toBeDefined()
  })

  it('survives a bad file among good ones', async () => {
    const embedder = await fakeEmbedder()
    const good = await samplePng(64, 64)
    const jpeg = await sharp(Buffer.from(good)).jpeg().toBuffer()
    const outcomes = await Promise.allSettled(
      [good, jpeg.subarray(0, jpeg.length / 2), good, Buffer.from('%PDF-1.4'), good].map((image) =>
        embedder.embed({ image }),
      ),
    )
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'ok' : outcome.reason.code))).toEqual([
      'ok',
      'UNDECODABLE_IMAGE',
      'ok',
      'UNSUPPORTED_FORMAT',
      'ok',
    ])
  })

  it('answers what is admitted and refuses what comes when it closes', async () => {
    const embedder = await fakeEmbedder()
    const image = await samplePng()
    const admitted = embedder.embed({ image })
    const closed = embedder.close()
    await expect(embedder.embed({ image })).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
    await closed
    expect((await admitted).vector).toHaveLength(512)
  })
})
