import { mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbedder } from '@pixvec/core'
import { samplePng, tinyModel } from '@pixvec/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeHub, type Seen, startFakeHub } from '../../test/fake-hub.js'
import { findModel } from './find-model.js'
import type { HubSettings } from './hub-settings.js'
import { readLock } from './lock-file.js'
import { type PullOptions, type PullSource, pullModel } from './pull-model.js'

const repository = 'someone/tiny'
const processor = {
  size: { height: 8, width: 8 },
  resample: 2,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
}
const source: PullSource = {
  id: 'tiny',
  repository,
  revision: 'main',
  file: 'onnx/model.onnx',
  processor,
  facts: {},
}
// Large enough to be cut in the middle.
const { model, data } = tinyModel({ length: 20_000, dataFile: 'model.onnx_data' })
const small = tinyModel().model
const json = new TextEncoder().encode(JSON.stringify(processor))

let hub: FakeHub
let settings: HubSettings
beforeEach(async () => {
  hub = await startFakeHub()
  const home = mkdtempSync(join(tmpdir(), 'pixvec-pull-'))
  const { endpoint } = hub
  settings = {
    endpoint,
    token: undefined,
    isOffline: false,
    cache: join(home, 'hub'),
    models: join(home, 'models'),
  }
})
afterEach(() => hub.close())

function pull(options: Partial<PullOptions> = {}) {
  const { signal } = new AbortController()
  return pullModel({ source, settings, signal, wait: async () => {}, ...options })
}

const blobs = () => join(settings.cache, 'models--someone--tiny', 'blobs')
const isBody = (path: string) => (seen: Seen) =>
  seen.host === 'store' && seen.path.endsWith(path) && seen.range !== 'bytes=0-0'
/** What there is to go wrong with each download of a body, in order. */
function troubles(path: string, ...list: ReturnType<FakeHub['trouble']>[]) {
  const isIt = isBody(path)
  hub.trouble = (seen) => (isIt(seen) ? list.shift() : undefined)
}
const bodies = (path: string) => hub.seen.filter(isBody(path)).map(({ range }) => range)
const notHere = async () => {
  expect(await readLock(settings.models, 'tiny')).toBeUndefined()
  await expect(findModel('tiny', settings)).rejects.toThrow('There is no model "tiny"')
}

describe('pullModel', () => {
  it('brings every file, in the layout of the cache, and locks commit and hashes', async () => {
    const commit = hub.commit(repository, { 'onnx/model.onnx': model, 'onnx/model.onnx_data': data })
    const { lock, wasHere } = await pull()
    expect(wasHere).toBe(false)
    expect(lock.source).toEqual({ kind: 'hub', repository, revision: 'main', commit })
    expect(lock.files.map(({ path, size }) => [path, size])).toEqual([
      ['onnx/model.onnx', model.length],
      ['onnx/model.onnx_data', data.length],
    ])
    const root = join(settings.cache, 'models--someone--tiny')
    const shown = join(root, 'snapshots', commit, 'onnx', 'model.onnx_data')
    expect(readFileSync(shown)).toEqual(Buffer.from(data))
    expect(realpathSync(shown)).toBe(realpathSync(join(root, 'blobs', lock.files[1]!.sha256)))
    expect(readFileSync(join(root, 'refs', 'main'), 'utf8')).toBe(commit)
  })

  it('brings a model that runs', async () => {
    hub.commit(repository, { 'onnx/model.onnx': model, 'onnx/model.onnx_data': data })
    await pull()
    const embedder = await createEmbedder({ model: await findModel('tiny', settings), decodeConcurrency: 1 })
    try {
      expect(embedder.model).toMatchObject({ id: 'tiny', dimensions: [20_000], licence: 'apache-2.0' })
      const { vector } = await embedder.embed({ image: await samplePng() })
      expect(Math.hypot(...vector)).toBeCloseTo(1, 4)
    } finally {
      await embedder.close()
    }
  })

  it('takes the recipe that is published with the model', async () => {
    hub.commit(repository, { 'onnx/model.onnx': small, 'preprocessor_config.json': json })
    const { lock } = await pull({ source: { ...source, processor: 'repository' } })
    expect(lock.files.map(({ path }) => path)).toEqual(['preprocessor_config.json', 'onnx/model.onnx'])
    expect(lock.manifest.recipe.resize).toEqual({ mode: 'squash', width: 8, height: 8, filter: 'bilinear' })
  })

  it('asks the network for nothing when the model is here', async () => {
    hub.commit(repository, { 'onnx/model.onnx': small })
    await pull()
    hub.seen.length = 0
    expect(await pull()).toMatchObject({ wasHere: true })
    expect(await pull({ settings: { ...settings, isOffline: true } })).toMatchObject({ wasHere: true })
    expect(hub.seen).toEqual([])
  })

  it('sends the token to the hub, and to nobody that it redirects to', async () => {
    hub.commit(repository, { 'onnx/model.onnx': small })
    await pull({ settings: { ...settings, token: 'a-token-of-a-mirror' } })
    const sent = (host: Seen['host']) =>
      new Set(hub.seen.filter((each) => each.host === host).map(({ authorization }) => authorization))
    expect(sent('hub')).toEqual(new Set(['Bearer a-token-of-a-mirror']))
    expect(sent('store')).toEqual(new Set([undefined]))
  })
})

