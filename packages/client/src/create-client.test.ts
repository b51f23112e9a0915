import { describe, expect, it, onTestFinished } from 'vitest'
import { fakeClock } from '../test/fake-clock.js'
import { restEmbedding, type Scripted, scriptedServer } from '../test/scripted-server.js'
import { type Client, createClient } from './create-client.js'
import type { EmbedImageResult } from './embed-images.js'
import { PixvecApiError, PixvecConnectionError, PixvecResponseError, PixvecTimeoutError } from './errors.js'
import type { ClientEvent } from './events.js'
import type { ClientOptions } from './options.js'

const image = Uint8Array.of(137, 80, 78, 71)
const { status: _, ...fields } = restEmbedding
const timings = { queueMs: 1, decodeMs: 2.5, resizeMs: 0.5, inferenceMs: 9, batchSize: 2, totalMs: 13.25 }
const serverTiming =
  'queue;dur=1, decode;dur=2.5, resize;dur=0.5, inference;dur=9, total;dur=13.25, batch;desc=2'
const graphqlEmbedding = {
  data: {
    embedImage: {
      id: fields.id,
      embedding: fields.embedding,
      dimension: 2,
      model: fields.model,
      revision: 'abc',
      created: fields.created,
      totalInputTokens: fields.total_input_tokens,
      totalOutputTokens: fields.total_output_tokens,
      timings,
    },
  },
}
const full = {
  status: 503,
  body: { status: 503, error: 'full' },
  headers: { 'x-pixvec-error-code': 'OVERLOADED' },
}

async function setup(script: Scripted[], options: Partial<ClientOptions> = {}) {
  const server = await scriptedServer(...script)
  onTestFinished(() => server.close())
  const clock = fakeClock()
  return { server, clock, client: createClient({ baseUrl: server.url, key: 'key-one', clock, ...options }) }
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('the call succeeded'),
    (error: unknown) => error,
  )

describe('a client by REST', () => {
  it('uploads the bytes themselves, with the dimension beside them and the key in the header', async () => {
    const { server, client } = await setup([{ status: 200, body: restEmbedding }])
    await client.embedImage(image, { dimension: 1024 })
    const [request] = server.received
    expect(request?.path).toBe('/imgembed')
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer key-one',
      'content-type': expect.stringMatching(/^multipart\/form-data; boundary=/),
    })
    expect(request?.body).toContain('\r\n\r\n\x89PNG\r\n')
    expect(request?.body).toMatch(/name="dimension"\r\n\r\n1024\r\n/)
  })

  it('sends a string as it is, in JSON, for the server to judge', async () => {
    const { server, client } = await setup([{ status: 200, body: restEmbedding }])
    await client.embedImage('data:image/png;base64,AAAA')
    expect(server.received[0]?.body).toBe('{"img":"data:image/png;base64,AAAA"}')
  })

  it('reads the answer into float32 and a Date', async () => {
    const { client } = await setup([
      { status: 200, body: restEmbedding, headers: { 'x-request-id': 'req-1' } },
    ])
    expect(await client.embedImage(image)).toEqual({
      embedding: Float32Array.of(0.6, 0.8),
      dimension: 2,
      model: 'pixvec-7',
      revision: undefined,
      id: '6783E34342',
      created: new Date('2026-09-21T14:13:20Z'),
      totalInputTokens: 49,
      totalOutputTokens: 1,
      timings: undefined,
      requestId: 'req-1',
    })
  })

  it('throws what the server says, with code, status, request id and Retry-After', async () => {
    const { client } = await setup([
      {
        status: 429,
        body: { status: 429, error: 'Too fast.' },
        headers: { 'x-pixvec-error-code': 'RATE_LIMITED', 'x-request-id': 'req-2', 'retry-after': '3' },
      },
    ])
    const error = await failure(client.embedImage(image))
    expect(PixvecApiError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({
      name: 'PixvecApiError',
      code: 'RATE_LIMITED',
      message: 'Too fast.',
      status: 429,
      requestId: 'req-2',
      retryAfterMs: 3000,
      retryable: true,
    })
  })

  it('calls a refusal without a code UNKNOWN', async () => {
    const { client } = await setup([{ status: 400, body: { status: 400, error: 'No.' } }])
    expect(await failure(client.embedImage(image))).toMatchObject({ code: 'UNKNOWN', retryable: false })
  })
})

