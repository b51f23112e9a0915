import { describe, expect, it } from 'vitest'
import { type EmbedManyOptions, type EmbedManyResult, streamEach } from './embed-many.js'
import type { Embedding } from './embedding.js'
import { PixvecConnectionError } from './errors.js'
import type { ImageInput } from './image/image-input.js'

const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

const embeddingOf = (image: ImageInput) => ({ model: String(image) }) as Embedding
const embedAtOnce = async (image: ImageInput) => embeddingOf(image)

/** An embedder whose images wait until the test ends them, or until they are given up. */
function gatedEmbedder() {
  const begun: string[] = []
  const open = new Map<string, { resolve: (value: Embedding) => void; reject: (error: unknown) => void }>()
  return {
    begun,
    embed: (image: ImageInput, signal: AbortSignal) =>
      new Promise<Embedding>((resolve, reject) => {
        begun.push(String(image))
        open.set(String(image), { resolve, reject })
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
    async end(image: string, error?: unknown) {
      const gate = open.get(image)
      if (error === undefined) gate?.resolve(embeddingOf(image))
      else gate?.reject(error)
      await turn()
    },
  }
}

const stream = (
  source: Iterable<string> | AsyncIterable<string>,
  options: EmbedManyOptions = {},
  embed: (image: ImageInput, signal: AbortSignal) => Promise<Embedding> = embedAtOnce,
) => streamEach(source, (item) => item, options, embed)

async function collect<Item>(results: AsyncIterable<EmbedManyResult<Item>>) {
  const all: EmbedManyResult<Item>[] = []
  for await (const result of results) all.push(result)
  return all
}

/** A source that tells what was taken from it and whether it was closed. */
function watched(items: readonly string[]) {
  const seen = { taken: 0, closed: false }
  async function* generate() {
    try {
      for (const item of items) {
        seen.taken++
        yield item
      }
    } finally {
      seen.closed = true
    }
  }
  return { seen, source: generate() }
}

describe('a stream of images', () => {
  it('gives each image one result, with its item and its index', async () => {
    const results = await collect(stream(letters))
    expect(results.length).toBe(8)
    for (const { ok, index, item } of results) {
      expect(ok).toBe(true)
      expect(item).toBe(letters[index])
    }
  })

  it.each<[string, () => Iterable<string> | AsyncIterable<string>]>([
    ['a list', () => letters],
    ['a set', () => new Set(letters)],
    ['a generator', () => letters.values()],
    ['an async generator', () => watched(letters).source],
    ['nothing', () => []],
  ])('reads %s', async (_name, source) => {
    const items = (await collect(stream(source()))).map(({ item }) => item)
    expect(items.sort()).toEqual(_name === 'nothing' ? [] : letters)
  })

  it('makes an image of each item when its turn comes', async () => {
    const made: number[] = []
    const toImage = async (item: number) => {
      made.push(item)
      if (item === 2) throw new Error('no such file')
      return String(item)
    }
    const results = await collect(streamEach([1, 2, 3], toImage, { concurrency: 1 }, embedAtOnce))
    expect(made).toEqual([1, 2, 3])
    expect(results.map((result) => (result.ok ? result.value.model : String(result.error)))).toEqual([
      '1',
      'Error: no such file',
      '3',
    ])
  })

  it('gives results as they come, not as they were begun', async () => {
    const { embed, end } = gatedEmbedder()
    const results = stream(['a', 'b'], {}, embed)
    const first = results.next()
    await turn()
    await end('b')
    expect((await first).value).toMatchObject({ index: 1, item: 'b' })
    await end('a')
    expect((await results.next()).value).toMatchObject({ index: 0, item: 'a' })
    expect(await results.next()).toEqual({ done: true, value: undefined })
  })

  it('begins nothing before it is read', async () => {
    const { begun, embed } = gatedEmbedder()
    stream(letters, {}, embed)
    await turn()
    expect(begun).toEqual([])
  })

  it('holds no more than so many images at a time, and takes no more from the source', async () => {
    const { begun, embed, end } = gatedEmbedder()
    const { seen, source } = watched(letters)
    const results = stream(source, { concurrency: 3 }, embed)
    const first = results.next()
    await turn()
    expect(begun).toEqual(['a', 'b', 'c'])
    expect(seen.taken).toBe(3)
    await end('a')
    await first
    await turn()
    // The reader is busy with `a`; its place is taken, and no other.
    expect(begun).toEqual(['a', 'b', 'c', 'd'])
    for (const image of ['b', 'c', 'd']) await end(image)
    // Nobody takes the three results: nothing more begins, however fast the server is.
    expect(begun).toEqual(['a', 'b', 'c', 'd'])
    await results.next()
    await turn()
    expect(begun).toEqual(['a', 'b', 'c', 'd', 'e'])
    await results.return()
  })

  it('counts after each image', async () => {
    const seen: unknown[] = []
    const embed = async (image: ImageInput) => {
      if (image === 'b') throw new Error('broken')
      return embeddingOf(image)
    }
    const onProgress = (progress: unknown) => seen.push(progress)
    await collect(stream(letters.slice(0, 3), { concurrency: 1, onProgress }, embed))
    expect(seen).toEqual([
      { done: 1, failed: 0, skipped: 0, total: 3 },
      { done: 2, failed: 1, skipped: 0, total: 3 },
      { done: 3, failed: 1, skipped: 0, total: 3 },
    ])
    await collect(stream(new Set(['a']), { onProgress }))
    await collect(stream(letters.slice(0, 1).values(), { onProgress }))
    expect(seen.slice(3)).toMatchObject([{ total: 1 }, { total: undefined }])
  })

  it('throws what onProgress throws, and gives up the rest', async () => {
    const { begun, embed, end } = gatedEmbedder()
    const onProgress = () => {
      throw new Error('screen gone')
    }
    const results = stream(letters, { concurrency: 2, onProgress }, embed)
    const taken = collect(results)
    const rejected = expect(taken).rejects.toThrow('screen gone')
    await turn()
    await end('a')
    await rejected
    expect(begun).toEqual(['a', 'b'])
  })

  it('throws what the source throws, after the results that are there', async () => {
    async function* breaking() {
      yield 'a'
      await turn()
      throw new Error('folder gone')
    }
    const seen: string[] = []
    const read = async () => {
      for await (const { item } of stream(breaking())) seen.push(item)
    }
    await expect(read()).rejects.toThrow('folder gone')
    expect(seen).toEqual(['a'])
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses a concurrency of %d', async (concurrency) => {
    await expect(collect(stream(letters, { concurrency }))).rejects.toThrow(RangeError)
  })
})

describe('a stream that is left', () => {
  it('gives up what is on its way and closes its source', async () => {
    const { seen, source } = watched(letters)
    const signals: AbortSignal[] = []
    const embed = (image: ImageInput, signal: AbortSignal) => {
      signals.push(signal)
      return image === 'a' ? embedAtOnce(image) : new Promise<Embedding>(() => {})
    }
    for await (const { item } of stream(source, { concurrency: 3 }, embed)) {
      expect(item).toBe('a')
      break
    }
    expect(seen.closed).toBe(true)
    expect(signals.slice(1).map(({ aborted }) => aborted)).toEqual(signals.slice(1).map(() => true))
    expect(signals.length).toBeGreaterThan(1)
  })

  it("throws the signal's reason when that aborts, and begins nothing more", async () => {
    const { begun, embed } = gatedEmbedder()
    const caller = new AbortController()
    const taken = collect(stream(letters, { signal: caller.signal, concurrency: 2 }, embed))
    const rejected = expect(taken).rejects.toBe('enough')
    await turn()
    caller.abort('enough')
    await rejected
    await turn()
    expect(begun).toEqual(['a', 'b'])
  })

  it('hands out what is done before it throws', async () => {
    const { embed, end } = gatedEmbedder()
    const caller = new AbortController()
    const results = stream(letters, { signal: caller.signal, concurrency: 3 }, embed)
    const first = results.next()
    await turn()
    await end('a')
    await first
    await end('b')
    caller.abort('enough')
    expect((await results.next()).value).toMatchObject({ item: 'b' })
    await expect(results.next()).rejects.toBe('enough')
  })

  it('throws at once when its source never answers again', async () => {
    async function* stuck() {
      yield 'a'
      await new Promise(() => {})
    }
    const caller = new AbortController()
    const results = stream(stuck(), { signal: caller.signal })
    await results.next()
    const rejected = expect(results.next()).rejects.toBe('enough')
    caller.abort('enough')
    await rejected
  })

  it('begins nothing when the signal has aborted before', async () => {
    const { begun, embed } = gatedEmbedder()
    const { seen, source } = watched(letters)
    const all = collect(stream(source, { signal: AbortSignal.abort('gone') }, embed))
    await expect(all).rejects.toBe('gone')
    expect([begun.length, seen.taken]).toEqual([0, 0])
  })

  it('listens to a signal once, and lets go of it', async () => {
    const caller = new AbortController()
    const calls: string[] = []
    caller.signal.addEventListener = () => calls.push('add')
    caller.signal.removeEventListener = () => calls.push('remove')
    await collect(stream(letters, { signal: caller.signal, concurrency: 12 }))
    expect(calls).toEqual(['add', 'remove'])
  })
})

describe('a stream that is resumed', () => {
  it('sends nothing twice and leaves nothing out, wherever it broke off', async () => {
    for (let taken = 1; taken <= letters.length; taken++) {
      const { begun, embed, end } = gatedEmbedder()
      const first = stream(letters, { concurrency: 3 }, embed)
      const stored: string[] = []
      let resumeKey: string | undefined
      for (let i = 0; i < taken; i++) {
        const next = first.next()
        await turn()
        // The youngest first: as far out of order as it can be.
        await end(begun.filter((item) => !stored.includes(item)).at(-1) as string)
        const { value } = await next
        if (!value) throw new Error('the stream ended')
        stored.push(value.item)
        resumeKey = value.resumeKey
      }
      await first.return()
      const rest = await collect(stream(letters, { resumeKey }))
      expect([...stored, ...rest.map(({ item }) => item)].sort()).toEqual(letters)
    }
  })

  it('keeps the indexes of the whole list, and counts what it passes over', async () => {
    const seen: { skipped: number }[] = []
    const options = { resumeKey: '6:2', onProgress: (p: { skipped: number }) => seen.push(p) }
    const results = await collect(stream(letters, { ...options, concurrency: 1 }))
    expect(results.map(({ index }) => index)).toEqual([2, 6, 7])
    expect(results.at(-1)?.resumeKey).toBe('8')
    expect(seen.at(-1)).toEqual({ done: 3, failed: 0, skipped: 5, total: 8 })
  })

  it('asks again for what failed and may succeed later, and for nothing that never will', async () => {
    const embed = async (image: ImageInput) => {
      if (image === 'b') throw new PixvecConnectionError('http://a', new Error('reset'))
      if (image === 'c') throw new TypeError('no image')
      return embeddingOf(image)
    }
    const results = await collect(stream(letters, { concurrency: 1 }, embed))
    expect(results.at(-1)?.resumeKey).toBe('8:1')
  })

  it('refuses a key that is none', async () => {
    await expect(collect(stream(letters, { resumeKey: 'yesterday' }))).rejects.toThrow(/resumeKey/)
  })
})