describe('a pull whose connection breaks', () => {
  beforeEach(() => hub.commit(repository, { 'onnx/model.onnx': model, 'onnx/model.onnx_data': data }))

  it('goes on from there', async () => {
    troubles('_data', { cutAfter: 100_000 }, { cutAfter: 50_000 })
    await pull()
    expect(bodies('_data')).toEqual([undefined, 'bytes=100000-', 'bytes=150000-'])
  })

  it('goes on from there in the next pull, when it gave up', async () => {
    const cut = { cutAfter: 0 }
    troubles('_data', { cutAfter: 100_000 }, cut, cut, cut, cut)
    await expect(pull()).rejects.toMatchObject({
      kind: 'cut',
      message: expect.stringMatching(
        /cut 5 times in a row, at 100000 of 240000 bytes\. What has come is kept/,
      ),
    })
    await notHere()
    hub.seen.length = 0
    await pull()
    expect(bodies('_data')).toEqual(['bytes=100000-'])
  })

  it('begins again with a store that knows no ranges', async () => {
    troubles('_data', { cutAfter: 100_000 }, { ignoreRange: true })
    await pull()
    expect(bodies('_data')).toEqual([undefined, 'bytes=100000-'])
  })

  it('takes silence for a cut', async () => {
    troubles('_data', { stallAfter: 100_000 })
    await pull({ stallMs: 50 })
    expect(bodies('_data')).toEqual([undefined, 'bytes=100000-'])
  })

  it('asks the hub for a new address when the store says that the old one has run out', async () => {
    troubles('_data', { status: 403 })
    await pull()
    expect(bodies('_data')).toEqual([undefined, undefined])
  })

  it('keeps what has come when it is stopped', async () => {
    const controller = new AbortController()
    troubles('_data', { stallAfter: 100_000 })
    const report = {
      file() {},
      waiting() {},
      progress: (bytes: number) => void (bytes === 100_000 && controller.abort()),
    }
    await expect(pull({ signal: controller.signal, report })).rejects.toMatchObject({
      kind: 'stopped',
      exitCode: 130,
    })
    await notHere()
    hub.seen.length = 0
    await pull()
    expect(bodies('_data')).toEqual(['bytes=100000-'])
  })
})

