import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtInModel, catalogue } from '@pixvec/core'
import { testModel, tinyModel } from '@pixvec/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeHub, type Seen, startFakeHub } from './fake-hub.js'
import {
  childEnvironment,
  command,
  finished,
  freshFolder,
  pixvec,
  type RunOptions,
  samples,
  startPixvec,
} from './pixvec.js'
import { startServer } from './server.js'

const builtIn = builtInModel().manifest.id
// What the catalogue says of CLIP RN50, in a few hundred bytes.
const encoder = { 'visual/model.onnx': tinyModel({ edge: 224, length: 1024 }).model }
const repository = 'immich-app/RN50__openai'

let hub: FakeHub
let home: string
let env: NodeJS.ProcessEnv
beforeEach(async () => {
  hub = await startFakeHub()
  home = freshFolder()
  env = { HF_ENDPOINT: hub.endpoint, HF_HOME: home, XDG_DATA_HOME: home, HF_TOKEN: '', HF_HUB_OFFLINE: '' }
})
afterEach(() => hub.close())

const models = (words: readonly string[], more: RunOptions = {}) =>
  pixvec(['models', ...words], { ...more, env: { ...env, ...more.env } })
const embed = (file: string, model: string, words: readonly string[] = []) =>
  pixvec(['embed', file, ...words], { env: { ...env, PIXVEC_MODEL: model } })
const stateOf = async (id: string) => {
  const { stdout } = await models(['list', '--json'])
  return JSON.parse(stdout).find((model: { id: string }) => model.id === id)?.state
}
const bodies = (seen: Seen) => seen.host === 'store' && seen.range !== 'bytes=0-0'

