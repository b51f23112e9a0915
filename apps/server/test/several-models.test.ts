import { readFileSync } from 'node:fs'
import { builtInModel } from '@pixvec/core'
import { tinyFolder } from '@pixvec/core/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { pixvec, samples } from './pixvec.js'
import { type RunningServer, startServer } from './server.js'

const builtIn = builtInModel().manifest.id
const short = tinyFolder({ length: 512, facts: { id: 'short' } })
const long = tinyFolder({ length: 1024, facts: { id: 'long' } })
const tiny = tinyFolder({ facts: { id: 'tiny' } })
const picture = readFileSync(samples[0]!)
const headers = { authorization: 'Bearer key' }

let server: RunningServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

async function serve(env: NodeJS.ProcessEnv): Promise<void> {
  server = await startServer({ env: { PIXVEC_API_KEYS: 'key', ...env } })
}

/** One image over the wire of PixLab, as a file. */
async function ask(fields: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const body = new FormData()
  body.set('file', new Blob([picture]))
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  const answer = await fetch(`${server!.url}/imgembed`, { method: 'POST', body, headers })
  return (await answer.json()) as Record<string, unknown>
}

async function loaded(): Promise<{ id: string; defaultFor: number[] }[]> {
  const answer = await fetch(`${server!.url}/graphql`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ models { id defaultFor } }' }),
  })
  return ((await answer.json()) as { data: { models: { id: string; defaultFor: number[] }[] } }).data.models
}

describe('a server with several models', { timeout: 120_000 }, () => {
  it('answers calls without a model as before, and others by the model that they name', async () => {
    await serve({ PIXVEC_MODELS: `${tiny},${short}` })
    expect(await loaded()).toEqual([
      { id: builtIn, defaultFor: [512, 1024] },
      { id: 'tiny', defaultFor: [] },
      { id: 'short', defaultFor: [] },
    ])
    expect(server!.stdout()).toContain(`Model    ${builtIn}, revision`)
    expect(server!.stdout()).toMatch(/Model {4}tiny, revision [0-9a-f]{12}, 16 numbers; by its name\n/)
    expect(await ask()).toMatchObject({ status: 200, model: builtIn })
    expect(await ask({ model: 'tiny' })).toMatchObject({ status: 200, model: 'tiny' })
    expect(await ask({ model: 'short', dimension: '512' })).toMatchObject({ status: 200, model: 'short' })
    expect(await ask({ model: 'tiny', dimension: '512' })).toMatchObject({
      status: 400,
      error: expect.stringContaining(`Loaded models that give 512: ${builtIn}, short.`),
    })
    expect(await ask({ model: 'clip-rn50' })).toMatchObject({
      status: 400,
      error: expect.stringContaining(`loaded: ${builtIn}, tiny, short; received "clip-rn50"`),
    })
  })

  it('has a model for each size', async () => {
    await serve({ PIXVEC_MODEL_512: short, PIXVEC_MODEL_1024: long, PIXVEC_MODELS: tiny })
    expect(await loaded()).toEqual([
      { id: 'short', defaultFor: [512] },
      { id: 'long', defaultFor: [1024] },
      { id: 'tiny', defaultFor: [] },
    ])
    expect(await ask()).toMatchObject({ model: 'short' })
    expect(await ask({ dimension: '512' })).toMatchObject({ model: 'short' })
    const answer = await ask({ dimension: '1024' })
    expect(answer).toMatchObject({ model: 'long' })
    expect(answer.embedding).toHaveLength(1024)
    expect(await ask({ dimension: '16' })).toMatchObject({
      status: 400,
      error: expect.stringMatching(/^Dimension must be 512 or 1024; received 16\..*give 16: tiny\./),
    })
  })

  it.each([
    [
      { PIXVEC_MODEL: tiny, PIXVEC_MODEL_512: short },
      /^pixvec: PIXVEC_MODEL_512: it stands in place of PIXVEC_MODEL/,
    ],
    [{ PIXVEC_MODEL_512: long }, /^pixvec: PIXVEC_MODEL_512: model long gives 1024, not 512\./],
    [{ PIXVEC_MODELS: 'clip-rn50' }, /^pixvec: Model clip-rn50 is not here\. Bring it: pixvec models pull/],
    [{ PIXVEC_MODELS: './no-folder' }, /no-folder is no folder/],
  ])('does not start with %j, and says why', async (env, message) => {
    const { code, stdout, stderr } = await pixvec(['serve', '--port', '0'], { env })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })
})

describe('pixvec embed --model', { timeout: 120_000 }, () => {
  it('takes a folder, or the model that the settings have for the size', async () => {
    const embed = async (words: string[], env: NodeJS.ProcessEnv = {}) =>
      JSON.parse((await pixvec(['embed', samples[0]!, ...words], { env })).stdout)
    expect(await embed(['--model', tiny])).toMatchObject({ model: 'tiny' })
    expect(await embed(['--dimension', '1024'], { PIXVEC_MODEL_1024: long })).toMatchObject({ model: 'long' })
    expect(await embed([], { PIXVEC_MODEL_1024: long })).toMatchObject({ model: builtIn })
    const wrong = await pixvec(['embed', samples[0]!, '--model', 'none'])
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no model "none"') })
  })
})
