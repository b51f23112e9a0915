import { EmbeddingResponse } from '@pixvec/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { image, img, key, postJson, type Rest, readFailure, startRest } from './start-rest.js'

let rest: Rest
beforeAll(async () => {
  rest = await startRest({ rest: { now: () => 1_700_000_000_999 }, limits: { bodyLimitBytes: 100_000 } })
})
afterAll(() => rest.close())

describe('a success', () => {
  it('has the keys of the wire in their order, and nothing else', async () => {
    const response = await postJson(rest.endpoint, { img, key })
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text).toMatch(
      /^\{"status":200,"id":"[0-9A-F]{10}","embedding":\[[^\]]+\],"object":"embedding","created":1700000000,"model":"[^"]+","total_input_tokens":\d+,"total_output_tokens":1\}$/,
    )
    expect(EmbeddingResponse.parse(JSON.parse(text)).embedding).toHaveLength(512)
  })

  it('has a Content-Type of exactly application/json', async () => {
    const response = await postJson(rest.endpoint, { img, key })
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('x-pixvec-error-code')).toBeNull()
  })

  it('says in Server-Timing where the time went', async () => {
    const response = await postJson(rest.endpoint, { img, key })
    expect(response.headers.get('server-timing')).toMatch(
      /^queue;dur=[\d.]+, decode;dur=[\d.]+, resize;dur=[\d.]+, inference;dur=[\d.]+, total;dur=[\d.]+, batch;desc=1$/,
    )
  })

  it('gives every answer its own id, and the same picture the same vector', async () => {
    const answers = await Promise.all(
      [1, 2].map(async () => (await postJson(rest.endpoint, { img, key })).json()),
    )
    const [first, second] = answers as EmbeddingResponse[]
    expect(first?.id).not.toBe(second?.id)
    expect(first?.embedding).toEqual(second?.embedding)
  })

  it.each([
    [512, 512],
    ['512', 512],
    [1024, 1024],
    ['1024', 1024],
  ])('has for dimension %j %i numbers of L2 norm 1', async (dimension, length) => {
    const response = await postJson(rest.endpoint, { img, key, dimension })
    const { embedding } = (await response.json()) as EmbeddingResponse
    expect(embedding).toHaveLength(length)
    expect(Math.hypot(...embedding)).toBeCloseTo(1, 5)
  })

  it.each([
    '/imgembed',
    '/imgembed/',
    '/imgembed?',
    '/ImgEmbed',
    '/IMGEMBED/',
    '/v1/imgembed',
    '/V1/imgEmbed/?',
  ])('comes at %s', async (path) => {
    const response = await postJson(`${rest.url}${path}`, { img, key })
    expect(response.status).toBe(200)
  })
})

