import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { readJson } from '../../test/read-json.js'
import { errorResponses, jsonResponse } from '../edge/documented-responses.js'
import type { GatewayPlugin } from '../plugin.js'
import { startTestGateway, type TestGateway } from '../testing/index.js'
import { bearerAuth } from './bearer-auth.js'
import { health } from './health.js'
import { metrics } from './metrics.js'
import { openApi } from './open-api.js'

let running: TestGateway
afterEach(() => running?.close())

const Sum = z.object({ sum: z.number() }).meta({ id: 'Sum', description: 'A sum.' })

const adder: GatewayPlugin = {
  name: 'adder',
  setup({ fastify }) {
    fastify.post<{ Body: { a: number; b: number } }>(
      '/add',
      {
        schema: {
          tags: ['service'],
          body: z.object({ a: z.coerce.number(), b: z.number().describe('The other one.') }),
          response: {
            200: jsonResponse('The sum.', Sum),
            ...errorResponses('MALFORMED_REQUEST', 'INVALID_BASE64'),
          },
        },
      },
      async ({ body }) => ({ sum: body.a + body.b }),
    )
    fastify.get<{ Querystring: { n: number } }>(
      '/json-schema',
      {
        schema: { querystring: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] } },
      },
      async ({ query }) => ({ n: query.n }),
    )
    fastify.get('/bare', { config: { auth: 'route' } }, async () => ({}))
  },
}

async function start() {
  const api = openApi({ version: '1.2.3' })
  running = await startTestGateway({
    plugins: [api, bearerAuth({ keys: ['one'] }), health(), metrics(), adder],
  })
  return api
}

test('serves a 3.1 document of all routes without a key, and gives the same one', async () => {
  const api = await start()
  const answer = await fetch(`${running.url}/openapi.json`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/json')
  const document = await readJson(answer)
  expect(document).toEqual(JSON.parse(JSON.stringify(api.document())))
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Pixvec', version: '1.2.3' } })
  expect(Object.keys(document.paths).sort()).toEqual([
    '/add',
    '/bare',
    '/health/live',
    '/health/ready',
    '/json-schema',
    '/metrics',
    '/openapi.json',
  ])
})

test('describes bodies, answers and errors from the zod schemas', async () => {
  await start()
  const { paths, components } = await readJson(await fetch(`${running.url}/openapi.json`))
  const { requestBody, responses } = paths['/add'].post
  expect(requestBody.content['application/json'].schema.properties.b.description).toBe('The other one.')
  expect(responses['200'].content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Sum' })
  expect(responses['400'].description).toContain('MALFORMED_REQUEST')
  expect(responses['400'].description).toContain('INVALID_BASE64')
  expect(responses['400'].content['application/json'].schema).toEqual({
    $ref: '#/components/schemas/ErrorResponse',
  })
  expect(components.schemas.ErrorResponse.required).toEqual(['status', 'error'])
  expect(responses['200'].description).toBe('The sum.')
})

test('says of each route how the key is sent', async () => {
  await start()
  const { paths, components } = await readJson(await fetch(`${running.url}/openapi.json`))
  const header = [{ bearer: [] }, { apiKey: [] }, { rawHeader: [] }]
  expect(paths['/add'].post.security).toEqual(header)
  expect(paths['/bare'].get.security).toEqual([...header, { keyQuery: [] }])
  expect(paths['/health/live'].get.security).toEqual([])
  expect(Object.keys(components.securitySchemes)).toEqual(['bearer', 'apiKey', 'rawHeader', 'keyQuery'])
})

test('validates by zod, by JSON Schema, or not at all, as each route says', async () => {
  await start()
  const headers = { 'content-type': 'application/json', 'x-api-key': 'one' }
  const add = (body: object) =>
    fetch(`${running.url}/add`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(await (await add({ a: '1', b: 2 })).json()).toEqual({ sum: 3 })
  const wrong = await add({ a: 1, b: 'two' })
  expect(wrong.status).toBe(400)
  expect(await wrong.json()).toEqual({
    status: 400,
    error: expect.stringMatching(/body.*b: .*expected number/i),
  })

  const get = (path: string) => fetch(running.url + path, { headers })
  expect(await (await get('/json-schema?n=7')).json()).toEqual({ n: 7 })
  expect((await get('/json-schema?n=x')).status).toBe(400)
  expect((await get('/bare')).status).toBe(200)
})
