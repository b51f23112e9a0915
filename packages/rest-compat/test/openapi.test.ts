import { readFile } from 'node:fs/promises'
import { EmbeddingResponse, errorCodes } from '@pixvec/core'
import { bearerAuth, health, metrics, openApi } from '@pixvec/gateway'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { openApiDocument } from '../scripts/openapi-document.mjs'
import { restCompat } from '../src/index.js'
import { key, postJson, startRest } from './start-rest.js'

const text = await readFile(new URL('../openapi.json', import.meta.url), 'utf8')
const document = JSON.parse(text)
const post = document.paths['/imgembed'].post

describe('openapi.json', () => {
  it('is what the schemas generate; `pnpm generate` renews it', async () => {
    expect(await openApiDocument(restCompat)).toBe(text)
  })

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
    expect(validator.resolveRefs()).toBeDefined()
  })

  it('names every code of the error table and none besides', () => {
    expect(document.components.schemas.ErrorCode.enum).toEqual(errorCodes)
    const named = [...text.matchAll(/`([A-Z]+(?:_[A-Z0-9]+)*)`:/g)].map(([, code]) => code)
    expect(named.length).toBeGreaterThan(15)
    expect(errorCodes).toEqual(expect.arrayContaining(named))
  })

  it('refers only to schemas that it has', () => {
    const references = [...text.matchAll(/"\$ref": "#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(references))
  })

  it('describes the three bodies', () => {
    expect(Object.keys(post.requestBody.content)).toEqual([
      'application/json',
      'multipart/form-data',
      'application/x-www-form-urlencoded',
    ])
  })

  it('describes every status of the wire, each failure with its code in a header', () => {
    const { 200: success, ...failures } = post.responses
    expect(success.headers).toHaveProperty('x-request-id')
    expect(success.headers).toHaveProperty('server-timing')
    expect(Object.keys(failures)).toEqual(
      expect.arrayContaining('400 401 404 405 413 415 429 500 503 504'.split(' ')),
    )
    for (const [status, { headers, content }] of Object.entries<Record<string, object>>(failures)) {
      expect(headers).toHaveProperty('x-request-id')
      expect(headers).toHaveProperty('x-pixvec-error-code.schema.$ref', '#/components/schemas/ErrorCode')
      expect(content).toEqual({
        'application/json': { schema: { $ref: '#/components/schemas/ErrorResponse' } },
      })
      expect('retry-after' in headers!).toBe(status === '429' || status === '503')
    }
  })

  it('is served at /openapi.json, and its example can be sent as it stands', async () => {
    const plugins = [
      openApi({ version: packageJson.version }),
      bearerAuth({ keys: [key] }),
      health(),
      metrics(),
    ]
    const rest = await startRest({ plugins })
    const served = await fetch(`${rest.url}/openapi.json`)
    expect(served.headers.get('content-type')).toBe('application/json')
    expect(await served.json()).toEqual(document)
    const { example } = post.requestBody.content['application/json']
    const answer = await postJson(rest.endpoint, example, { 'x-api-key': key })
    expect(EmbeddingResponse.parse(await answer.json()).embedding).toHaveLength(example.dimension)
    await rest.close()
  })
})
