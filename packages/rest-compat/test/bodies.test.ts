import type { EmbeddingResponse } from '@pixvec/core'
import { samplePng } from '@pixvec/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exchange, rawRequest } from './raw-http.js'
import { image, img, key, postJson, type Rest, readFailure, startRest, type WireError } from './start-rest.js'

let rest: Rest
let expected: number[]
beforeAll(async () => {
  rest = await startRest({ limits: { bodyLimitBytes: 1_000_000 } })
  expected = await vectorOf(await postJson(rest.endpoint, { img, key }))
})
afterAll(() => rest.close())

async function vectorOf(response: Response): Promise<number[]> {
  if (response.status !== 200) throw new Error(await response.text())
  return ((await response.json()) as EmbeddingResponse).embedding
}

const postForm = (fields: string | URLSearchParams) =>
  fetch(rest.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: fields.toString(),
  })

async function failureOf(request: Buffer) {
  const answer = await exchange(rest.url, request)
  expect(answer?.headers['content-type']).toBe('application/json')
  const body = JSON.parse(answer!.body) as WireError
  expect(body.status).toBe(answer!.status)
  return { ...body, code: answer!.headers['x-pixvec-error-code'] }
}

describe('base64', () => {
  const urlSafe = img.replaceAll('+', '-').replaceAll('/', '_')
  const lines = img.replace(/.{76}/g, '$&\r\n')

  it.each([
    ['standard', img],
    ['URL-safe', urlSafe],
    ['without padding', img.replace(/=+$/, '')],
    ['URL-safe without padding', urlSafe.replace(/=+$/, '')],
    ['with line breaks', lines],
    ['as a data URI', `data:image/png;base64,${img}`],
    ['as a data URI with line breaks', `data:image/png;base64,${lines}`],
  ])('%s gives the same vector in all bodies', async (_name, text) => {
    expect(await vectorOf(await postJson(rest.endpoint, { img: text, key }))).toEqual(expected)
    expect(await vectorOf(await postForm(new URLSearchParams({ img: text, key })))).toEqual(expected)
    const form = new FormData()
    form.append('img', text)
    form.append('key', key)
    expect(await vectorOf(await fetch(rest.endpoint, { method: 'POST', body: form }))).toEqual(expected)
  })
})

describe('application/json', () => {
  it.each(['application/json; charset=utf-8', 'application/json;charset=UTF-8', 'Application/JSON'])(
    'is %s too',
    async (type) => {
      expect(await vectorOf(await postJson(rest.endpoint, { img, key }, { 'content-type': type }))).toEqual(
        expected,
      )
    },
  )

  it('escapes slashes as PHP does', async () => {
    const body = JSON.stringify({ img, key }).replaceAll('/', '\\/')
    expect(await vectorOf(await postJson(rest.endpoint, body))).toEqual(expected)
  })

  it('may have fields that the wire does not know', async () => {
    expect(await vectorOf(await postJson(rest.endpoint, { img, key, cvt: 1, url: '' }))).toEqual(expected)
  })

  it('leaves prototypes alone', async () => {
    const body = `{"__proto__":{"img":"${img}"},"constructor":{"prototype":{"img":"x"}},"key":"${key}"}`
    expect(await readFailure(await postJson(rest.endpoint, body))).toMatchObject({ code: 'MISSING_IMAGE' })
    expect(({} as { img?: unknown }).img).toBeUndefined()
  })

  it('takes dimension from the query, and rather from the body', async () => {
    expect(await vectorOf(await postJson(`${rest.endpoint}?dimension=1024`, { img, key }))).toHaveLength(1024)
    const both = await postJson(`${rest.endpoint}?dimension=1024`, { img, key, dimension: 512 })
    expect(await vectorOf(both)).toHaveLength(512)
  })

  it('lets the last of two equal fields win', async () => {
    const body = `{"img":"!","key":"wrong","key":"${key}","img":"${img}"}`
    expect(await vectorOf(await postJson(rest.endpoint, body))).toEqual(expected)
  })
})

