import { describe, expect, it } from 'vitest'
import { embedEach } from './embed-images.js'
import type { Embedding } from './embedding.js'

const images = ['a', 'b', 'c', 'd', 'e', 'f']

function embeddingOf(image: unknown): Embedding {
  return {
    embedding: Float32Array.of(1),
    dimension: 1,
    model: String(image),
    revision: undefined,
    id: '0000000000',
    created: new Date(0),
    totalInputTokens: 1,
    totalOutputTokens: 1,
    timings: undefined,
    requestId: undefined,
  }
}

/** An embedder whose images wait until the test releases them. */
function gatedEmbedder() {
  const begun: string[] = []
  const release = new Map<string, (error?: Error) => void>()
  const embed = (image: unknown) =>
    new Promise<Embedding>((resolve, reject) => {
      begun.push(String(image))
      release.set(String(image), (error) => (error ? reject(error) : resolve(embeddingOf(image))))
    })
  /** Ends one image and lets its lane take the next. */
  const end = async (image: string, error?: Error) => {
    release.get(image)?.(error)
    await new Promise(setImmediate)
  }
  return { begun, embed, end }
}

describe('embedEach', () => {
  it('holds four at a time unless told otherwise, and begins one more when one ends', async () => {
    const { begun, embed, end } = gatedEmbedder()
    const all = embedEach(images, {}, embed)
    expect(begun).toEqual(['a', 'b', 'c', 'd'])
    await end('c')
    expect(begun).toEqual(['a', 'b', 'c', 'd', 'e'])
    for (const image of ['a', 'b', 'd', 'e', 'f']) await end(image)
    expect((await all).length).toBe(6)
  })

  it('answers in the order of the images, each with its own result', async () => {
    const { embed, end } = gatedEmbedder()
    const all = embedEach(['a', 'b', 'c'], { concurrency: 3 }, embed)
    await end('c')
    await end('b', new Error('broken'))
    await end('a')
    const results = await all
    expect(results.map(({ index, ok }) => [index, ok])).toEqual([
      [0, true],
      [1, false],
      [2, true],
    ])
    expect(results[1]).toMatchObject({ error: new Error('broken') })
    expect(results[2]).toMatchObject({ value: { model: 'c' } })
  })

  it('tells after each image how many are done, how many of these failed, and of how many', async () => {
    const seen: unknown[] = []
    await embedEach(['a', 'bad', 'c'], { concurrency: 1, onProgress: (p) => seen.push(p) }, async (image) => {
      if (image === 'bad') throw new Error('bad')
      return embeddingOf(image)
    })
    expect(seen).toEqual([
      { done: 1, failed: 0, total: 3 },
      { done: 2, failed: 1, total: 3 },
      { done: 3, failed: 1, total: 3 },
    ])
  })

  it('begins nothing after an abort and keeps what is done', async () => {
    const { begun, embed, end } = gatedEmbedder()
    const caller = new AbortController()
    const all = embedEach(images, { concurrency: 2, signal: caller.signal }, embed)
    await end('a')
    caller.abort('enough')
    await end('b')
    await end('c')
    const results = await all
    expect(begun).toEqual(['a', 'b', 'c'])
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, false, false, false])
    expect(results[5]).toEqual({ ok: false, index: 5, error: 'enough' })
  })

  it('listens to a signal once, however many images are on their way, and lets go of it', async () => {
    const caller = new AbortController()
    const calls: string[] = []
    caller.signal.addEventListener = () => calls.push('add')
    caller.signal.removeEventListener = () => calls.push('remove')
    const twelve = Array.from({ length: 12 }, () => 'a')
    const signals = new Set<AbortSignal>()
    await embedEach(twelve, { concurrency: 12, signal: caller.signal }, async (image, signal) => {
      signals.add(signal)
      return embeddingOf(image)
    })
    expect(calls).toEqual(['add', 'remove'])
    expect(signals.size).toBe(12)
  })

  it('begins nothing when the signal has aborted before', async () => {
    const { begun, embed } = gatedEmbedder()
    const results = await embedEach(['a', 'b'], { signal: AbortSignal.abort('gone') }, embed)
    expect(results.map((result) => !result.ok && result.error)).toEqual(['gone', 'gone'])
    expect(begun).toEqual([])
  })

  it('rejects with what onProgress throws, and begins no further image', async () => {
    const { begun, embed, end } = gatedEmbedder()
    const onProgress = () => {
      throw new Error('screen gone')
    }
    const all = embedEach(images, { concurrency: 2, onProgress }, embed)
    const rejected = expect(all).rejects.toThrow('screen gone')
    await end('a')
    await end('b')
    await rejected
    expect(begun).toEqual(['a', 'b'])
  })

  it('answers an empty list with an empty list', async () => {
    expect(await embedEach([], {}, async (image) => embeddingOf(image))).toEqual([])
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses a concurrency of %d', async (concurrency) => {
    await expect(embedEach(images, { concurrency }, async (i) => embeddingOf(i))).rejects.toThrow(RangeError)
  })
})