describe('a pull that fails', () => {
  const refusals: [number, Record<string, string>, string, RegExp, number][] = [
    [
      401,
      {},
      'unauthorized',
      /^someone\/tiny: the hub says 401\. .* Set HF_TOKEN to a token that may read it\.$/,
      1,
    ],
    [
      403,
      {},
      'forbidden',
      /access is not granted\. Accept its terms at http.*\/someone\/tiny with an account/,
      1,
    ],
    [404, { 'x-error-code': 'RepoNotFound' }, 'not-found', /there is no such repository\.$/, 1],
    [404, { 'x-error-code': 'RevisionNotFound' }, 'not-found', /it has no such revision/, 1],
    [
      429,
      { 'retry-after': '7' },
      'rate-limited',
      /429, too many requests, tried 5 times\. Try again in 7 s/,
      5,
    ],
    [503, {}, 'hub-failed', /the hub says 503, tried 5 times/, 5],
  ]
  it.each(refusals)('says what %d means (%o)', async (status, headers, kind, message, requests) => {
    hub.trouble = () => ({ status, headers })
    await expect(pull()).rejects.toMatchObject({ kind, message: expect.stringMatching(message) })
    expect(hub.seen).toHaveLength(requests)
    await notHere()
  })

  it('waits as long as the hub asks, and goes on', async () => {
    hub.commit(repository, { 'onnx/model.onnx': small })
    const waits: number[] = []
    let refused = 0
    hub.trouble = () => (refused++ < 2 ? { status: 429, headers: { 'retry-after': '9' } } : undefined)
    await pull({ wait: async (ms) => void waits.push(ms) })
    expect(waits).toEqual([9000, 9000])
  })

  it('does not sit out a wait of hours', async () => {
    hub.trouble = () => ({ status: 429, headers: { 'retry-after': '7200' } })
    await expect(pull()).rejects.toThrow('Try again in 7200 s')
    expect(hub.seen).toHaveLength(1)
  })

  it('waits longer each time', async () => {
    hub.trouble = () => ({ status: 500 })
    const waits: number[] = []
    await expect(pull({ wait: async (ms) => void waits.push(ms) })).rejects.toThrow('500')
    expect(waits).toHaveLength(4)
    waits.forEach((ms, i) => {
      expect(ms).toBeGreaterThanOrEqual(500 * 2 ** i)
      expect(ms).toBeLessThanOrEqual(1000 * 2 ** i)
    })
  })

  it('names the hub that it cannot reach', async () => {
    await hub.close()
    await expect(pull()).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/^Cannot reach http:\/\/127\.0\.0\.1:\d+, tried 5 times: .*HF_ENDPOINT/),
    })
    hub = await startFakeHub()
  })

  it('throws bytes away that are not what the hub states', async () => {
    hub.commit(repository, { 'onnx/model.onnx': small })
    hub.tampered.set(
      'onnx/model.onnx',
      small.map((byte) => byte ^ 1),
    )
    await expect(pull()).rejects.toMatchObject({
      kind: 'wrong-hash',
      message: expect.stringMatching(
        /onnx\/model\.onnx: what came is not what the hub states: expected sha256/,
      ),
    })
    expect(readdirSync(blobs())).toEqual([])
    await notHere()
  })

  it('throws a file away that is longer than the hub states', async () => {
    hub.commit(repository, { 'onnx/model.onnx': small })
    hub.tampered.set('onnx/model.onnx', Buffer.concat([small, new Uint8Array(50)]))
    await expect(pull()).rejects.toMatchObject({ kind: 'wrong-hash' })
    expect(readdirSync(blobs())).toEqual([])
  })

  it('begins again when the part that was kept is the wrong one', async () => {
    hub.commit(repository, { 'onnx/model.onnx': model, 'onnx/model.onnx_data': data })
    const cut = { cutAfter: 0 }
    troubles('_data', { cutAfter: 100_000 }, cut, cut, cut, cut)
    await expect(pull()).rejects.toMatchObject({ kind: 'cut' })
    const [partial] = readdirSync(blobs()).filter((name) => name.endsWith('.incomplete'))
    writeFileSync(join(blobs(), partial!), new Uint8Array(100_000))
    hub.seen.length = 0
    await pull()
    expect(bodies('_data')).toEqual(['bytes=100000-', undefined])
  })

  it('does not begin when the disk has no room', async () => {
    hub.commit(repository, { 'onnx/model.onnx': model, 'onnx/model.onnx_data': data })
    await expect(pull({ freeBytes: async () => 50_000_100 })).rejects.toMatchObject({
      kind: 'disk-full',
      message: expect.stringMatching(/^Needs 0\.0 MB in .*, and 50 MB are free\. Make room, or set HF_HOME/),
    })
    expect(bodies('model.onnx')).toEqual([])
  })

  it('says that the disk became full, and goes on when there is room', async () => {
    hub.commit(repository, { 'onnx/model.onnx': model, 'onnx/model.onnx_data': data })
    const openFile: typeof open = async (...words) => {
      const handle = await open(...words)
      const write = handle.write.bind(handle) as (...words: unknown[]) => Promise<unknown>
      let room = 60_000
      const full = async (chunk: Uint8Array, begin: number, length: number) => {
        if (room === 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
        const fits = Math.min(room, length)
        room -= fits
        return write(chunk, begin, fits)
      }
      return Object.assign(handle, { write: full as typeof handle.write })
    }
    await expect(pull({ openFile })).rejects.toMatchObject({
      kind: 'disk-full',
      message: expect.stringContaining('no space left on the device. Make room'),
    })
    await notHere()
    hub.seen.length = 0
    await pull()
    expect(bodies('_data')).toEqual(['bytes=60000-'])
  })

  it('refuses when it is offline, and asks nobody', async () => {
    hub.commit(repository, { 'onnx/model.onnx': small })
    await expect(pull({ settings: { ...settings, isOffline: true } })).rejects.toMatchObject({
      kind: 'offline',
      message: expect.stringContaining('HF_HUB_OFFLINE is set'),
    })
    expect(hub.seen).toEqual([])
  })

  it('says when a file is not in the repository', async () => {
    hub.commit(repository, { 'model.onnx': small })
    await expect(pull()).rejects.toThrow('someone/tiny: it has no file onnx/model.onnx at')
  })

  it.each([
    ['is no model', new TextEncoder().encode('<html>'), 'is not an ONNX model that can be read'],
    [
      'keeps its weights elsewhere',
      tinyModel({ dataFile: '../../../../etc/passwd' }).model,
      'lies outside the folder',
    ],
    [
      'gives other numbers than the catalogue says',
      tinyModel({ length: 9 }).model,
      'the catalogue says 16 numbers, and the model gives 9',
    ],
  ])('does not take a file that %s', async (_, bytes, message) => {
    hub.commit(repository, { 'onnx/model.onnx': bytes })
    await expect(pull({ source: { ...source, length: 16 } })).rejects.toMatchObject({
      kind: 'unusable',
      message: expect.stringContaining(message),
    })
    await notHere()
  })
})