describe('a failure', () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')
  const truncated = image.subarray(0, image.length / 2).toString('base64')

  it.each([
    ['no img', {}, 400, 'MISSING_IMAGE'],
    ['an empty img', { img: '' }, 400, 'MISSING_IMAGE'],
    ['no base64', { img: 'not base64!' }, 400, 'INVALID_BASE64'],
    ['a number as img', { img: 17 }, 400, 'MALFORMED_REQUEST'],
    ['a list as img', { img: [img] }, 400, 'MALFORMED_REQUEST'],
    ['null as img', { img: null }, 400, 'MALFORMED_REQUEST'],
    ['an image URL', { img: 'https://example.com/cat.jpg' }, 400, 'URL_INPUT_DISABLED'],
    ['an image URL in url', { url: 'https://example.com/cat.jpg' }, 400, 'URL_INPUT_DISABLED'],
    ['dimension "abc"', { img, dimension: 'abc' }, 400, 'INVALID_DIMENSION'],
    ['dimension 512.5', { img, dimension: 512.5 }, 400, 'INVALID_DIMENSION'],
    ['dimension true', { img, dimension: true }, 400, 'INVALID_DIMENSION'],
    ['dimension 256', { img, dimension: 256 }, 400, 'INVALID_DIMENSION'],
    ['half an image', { img: truncated }, 400, 'UNDECODABLE_IMAGE'],
    [
      'bytes that are no image',
      { img: Buffer.from('hello, world').toString('base64') },
      400,
      'UNDECODABLE_IMAGE',
    ],
    ['an SVG', { img: svg }, 415, 'UNSUPPORTED_FORMAT'],
  ])('says what is wrong with %s', async (_name, fields, status, code) => {
    const failure = await readFailure(await postJson(rest.endpoint, { key, ...fields }))
    expect(failure).toMatchObject({ status, code })
  })

  it.each(['[]', 'null', '"img"', '17', '{', '{"img":', 'img=QUJD', ' '])(
    'says that the body %s is no JSON object',
    async (body) => {
      const failure = await readFailure(await postJson(rest.endpoint, body, { 'x-api-key': key }))
      expect(failure).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST' })
    },
  )

  it('names the formats that are supported', async () => {
    const { error } = await readFailure(await postJson(rest.endpoint, { key, img: svg }))
    expect(error).toMatch(/SVG.*JPEG.*PNG/is)
  })

  it('says how URL input will be switched on', async () => {
    const { error } = await readFailure(await postJson(rest.endpoint, { key, img: 'http://example.com/a' }))
    expect(error).toContain('URL input is off')
    expect(error).toContain('PIXVEC_URL_INPUT')
  })

  it('says both figures when the body is over the limit', async () => {
    const body = JSON.stringify({ key, img: 'A'.repeat(100_000) })
    const failure = await readFailure(await postJson(rest.endpoint, body))
    expect(failure).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' })
    expect(failure.error).toContain('100000')
    expect(failure.error).toContain(String(body.length))
  })

  it.each([
    ['GET', '/'],
    ['POST', '/imgembedding'],
    ['POST', '/v2/imgembed'],
    ['DELETE', '/imgembed/x'],
  ])('answers an unknown path with 404: %s %s', async (method, path) => {
    const failure = await readFailure(await fetch(`${rest.url}${path}`, { method }))
    expect(failure).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  })

  it.each(['PUT', 'DELETE', 'PATCH'])('answers %s with 405 and Allow', async (method) => {
    const response = await fetch(rest.endpoint, { method })
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST')
    expect(await readFailure(response)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' })
  })

  it.each([
    'text/plain',
    'text/json',
    'application/octet-stream',
    'image/png',
    'application/graphql',
    'nonsense',
  ])('answers Content-Type %s with 415 and the types that are supported', async (type) => {
    const failure = await readFailure(await postJson(rest.endpoint, { img, key }, { 'content-type': type }))
    expect(failure).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' })
    expect(failure.error).toMatch(
      /application\/json, multipart\/form-data or application\/x-www-form-urlencoded/,
    )
    expect(failure.error).toContain(type)
  })
})

describe('GET', () => {
  it('says of an image URL that URL input is off', async () => {
    const query = `?img=${encodeURIComponent('https://example.com/cat.jpg')}&key=${key}&dimension=1024`
    const failure = await readFailure(await fetch(rest.endpoint + query))
    expect(failure).toMatchObject({ status: 400, code: 'URL_INPUT_DISABLED' })
  })

  it('says the same of a URL in url', async () => {
    const failure = await readFailure(
      await fetch(`${rest.endpoint}?url=https://example.com/cat.jpg&key=${key}`),
    )
    expect(failure).toMatchObject({ status: 400, code: 'URL_INPUT_DISABLED' })
  })

  it('misses the image when there is none', async () => {
    const failure = await readFailure(await fetch(`${rest.endpoint}?key=${key}`))
    expect(failure).toMatchObject({ status: 400, code: 'MISSING_IMAGE' })
  })

  it('asks for the key first', async () => {
    const failure = await readFailure(await fetch(`${rest.endpoint}?img=https://example.com/cat.jpg`))
    expect(failure).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
  })

  it('has a HEAD that says the same without a body', async () => {
    const response = await fetch(`${rest.endpoint}?key=${key}`, { method: 'HEAD' })
    expect(response.status).toBe(400)
    expect(response.headers.get('x-pixvec-error-code')).toBe('MISSING_IMAGE')
    expect(await response.text()).toBe('')
  })
})