describe('a client by GraphQL', () => {
  it('sends the image as a base64 variable, outside the query text', async () => {
    const { server, client } = await setup([{ status: 200, body: graphqlEmbedding }], {
      transport: 'graphql',
    })
    const result = await client.embedImage(image, { dimension: 512 })
    expect(server.received[0]?.path).toBe('/graphql')
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({
      query: expect.stringContaining('query EmbedImage($img: String!, $dimension: Int, $model: String)'),
      variables: { img: 'iVBORw==', dimension: 512 },
    })
    expect(result).toMatchObject({ embedding: Float32Array.of(0.6, 0.8), dimension: 2, revision: 'abc' })
  })

  it('throws the first error, with the status of its extensions', async () => {
    const extensions = {
      code: 'OVERLOADED',
      status: 503,
      retryable: false,
      retryAfterMs: 40,
      requestId: 'req-3',
    }
    const body = { data: null, errors: [{ message: 'Full.', extensions }] }
    const { client } = await setup([{ status: 200, body }], { transport: 'graphql' })
    expect(await failure(client.embedImage(image))).toMatchObject(extensions)
  })

  it('reads the refusal of a server that had not yet looked at the path', async () => {
    const headers = { 'x-pixvec-error-code': 'REQUEST_TIMEOUT' }
    const { client } = await setup([{ status: 408, headers, body: { status: 408, error: 'Too slow.' } }], {
      transport: 'graphql',
    })
    expect(await failure(client.embedImage(image))).toMatchObject({ code: 'REQUEST_TIMEOUT', status: 408 })
  })

  it('reads an error without extensions', async () => {
    const { client } = await setup([{ status: 400, body: { errors: [{ message: 'Syntax.' }] } }], {
      transport: 'graphql',
    })
    expect(await failure(client.models())).toMatchObject({ code: 'UNKNOWN', status: 400, message: 'Syntax.' })
  })
})