describe('a model that is locked', () => {
  it('stays at its commit when the branch moves on', async () => {
    const first = hub.commit(repository, { 'onnx/model.onnx': small })
    await pull()
    const second = hub.commit(repository, { 'onnx/model.onnx': tinyModel({ length: 9 }).model })
    expect((await pull()).lock.source).toMatchObject({ commit: first })
    for (const revision of ['main', second]) {
      await expect(pull({ revision })).rejects.toMatchObject({
        kind: 'locked',
        message: expect.stringMatching(new RegExp(`tiny is locked to commit ${first}, .* commit ${second}`)),
      })
    }
  })

  it('is brought back as it was when a file is lost or changed', async () => {
    hub.commit(repository, { 'onnx/model.onnx': small })
    const { lock } = await pull()
    hub.commit(repository, { 'onnx/model.onnx': tinyModel({ length: 9 }).model })
    writeFileSync(join(blobs(), lock.files[0]!.sha256), 'damaged')
    expect(await pull()).toEqual({ lock, wasHere: false })
    expect(readFileSync(join(blobs(), lock.files[0]!.sha256))).toEqual(Buffer.from(small))
  })

  it('is not replaced by other bytes of the same commit', async () => {
    hub.commit(repository, { 'onnx/model.onnx': small })
    const { lock } = await pull()
    writeFileSync(join(blobs(), lock.files[0]!.sha256), 'damaged')
    const path = join(settings.models, 'tiny.lock.json')
    const forged = readFileSync(path, 'utf8').replaceAll(lock.files[0]!.blob!, 'f'.repeat(64))
    writeFileSync(path, forged)
    await expect(pull()).rejects.toMatchObject({ kind: 'locked' })
    expect(readFileSync(path, 'utf8')).toBe(forged)
  })

  it('is not taken from another repository', async () => {
    hub.commit(repository, { 'onnx/model.onnx': small })
    await pull()
    await expect(pull({ source: { ...source, repository: 'other/tiny' } })).rejects.toThrow(
      'tiny is here already and comes from someone/tiny, not from other/tiny',
    )
  })
})

describe('two pulls at once', () => {
  it('download each file once', async () => {
    hub.commit(repository, { 'onnx/model.onnx': model, 'onnx/model.onnx_data': data })
    const waited: string[] = []
    const report = { file() {}, progress() {}, waiting: (path: string) => void waited.push(path) }
    const wait = () => new Promise((resolve) => setImmediate(resolve))
    const pulls = Array.from({ length: 4 }, () => pull({ report, wait }))
    const locks = (await Promise.all(pulls)).map(({ lock }) => lock)
    expect(locks.every((lock) => JSON.stringify(lock) === JSON.stringify(locks[0]))).toBe(true)
    expect(bodies('_data')).toEqual([undefined])
    expect(waited.length).toBeGreaterThan(0)
    expect(readdirSync(blobs())).toHaveLength(2)
  })
})