describe('application/x-www-form-urlencoded', () => {
  it('may leave the pluses of base64 unescaped', async () => {
    const large = Buffer.from(await samplePng(40, 40, 7))
    const text = large.toString('base64')
    expect(text).toContain('+')
    const unescaped = await vectorOf(await postForm(`img=${text}&key=${key}`))
    expect(unescaped).toEqual(await vectorOf(await postJson(rest.endpoint, { img: text, key })))
  })

  it('takes dimension in digits', async () => {
    expect(await vectorOf(await postForm(new URLSearchParams({ img, key, dimension: '1024' })))).toHaveLength(
      1024,
    )
  })

  it('takes an empty dimension for none', async () => {
    expect(await vectorOf(await postForm(new URLSearchParams({ img, key, dimension: '' })))).toHaveLength(512)
  })

  it('is refused with too many fields', async () => {
    expect(await readFailure(await postForm('x=1&'.repeat(100)))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
  })
})

describe('multipart/form-data', () => {
  it.each(['file', 'img'])('takes an upload in %s with the key behind it', async (name) => {
    const form = new FormData()
    form.append(name, new Blob([image], { type: 'image/png' }), 'a.png')
    form.append('dimension', '1024')
    form.append('key', key)
    expect(await vectorOf(await fetch(rest.endpoint, { method: 'POST', body: form }))).toHaveLength(1024)
  })

  it('takes what curl -F sends', async () => {
    const boundary = '------------------------d74496d66958873e'
    const body = Buffer.concat([
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="key"\r\n\r\n${key}\r\n` +
          `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n` +
          'Content-Type: image/png\r\n\r\n',
      ),
      image,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ])
    const headers = { 'Content-Type': `multipart/form-data; boundary=${boundary}` }
    const answer = await exchange(rest.url, rawRequest('POST /imgembed HTTP/1.1', headers, body))
    expect((JSON.parse(answer!.body) as EmbeddingResponse).embedding).toEqual(expected)
  })

  it('takes a part with neither filename nor Content-Type', async () => {
    const body = Buffer.concat([
      Buffer.from('--b\r\nContent-Disposition: form-data; name="img"\r\n\r\n'),
      image,
      Buffer.from('\r\n--b--\r\n'),
    ])
    const headers = { 'Content-Type': 'multipart/form-data; boundary="b"', 'X-API-Key': key }
    const answer = await exchange(rest.url, rawRequest('POST /imgembed HTTP/1.1', headers, body))
    expect((JSON.parse(answer!.body) as EmbeddingResponse).embedding).toEqual(expected)
  })

  it('checks the key only after the whole form', async () => {
    const form = new FormData()
    form.append('file', new Blob([image]))
    form.append('key', 'wrong')
    expect(await readFailure(await fetch(rest.endpoint, { method: 'POST', body: form }))).toMatchObject({
      status: 401,
    })
  })

  it('says so when two files come', async () => {
    const form = new FormData()
    form.append('key', key)
    form.append('file', new Blob([image]))
    form.append('file', new Blob([image]))
    const failure = await readFailure(await fetch(rest.endpoint, { method: 'POST', body: form }))
    expect(failure).toMatchObject({ status: 400, error: expect.stringContaining('2 files') })
  })

  it('says so when the file is empty', async () => {
    const form = new FormData()
    form.append('key', key)
    form.append('file', new Blob([]), 'empty.png')
    const failure = await readFailure(await fetch(rest.endpoint, { method: 'POST', body: form }))
    expect(failure).toMatchObject({ code: 'MISSING_IMAGE', error: expect.stringContaining('0 bytes') })
  })

  it('is refused over the limit of the body, as every body is', async () => {
    const form = new FormData()
    form.append('file', new Blob([Buffer.alloc(1_000_001)]))
    const failure = await readFailure(await fetch(rest.endpoint, { method: 'POST', body: form }))
    expect(failure).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' })
  })

  it.each(['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary'])(
    'without a boundary is malformed: %s',
    async (type) => {
      const headers = { 'Content-Type': type, 'X-API-Key': key }
      const failure = await failureOf(rawRequest('POST /imgembed HTTP/1.1', headers, '--x\r\n\r\n--x--\r\n'))
      expect(failure).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST' })
      expect(failure.error).toContain('boundary')
    },
  )

  it('that ends early is malformed', async () => {
    const headers = { 'Content-Type': 'multipart/form-data; boundary=b', 'X-API-Key': key }
    const body = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\u0001\u0002'
    expect(await failureOf(rawRequest('POST /imgembed HTTP/1.1', headers, body))).toMatchObject({
      status: 400,
    })
  })

  it('whose sender dies half way harms nobody', async () => {
    const headers = { 'Content-Type': 'multipart/form-data; boundary=b', 'Content-Length': '5000' }
    await exchange(rest.url, rawRequest('POST /imgembed HTTP/1.1', headers, '--b\r\nContent-Disp'), true)
    expect(await vectorOf(await postJson(rest.endpoint, { img, key }))).toEqual(expected)
  })
})

describe('hardly a body', () => {
  it.each(['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=b'])(
    'an empty one of %s misses the image',
    async (type) => {
      const headers = { 'Content-Type': type, 'X-API-Key': key }
      expect(await failureOf(rawRequest('POST /imgembed HTTP/1.1', headers))).toMatchObject({
        status: 400,
        code: 'MISSING_IMAGE',
      })
    },
  )

  it('none at all misses the image', async () => {
    const failure = await failureOf(rawRequest('POST /imgembed HTTP/1.1', { 'X-API-Key': key }))
    expect(failure).toMatchObject({ status: 400, code: 'MISSING_IMAGE' })
  })

  it('one without a Content-Type is malformed', async () => {
    const request = rawRequest('POST /imgembed HTTP/1.1', { 'X-API-Key': key }, JSON.stringify({ img }))
    expect(await failureOf(request)).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST' })
  })

  it('a chunked one is read like any other', async () => {
    const body = JSON.stringify({ img, key })
    const request =
      'POST /imgembed HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n' +
      `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    expect((await exchange(rest.url, request))?.status).toBe(200)
  })
})

describe('a body of a large image', () => {
  // Bytes behind the end of a PNG are no part of the picture: the vector is that of the small body.
  const large = Buffer.concat([image, Buffer.alloc(300_000, Buffer.from([0xff, 0xfe, 0xf9, 7]))])
  const text = large.toString('base64')
  const escaped = JSON.stringify({ img: text, key, dimension: '512' }).replaceAll('/', '\\/')
  const lines = text.replace(/.{76}/g, '$&\r\n')
  const file = new FormData()
  file.append('file', new Blob([large]), 'a.png')
  file.append('key', key)
  const typed = new FormData()
  typed.append('key', key)
  typed.append('img', `data:image/png;base64,${text}`)

  it.each([
    ['JSON', () => postJson(rest.endpoint, { img: text, key })],
    [
      'JSON, the key behind',
      () => postJson(rest.endpoint, `{"img":"${text}","note":"${text}","key":"${key}"}`),
    ],
    ['JSON, slashes escaped', () => postJson(rest.endpoint, escaped)],
    ['JSON, URL-safe', () => postJson(rest.endpoint, { img: large.toString('base64url'), key })],
    [
      'JSON, a data URI with line breaks',
      () => postJson(rest.endpoint, { img: `data:;base64,${lines}`, key }),
    ],
    ['JSON, two images', () => postJson(rest.endpoint, `{"img":"!","key":"${key}","img":"${text}"}`)],
    ['a form', () => postForm(new URLSearchParams({ img: text, key }))],
    ['a form, pluses left alone', () => postForm(`img=${text}&key=${key}`)],
    ['multipart, a file', () => fetch(rest.endpoint, { method: 'POST', body: file })],
    ['multipart, base64', () => fetch(rest.endpoint, { method: 'POST', body: typed })],
    ['a body of unknown length', () => postStream(JSON.stringify({ img: text, key }))],
  ])('gives the same vector: %s', async (_name, post) => {
    expect(await vectorOf(await post())).toEqual(expected)
  })

  const postStream = (body: string) =>
    fetch(rest.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit)

  it.each([
    ['no base64', { img: `${text.slice(0, 200_000)}*${text}`, key }, 400, 'INVALID_BASE64'],
    ['the key is wrong', { img: text, key: 'wrong' }, 401, 'UNAUTHENTICATED'],
    ['the key is long', { img: text, key: text }, 401, 'UNAUTHENTICATED'],
    ['no image of a list', { img: [text], key }, 400, 'MALFORMED_REQUEST'],
    ['no dimension', { img: text, key, dimension: text }, 400, 'INVALID_DIMENSION'],
    ['an address', { img: `https://example.com/${text}`, key }, 400, 'URL_INPUT_DISABLED'],
    ['a long address', { url: text, key }, 400, 'URL_INPUT_DISABLED'],
  ])('is refused as a small one is: %s', async (_name, body, status, code) => {
    expect(await readFailure(await postJson(rest.endpoint, body))).toMatchObject({ status, code })
  })

  it('is refused over the limit when its length was not announced', async () => {
    const answer = await postStream(JSON.stringify({ img: 'A'.repeat(1_000_001), key }))
    expect(await readFailure(answer)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' })
  })
})
