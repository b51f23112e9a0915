import { builtInModel, openModelFolder } from '@pixvec/core'
import { tinyFolder } from '@pixvec/core/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { image, img, key, postJson, type Rest, readFailure, startRest } from './start-rest.js'

const builtIn = builtInModel().manifest.id

let rest: Rest
beforeAll(async () => {
  const tiny = await openModelFolder(tinyFolder({ facts: { id: 'tiny' } }))
  rest = await startRest({ models: [{ bundle: builtInModel() }, { bundle: tiny }] })
})
afterAll(() => rest.close())

const headers = { authorization: `Bearer ${key}` }

function form(fields: Record<string, string>): FormData {
  const body = new FormData()
  body.set('file', new Blob([image]))
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  return body
}

const ways: [string, (fields: Record<string, string>) => Promise<Response>][] = [
  ['JSON', (fields) => postJson(rest.endpoint, { img, key, ...fields })],
  [
    'a form',
    (fields) => fetch(rest.endpoint, { method: 'POST', body: new URLSearchParams({ img, key, ...fields }) }),
  ],
  ['multipart', (fields) => fetch(rest.endpoint, { method: 'POST', body: form(fields), headers })],
  [
    'the query',
    (fields) =>
      fetch(`${rest.endpoint}?${new URLSearchParams(fields)}`, { method: 'POST', body: form({}), headers }),
  ],
]

it.each(ways)(
  'answers with the model that %s names, and with the configured one otherwise',
  async (_, send) => {
    expect(await (await send({ model: 'tiny' })).json()).toMatchObject({ status: 200, model: 'tiny' })
    expect(await (await send({ model: '' })).json()).toMatchObject({ status: 200, model: builtIn })
    expect(await (await send({})).json()).toMatchObject({ status: 200, model: builtIn })
  },
)

it.each(ways)('names what is loaded when %s asks for another', async (_, send) => {
  const unknown = await readFailure(await send({ model: 'huge' }))
  expect(unknown).toMatchObject({ status: 400, code: 'UNKNOWN_MODEL' })
  expect(unknown.error).toContain(`loaded: ${builtIn}, tiny; received "huge"`)
  const wrongSize = await readFailure(await send({ model: 'tiny', dimension: '512' }))
  expect(wrongSize).toMatchObject({ status: 400, code: 'INVALID_DIMENSION' })
  expect(wrongSize.error).toContain('Dimension must be 16 of model tiny')
  expect(wrongSize.error).toContain(`Loaded models that give 512: ${builtIn}.`)
})