describe.each(['rest', 'graphql'] as const)('any client (%s)', (transport) => {
  const good = {
    status: 200,
    headers: { 'server-timing': serverTiming, 'x-request-id': 'req-9' },
    body: transport === 'rest' ? restEmbedding : graphqlEmbedding,
  }

  it('repeats a 503 after the wait that Retry-After asks for, with the same body', async () => {
    const { server, clock, client } = await setup([{ ...full, headers: { 'retry-after': '2' } }, good], {
      transport,
    })
    await client.embedImage(image)
    expect(clock.waits).toEqual([2250])
    const bodies = server.received.map(({ body, headers }) => {
      const boundary = headers['content-type']?.split('boundary=')[1]
      return boundary ? body.replaceAll(boundary, 'boundary') : body
    })
    expect(bodies[1]).toBe(bodies[0])
  })

  it('repeats after a connection that broke', async () => {
    const { server, client } = await setup(['reset', good], { transport })
    expect((await client.embedImage(image)).id).toBe('6783E34342')
    expect(server.received.length).toBe(2)
  })

  it('takes an answer cut short for a broken connection', async () => {
    const cut = { ...good, headers: { 'content-length': '9000' } }
    const { client } = await setup([cut], { transport, maxRetries: 0 })
    expect(PixvecConnectionError.isInstance(await failure(client.embedImage(image)))).toBe(true)
  })

  it('reports a connection that stays broken, with its cause', async () => {
    const { client, clock, server } = await setup(['reset'], { transport })
    const error = await failure(client.embedImage(image))
    expect(PixvecConnectionError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({
      message: expect.stringContaining(server.url),
      cause: expect.anything(),
      retryable: true,
    })
    expect(clock.waits).toEqual([250, 500])
  })

  it('gives each attempt its own time limit', async () => {
    const { client, clock, server } = await setup(['hang', good], { transport })
    const answer = client.embedImage(image)
    await server.requests(1)
    clock.expire()
    expect((await answer).id).toBe('6783E34342')
  })

  it('says how long it waited when time runs out for good', async () => {
    const { client, clock, server } = await setup(['hang'], { transport, maxRetries: 0 })
    const answer = failure(client.embedImage(image))
    await server.requests(1)
    clock.expire()
    const error = await answer
    expect(PixvecTimeoutError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({
      timeoutMs: 60_000,
      limit: 'timeoutMs',
      message: expect.stringContaining('60000 ms'),
    })
  })

  it('tells where the server spent its time', async () => {
    const { client } = await setup([good], { transport })
    expect((await client.embedImage(image)).timings).toEqual(timings)
  })

  it('ends a call at its deadline, in the middle of an attempt', async () => {
    const clock = fakeClock(5000)
    const { client, server } = await setup(['hang', good], { transport, deadlineMs: 5000, clock })
    const answer = failure(client.embedImage(image))
    await server.requests(1)
    clock.expire()
    // The whole time has gone by, and a second attempt would have none.
    expect(await answer).toMatchObject({ name: 'PixvecTimeoutError', timeoutMs: 5000, limit: 'deadlineMs' })
  })

  it('begins no wait that would pass the deadline of the call', async () => {
    const clock = fakeClock(2100)
    const script = [{ ...full, headers: { 'retry-after': '2' } }]
    const { client, server } = await setup(script, { transport, clock })
    expect(await failure(client.embedImage(image, { deadlineMs: 2100 }))).toMatchObject({ status: 503 })
    expect(clock.waits).toEqual([])
    expect(server.received.length).toBe(1)
    expect(await failure(client.embedImage(image, { deadlineMs: 0 }))).toBeInstanceOf(RangeError)
  })

  it('tells of every attempt, answer, failure and retry, and never of key or image', async () => {
    const events: ClientEvent[] = []
    const { client, server } = await setup(['reset', full, good], {
      transport,
      onEvent: (event) => events.push(event),
    })
    await client.embedImage(image)
    const url = server.url + (transport === 'rest' ? '/imgembed' : '/graphql')
    expect(events).toMatchObject([
      { kind: 'request', url, attempt: 1 },
      { kind: 'failure', url, attempt: 1, error: { name: 'PixvecConnectionError' }, durationMs: 0 },
      { kind: 'retry', url, attempt: 1, error: { name: 'PixvecConnectionError' }, delayMs: 250 },
      { kind: 'request', url, attempt: 2 },
      { kind: 'response', url, attempt: 2, status: 503, requestId: undefined },
      { kind: 'retry', url, attempt: 2, error: { code: 'OVERLOADED' }, delayMs: 500 },
      { kind: 'request', url, attempt: 3 },
      { kind: 'response', url, attempt: 3, status: 200, requestId: 'req-9', durationMs: 0 },
    ])
    expect(JSON.stringify(events)).not.toMatch(/key-one|iVBORw/)
  })

  it('rejects with what onEvent throws', async () => {
    const { client } = await setup([good], {
      transport,
      onEvent: () => {
        throw new Error('disk full')
      },
    })
    await expect(client.embedImage(image)).rejects.toThrow('disk full')
  })

  it("rejects with the signal's own reason, at once and without another attempt", async () => {
    const { client, server } = await setup(['hang'], { transport })
    const caller = new AbortController()
    const answer = failure(client.embedImage(image, { signal: caller.signal }))
    await server.requests(1)
    const reason = new Error('the user went away')
    caller.abort(reason)
    expect(await answer).toBe(reason)
    expect(await failure(client.embedImage(image, { signal: caller.signal }))).toBe(reason)
    expect(server.received.length).toBe(1)
  })

  it.each([
    [
      "a proxy's page",
      502,
      'text/html',
      '<html><h1>Bad Gateway</h1></html>',
      /status 502, text\/html: <html>/,
    ],
    ['a page of another site', 404, 'text/html', '<p>Not here</p>', /status 404, text\/html/],
    ['a page where an embedding should be', 200, 'text/html', '<p>Sign in</p>', /status 200, text\/html/],
    ['an empty body', 200, 'application/json', '', /status 200, application\/json/],
    ["another service's JSON", 422, 'application/json', '{"detail":"no"}', /status 422/],
    ['JSON that is no object', 200, 'application/json', '[1]', /status 200/],
    ['an embedding without numbers', 200, 'application/json', '{"embedding":["a"]}', /status 200/],
    ['data without an embedding', 200, 'application/json', '{"data":{"embedImage":null}}', /status 200/],
    ['a redirect', 301, 'text/html', 'moved', /a redirect/],
  ])('says what came when it is %s', async (_name, status, contentType, body, message) => {
    const headers = { 'content-type': contentType, 'x-request-id': 'proxy-1', location: '/elsewhere' }
    const { client, server } = await setup([{ status, headers, body }], { transport, maxRetries: 1 })
    const error = await failure(client.embedImage(image))
    expect(PixvecResponseError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({
      message: expect.stringMatching(message),
      status,
      contentType,
      requestId: 'proxy-1',
    })
    expect(server.received.length).toBe(status === 502 ? 2 : 1)
  })

  it.each([Number.NaN, 512.5, Number.POSITIVE_INFINITY])(
    'does not send a dimension of %d',
    async (dimension) => {
      const { client, server } = await setup([good], { transport })
      expect(await failure(client.embedImage(image, { dimension }))).toBeInstanceOf(RangeError)
      expect(server.received).toEqual([])
    },
  )

  it('uses the fetch it is given', async () => {
    const urls: string[] = []
    const { client } = await setup([good], {
      transport,
      fetch: (url, init) => {
        urls.push(url)
        return fetch(url, init)
      },
    })
    await client.embedImage(image)
    expect(urls.length).toBe(1)
  })

  it('leaves no listener on a signal that lives on', async () => {
    const { client } = await setup([good], { transport })
    const caller = new AbortController()
    const removed: string[] = []
    const remove = caller.signal.removeEventListener.bind(caller.signal)
    caller.signal.removeEventListener = (type: string, listener: never) => {
      removed.push(type)
      remove(type, listener)
    }
    await client.embedImage(image, { signal: caller.signal })
    expect(removed).toContain('abort')
  })
})

describe.each(['embedImages', 'embedMany'] as const)('a list (%s)', (method) => {
  const tooFast = {
    status: 429,
    body: { status: 429, error: 'Too fast.' },
    headers: { 'x-pixvec-error-code': 'RATE_LIMITED', 'retry-after': '40' },
  }
  const good = { status: 200, body: restEmbedding }
  async function run(client: Client, count: number) {
    const images = Array.from({ length: count }, () => image)
    if (method === 'embedImages') return client.embedImages(images, { concurrency: 1 })
    const results: EmbedImageResult[] = []
    for await (const result of client.embedMany(images, { concurrency: 1 })) results.push(result)
    return results
  }

  it('keeps the pace that the server asks for, in all its images, and loses none', async () => {
    const { client, clock, server } = await setup([good, tooFast, tooFast, tooFast, tooFast, good])
    clock.chance = 0
    const results = await run(client, 3)
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true])
    expect(clock.waits).toEqual([40_000, 40_000, 40_000, 40_000])
    expect(server.received.length).toBe(7)
  })

  it('gives an image up at its deadline, and begins the next one with a time of its own', async () => {
    const clock = fakeClock(1000)
    const limits = { timeoutMs: 1000, deadlineMs: 59_999 }
    const { client } = await setup([tooFast, tooFast, good], { ...limits, clock })
    clock.chance = 0
    const results = await run(client, 2)
    expect(results.map((result) => result.ok || result.error)).toEqual([
      expect.objectContaining({ code: 'RATE_LIMITED' }),
      true,
    ])
    expect(clock.waits).toEqual([40_000])
  })
})