// Each test starts the command many times, and the machine may be busy.
describe('pixvec models', { timeout: 240_000 }, () => {
  it('lists what is here and what can be had, and asks nobody', async () => {
    const { stdout } = await models(['list'])
    const rows = stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(/ {2,}/))
    expect(rows.map((row) => [row[0], row[1]])).toEqual([
      [builtIn, 'built-in'],
      ...catalogue.map(({ id }) => [id, 'to pull']),
    ])
    for (const words of [['show', 'clip-rn50'], ['show', builtIn], ['verify']]) {
      expect((await models(words)).code).toBe(0)
    }
    expect((await embed(samples[0]!, builtIn)).code).toBe(0)
    expect(hub.seen).toEqual([])
  })

  it('pulls, lists, verifies, shows, serves and removes a model of the catalogue', async () => {
    const commit = hub.commit(repository, encoder)
    const pulled = await models(['pull', 'clip-rn50'])
    expect(pulled).toMatchObject({ code: 0, stderr: 'visual/model.onnx, 0.0 MB\n' })
    expect(pulled.stdout).toContain('clip-rn50 is here.')
    expect(pulled.stdout).toContain(`From      ${repository}, commit ${commit}`)
    expect(await stateOf('clip-rn50')).toBe('here')
    expect(await models(['verify'])).toMatchObject({
      code: 0,
      stdout: `${builtIn}: right\nclip-rn50: right\n`,
    })
    const shown = JSON.parse((await models(['show', 'clip-rn50', '--json'])).stdout)
    expect(shown).toMatchObject({ dimensions: [1024], licence: 'MIT', verified: 'documented, not run by us' })

    const answer = await embed(samples[0]!, 'clip-rn50')
    expect(JSON.parse(answer.stdout)).toMatchObject({ model: 'clip-rn50' })
    expect(JSON.parse(answer.stdout).embedding).toHaveLength(1024)
    const wrong = await embed(samples[0]!, 'clip-rn50', ['--dimension', '512'])
    expect(wrong).toMatchObject({
      code: 2,
      stderr: 'pixvec: --dimension must be 1024 with clip-rn50; received 512.\n',
    })

    expect((await models(['remove', 'clip-rn50'])).stdout).toBe(
      'clip-rn50 is not here any more; its files are removed.\n',
    )
    expect(await stateOf('clip-rn50')).toBe('to pull')
    expect(readdirSync(join(home, 'hub', 'models--immich-app--RN50__openai', 'blobs'))).toEqual([])
    expect((await embed(samples[0]!, 'clip-rn50')).stderr).toBe(
      'pixvec: Model clip-rn50 is not here. Bring it: pixvec models pull clip-rn50\n',
    )
  })

  it('finds damage, does not run it, and brings the file back', async () => {
    hub.commit(repository, encoder)
    await models(['pull', 'clip-rn50'])
    const blobs = join(home, 'hub', 'models--immich-app--RN50__openai', 'blobs')
    const [blob] = readdirSync(blobs)
    const damaged = readFileSync(join(blobs, blob!))
    damaged[200]! ^= 1
    writeFileSync(join(blobs, blob!), damaged)
    const verified = await models(['verify', 'clip-rn50'])
    expect(verified.code).toBe(1)
    expect(verified.stdout).toMatch(/^clip-rn50: missing or changed: .*model\.onnx\n$/)
    expect(await embed(samples[0]!, 'clip-rn50')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is damaged or another'),
    })
    rmSync(join(blobs, blob!))
    expect(await stateOf('clip-rn50')).toBe('incomplete')
    expect((await embed(samples[0]!, 'clip-rn50')).stderr).toContain(
      'Bring it back: pixvec models pull clip-rn50',
    )
    expect((await models(['pull', 'clip-rn50'])).code).toBe(0)
    expect((await models(['verify', 'clip-rn50'])).code).toBe(0)
  })

  it('lets several processes pull the same model, and downloads it once', async () => {
    hub.commit(repository, encoder)
    const all = await Promise.all(Array.from({ length: 3 }, () => models(['pull', 'clip-rn50'])))
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(hub.seen.filter(bodies)).toHaveLength(1)
    expect((await models(['verify', 'clip-rn50'])).code).toBe(0)
  })

  it('stops at Ctrl-C and goes on in the next pull, also after a kill', async () => {
    hub.commit(repository, encoder)
    hub.trouble = (seen) => (bodies(seen) ? { stallAfter: 100 } : undefined)
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGKILL', null],
    ] as const) {
      const child = startPixvec(['models', 'pull', 'clip-rn50'], { env })
      const ended = finished(child)
      const before = hub.seen.filter(bodies).length
      await expect.poll(() => hub.seen.filter(bodies).length, { timeout: 30_000 }).toBe(before + 1)
      const blobs = join(home, 'hub', 'models--immich-app--RN50__openai', 'blobs')
      const size = () => readdirSync(blobs).map((name) => readFileSync(join(blobs, name)).length)
      await expect.poll(size, { timeout: 30_000 }).toEqual([signal === 'SIGINT' ? 100 : 200])
      child.kill(signal)
      expect((await ended).code).toBe(code)
      expect(await stateOf('clip-rn50')).toBe('to pull')
    }
    hub.trouble = () => undefined
    expect((await models(['pull', 'clip-rn50'])).code).toBe(0)
    expect(hub.seen.filter(bodies).map(({ range }) => range)).toEqual([undefined, 'bytes=100-', 'bytes=200-'])
  })

  it.each([
    ['an unknown model', ['pull', 'clip-vit-b32'], 'Did you mean clip-vit-b-32?'],
    ['a repository that the catalogue does not know', ['pull', 'a/b'], 'Add it: pixvec models add a/b'],
    ['removing what is built in', ['remove', builtIn], 'comes with the program and cannot be removed'],
    [
      'removing what is not here',
      ['remove', 'clip-rn50'],
      'Model clip-rn50 is not here; none was pulled or added.',
    ],
    ['an unknown model to show', ['show', 'nothing'], 'There is no model "nothing"'],
    ['a repository that is not there', ['pull', 'clip-rn50'], 'there is no such repository'],
  ])('says what is wrong with %s', async (_, words, message) => {
    const { code, stdout, stderr } = await models(words)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(message)
  })

  it('refuses to pull when HF_HUB_OFFLINE is set', async () => {
    hub.commit(repository, encoder)
    for (const words of [
      ['pull', 'clip-rn50'],
      ['add', 'someone/else'],
    ]) {
      const { code, stderr } = await models(words, { env: { HF_HUB_OFFLINE: '1' } })
      expect(code).toBe(1)
      expect(stderr).toContain('HF_HUB_OFFLINE is set')
    }
    expect(hub.seen).toEqual([])
  })

  it('adds a repository, and asks for what the graph does not tell', async () => {
    const processor = {
      size: { height: 8, width: 8 },
      resample: 2,
      image_mean: [0, 0, 0],
      image_std: [1, 1, 1],
    }
    hub.commit('someone/two-outputs', {
      'onnx/model.onnx': tinyModel({ outputs: ['cls', 'mean'] }).model,
      'preprocessor_config.json': Buffer.from(JSON.stringify(processor)),
    })
    const asked = await models(['add', 'someone/two-outputs'])
    expect(asked.code).toBe(1)
    expect(asked.stderr).toContain('output has 2 candidates: cls, mean: name one as "output"')
    const added = await models(['add', 'someone/two-outputs', '--output', 'cls', '--id', 'mine'])
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('mine is here.') })
    rmSync(join(home, 'hub'), { recursive: true })
    expect((await models(['pull', 'mine'])).code).toBe(0)
    expect(JSON.parse((await embed(samples[0]!, 'mine')).stdout).embedding).toHaveLength(16)
  })
})

