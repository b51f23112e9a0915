import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exchange, rawRequest } from './raw-http.js'
import { image, img, key, type Rest, startRest } from './start-rest.js'

let rest: Rest
beforeAll(async () => {
  rest = await startRest()
})
afterAll(() => rest.close())

type Reply = Record<string, unknown>

describe('a client written for the vendor', () => {
  it('posts JSON as requests does, checks the status in the body, reads the embedding', async () => {
    // requests.post(url, json={…}): these headers, a body with spaces behind colons and commas.
    const body = `{"img": "${img}", "key": "${key}", "dimension": 1024}`
    const headers = {
      'User-Agent': 'python-requests/2.32.3',
      'Accept-Encoding': 'gzip, deflate',
      Accept: '*/*',
      'Content-Type': 'application/json',
    }
    const answer = await exchange(rest.url, rawRequest('POST /imgembed HTTP/1.1', headers, body))
    const reply = JSON.parse(answer!.body) as Reply
    if (reply.status !== 200) throw new Error(String(reply.error))
    expect(reply.embedding).toHaveLength(1024)
    expect(reply.object).toBe('embedding')
  })

  it('prints reply.error when reply.status is not 200', async () => {
    const headers = { 'Content-Type': 'application/json' }
    const answer = await exchange(
      rest.url,
      rawRequest('POST /imgembed HTTP/1.1', headers, `{"img": "${img}"}`),
    )
    const reply = JSON.parse(answer!.body) as Reply
    expect(reply.status).toBe(401)
    expect(reply.error).toMatch(/key/i)
  })

  it('compares the whole Content-Type, as PHP does, and then tests isset(error)', async () => {
    const headers = { 'Content-Type': 'application/json', 'WWW-Authenticate': key }
    for (const body of [JSON.stringify({ img }), JSON.stringify({ img: '!' })]) {
      const answer = await exchange(rest.url, rawRequest('POST /imgembed HTTP/1.1', headers, body))
      expect(answer?.headers['content-type']).toBe('application/json')
      const reply = JSON.parse(answer!.body) as Reply
      expect('error' in reply).toBe(answer?.status !== 200)
      expect(reply.status).toBe(answer?.status)
    }
  })

  it('uploads a form with the key in its last field', async () => {
    const form = new FormData()
    form.append('file', new Blob([image], { type: 'image/png' }), 'cat.png')
    form.append('key', key)
    const response = await fetch(`${rest.url}/v1/imgEmbed/`, { method: 'POST', body: form })
    const reply = (await response.json()) as Reply
    expect(reply.status).toBe(200)
  })

  it('asks by GET with an image URL, and is told in JSON what to do instead', async () => {
    const params = new URLSearchParams({ img: 'https://example.com/cat.jpg', key, dimension: '1024' })
    const response = await fetch(`${rest.endpoint}?${params}`)
    const reply = (await response.json()) as Reply
    expect(reply).toEqual({ status: 400, error: expect.stringContaining('URL input is off') })
    expect(response.status).toBe(400)
  })

  it('speaks HTTP/1.0 and gets its answer', async () => {
    const body = JSON.stringify({ img, key })
    const request = `POST /imgembed HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const answer = await exchange(rest.url, request)
    expect((JSON.parse(answer!.body) as Reply).status).toBe(200)
  })
})
