import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { image, img, key, postJson, type Rest, readFailure, startRest } from './start-rest.js'

let rest: Rest
beforeAll(async () => {
  rest = await startRest()
})
afterAll(() => rest.close())

function form(fields: Record<string, string | Blob>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  return data
}

const post = (body: RequestInit['body'], query = '') =>
  fetch(rest.endpoint + query, { method: 'POST', body: body! })

describe('the key', () => {
  it.each([
    ['Authorization: Bearer', { authorization: `Bearer ${key}` }],
    ['X-API-Key', { 'x-api-key': key }],
    ['WWW-Authenticate, raw', { 'www-authenticate': key }],
  ])('comes in the header %s', async (_name, headers) => {
    expect((await postJson(rest.endpoint, { img }, headers)).status).toBe(200)
  })

  it('comes in the query, beside every kind of body', async () => {
    const bodies = [form({ file: new Blob([image]) }), new URLSearchParams({ img })]
    for (const body of bodies) expect((await post(body, `?key=${key}`)).status).toBe(200)
    expect((await postJson(`${rest.endpoint}?key=${key}`, { img })).status).toBe(200)
  })

  it('comes as a field of every kind of body', async () => {
    const bodies = [
      form({ file: new Blob([image]), key }),
      form({ key, img }),
      new URLSearchParams({ img, key }),
    ]
    for (const body of bodies) expect((await post(body)).status).toBe(200)
    expect((await postJson(rest.endpoint, { img, key })).status).toBe(200)
  })

  it.each([
    ['missing', {}],
    ['empty', { key: '' }],
    ['null', { key: null }],
    ['unknown', { key: 'key-two' }],
    ['blocked', { key: 'blocked-key' }],
  ])('is refused when %s', async (_name, fields) => {
    const failure = await readFailure(await postJson(rest.endpoint, { img, ...fields }))
    expect(failure).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
  })

  it('must be a string', async () => {
    const failure = await readFailure(await postJson(rest.endpoint, { img, key: 12345 }))
    expect(failure).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST' })
    expect(failure.error).toContain('received a number')
  })

  it('is never repeated in the answer', async () => {
    const failure = await readFailure(await postJson(rest.endpoint, { img, key: 'very-secret-key' }))
    expect(failure.error).not.toContain('very-secret-key')
  })
})

describe('of several keys the first found decides', () => {
  const wrong = 'wrong-key'

  it.each([
    ['header before query', { 'x-api-key': key }, `?key=${wrong}`, {}, 200],
    ['header before query, wrong', { 'x-api-key': wrong }, `?key=${key}`, {}, 401],
    ['header before body', { 'x-api-key': key }, '', { key: wrong }, 200],
    ['header before body, wrong', { 'x-api-key': wrong }, '', { key }, 401],
    ['query before body', {}, `?key=${key}`, { key: wrong }, 200],
    ['query before body, wrong', {}, `?key=${wrong}`, { key }, 401],
    ['an empty one is none', { 'x-api-key': '' }, '?key=', { key }, 200],
    ['the last of two in the query', {}, `?key=${wrong}&key=${key}`, {}, 200],
  ])('%s', async (_name, headers, query, fields, status) => {
    const response = await postJson(rest.endpoint + query, { img, ...fields }, headers)
    expect(response.status).toBe(status)
  })
})

describe('the order of the checks', () => {
  it.each([
    ['no image', {}],
    ['an img of the wrong type', { img: 5 }],
    ['no base64', { img: '!' }],
    ['an image URL', { img: 'https://example.com/a.jpg' }],
    ['a wrong dimension', { img, dimension: 'abc' }],
  ])('puts a missing key before %s', async (_name, fields) => {
    expect((await postJson(rest.endpoint, fields)).status).toBe(401)
  })

  it('puts a missing key before a missing image in a POST without a body', async () => {
    expect((await fetch(rest.endpoint, { method: 'POST' })).status).toBe(401)
  })

  it('puts broken JSON first where a key might have been in it', async () => {
    expect((await postJson(rest.endpoint, '{"img":')).status).toBe(400)
    expect((await postJson(`${rest.endpoint}?key=${key}`, '{"img":')).status).toBe(400)
  })

  it('refuses a wrong key in header or query before it reads the body', async () => {
    expect((await postJson(rest.endpoint, '{"img":', { 'x-api-key': 'wrong' })).status).toBe(401)
    expect((await postJson(`${rest.endpoint}?key=wrong`, '{"img":')).status).toBe(401)
  })
})

describe('without an auth plugin', () => {
  it('everybody is let in, with or without a key', async () => {
    const open = await startRest({ plugins: [] })
    expect((await postJson(open.endpoint, { img })).status).toBe(200)
    expect((await postJson(open.endpoint, { img, key: 'any' })).status).toBe(200)
    await open.close()
  })
})