const isolates = spawnSync('unshare', ['-rn', 'true']).status === 0

it.skipIf(!isolates).each([[['embed', samples[0]!]], [['models', 'list']], [['models', 'verify']]])(
  'command %# of embed, list and verify works where there is no network at all (needs unshare)',
  (words) => {
    const inside = ['-rn', process.execPath, command, ...words]
    const { status, stderr } = spawnSync('unshare', inside, { env: childEnvironment(), encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  },
)

describe('a server with another model', { timeout: 240_000 }, () => {
  it('serves it at its sizes, and names who gives the others', async () => {
    hub.commit(repository, encoder)
    await models(['pull', 'clip-rn50'])
    const server = await startServer({ env: { ...env, PIXVEC_MODEL: 'clip-rn50', PIXVEC_API_KEYS: 'key' } })
    try {
      const ask = async (dimension?: string) => {
        const body = new FormData()
        body.set('file', new Blob([readFileSync(samples[0]!)]))
        if (dimension) body.set('dimension', dimension)
        const headers = { authorization: 'Bearer key' }
        const answer = await fetch(`${server.url}/imgembed`, { method: 'POST', body, headers })
        return (await answer.json()) as Record<string, unknown>
      }
      expect((await ask()).embedding).toHaveLength(1024)
      expect(await ask('512')).toMatchObject({
        status: 400,
        error: expect.stringContaining(`Models that give 512: ${builtIn}, clip-vit-b-32, clip-vit-b-16.`),
      })
    } finally {
      await server.stop()
    }
  })
})

interface Golden {
  readonly model: string
  readonly output: string
  readonly vectors: Record<string, string>
}
const goldens: Golden[] = JSON.parse(
  readFileSync(
    new URL('../../../packages/core/test/goldens/reference-vectors.json', import.meta.url),
    'utf8',
  ),
)

describe('a public encoder', () => {
  for (const { model, output, vectors } of goldens) {
    const folder = testModel(model)

    it.skipIf(!folder)(
      `${model} gives the reference vectors, from a folder and from a hub (needs its files)`,
      async () => {
        const own = join(home, 'own', model)
        mkdirSync(own, { recursive: true })
        cpSync(folder!, own, { recursive: true })
        writeFileSync(join(own, 'pixvec.json'), JSON.stringify({ output }))
        hub.commit(`someone/${model}`, {
          'model.onnx': readFileSync(join(folder!, 'model.onnx')),
          'preprocessor_config.json': readFileSync(join(folder!, 'preprocessor_config.json')),
        })
        const id = `${model}-pulled`
        expect(await models(['add', `someone/${model}`, '--output', output, '--id', id])).toMatchObject({
          code: 0,
        })
        for (const name of [own, id]) {
          for (const [picture, encoded] of Object.entries(vectors)) {
            const expected = new Float32Array(Uint8Array.from(Buffer.from(encoded, 'base64')).buffer)
            const { embedding } = JSON.parse(
              (await embed(samples.find((path) => path.endsWith(picture))!, name)).stdout,
            )
            const largest = Math.max(...expected.map(Math.abs))
            const farthest = Math.max(...expected.map((value, i) => Math.abs(value - embedding[i])))
            expect(embedding).toHaveLength(expected.length)
            expect(farthest / largest).toBeLessThan(1e-5)
          }
        }
      },
      300_000,
    )
  }
})
