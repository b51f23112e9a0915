import { Buffer } from 'node:buffer'
import { builtInModel, createEmbedder, type Log, openModelFolder } from '@pixvec/core'
import { fakeBackend, samplePng, tinyFolder } from '@pixvec/core/testing'
import { Arg, Int, Query, Resolver } from 'type-graphql'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readJson } from '../../test/read-json.js'
import { bearerAuth } from '../plugins/bearer-auth.js'
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../testing/index.js'

@Resolver()
class LengthResolver {
  @Query(() => Int)
  length(@Arg('text', () => String) text: string): number {
    return text.length
  }
}

let running: TestGateway
let img: string
let other: string

beforeAll(async () => {
  img = Buffer.from(await samplePng()).toString('base64')
  other = Buffer.from(await samplePng(9, 9, 2)).toString('base64url')
})
afterEach(() => running?.close())

async function start(options: TestGatewayOptions = {}) {
  running = await startTestGateway(options)
}

async function ask(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${running.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, ...(await readJson(response)) }
}

const embedImage = `query ($img: String!, $dimension: Int) {
  embedImage(img: $img, dimension: $dimension) {
    status id embedding object created model revision totalInputTokens totalOutputTokens dimension
  }
}`

test('embeds an image given as a variable', async () => {
  await start()
  const { status, data, errors } = await ask({ query: embedImage, variables: { img } })
  expect(errors).toBeUndefined()
  expect(status).toBe(200)
  expect(data.embedImage).toMatchObject({
    status: 200,
    id: expect.stringMatching(/^[0-9A-F]{10}$/),
    object: 'embedding',
    model: running.embedder.model.id,
    revision: running.embedder.model.revision,
    totalInputTokens: running.embedder.model.inputTokens,
    totalOutputTokens: 1,
    dimension: 512,
  })
  expect(data.embedImage.embedding).toHaveLength(512)
  expect(Math.abs(data.embedImage.created - Date.now() / 1000)).toBeLessThan(60)
})

test('tells where the time of an image went', async () => {
  await start()
  const query = `query ($img: String!) {
    embedImage(img: $img) { timings { queueMs decodeMs resizeMs inferenceMs batchSize totalMs } }
  }`
  const { data } = await ask({ query, variables: { img } })
  const { batchSize, totalMs, ...steps } = data.embedImage.timings as Record<string, number>
  expect(batchSize).toBe(1)
  const stepMs = Object.values(steps)
  expect(stepMs.length).toBe(4)
  for (const ms of stepMs) expect(ms).toBeGreaterThanOrEqual(0)
  expect(totalMs).toBeGreaterThanOrEqual(Math.max(...stepMs))
})

test('gives 1024 numbers when asked, the same ones however base64 is spelled', async () => {
  await start()
  const spellings = [
    img,
    img.replace(/=+$/, ''),
    `data:image/png;base64,${img}`,
    img.replace(/(.{8})/g, '$1\n'),
  ]
  const vectors = await Promise.all(
    spellings.map(async (spelling) => {
      const { data } = await ask({ query: embedImage, variables: { img: spelling, dimension: 1024 } })
      return data.embedImage.embedding
    }),
  )
  expect(vectors[0]).toHaveLength(1024)
  for (const vector of vectors) expect(vector).toEqual(vectors[0])
})

test('lists the models', async () => {
  await start()
  const fields = 'id revision dimensions defaultDimension defaultFor inputTokens licence inputSize'
  const { data } = await ask({ query: `{ models { ${fields} } }` })
  expect(data.models).toEqual([JSON.parse(JSON.stringify(running.embedder.model))])
})

test('answers with the model that is named, and lists what is loaded as it is now', async () => {
  const tiny = await openModelFolder(tinyFolder({ facts: { id: 'tiny' } }))
  const builtIn = builtInModel()
  const models = [{ bundle: builtIn }, { bundle: tiny }]
  const embedder = await createEmbedder({ backend: fakeBackend(), models })
  await start({ embedder })
  const query = `query ($img: String!, $imgs: [String!]!, $model: String, $dimension: Int) {
    embedImage(img: $img, model: $model, dimension: $dimension) { model revision dimension }
    embedImages(imgs: $imgs, model: $model) { ... on Embedding { model dimension } ... on EmbeddingError { code } }
  }`
  const variables = { img, imgs: [img, 'AAAA'] }
  const asked = async (more: object) => ask({ query, variables: { ...variables, ...more } })
  const { id } = builtIn.manifest
  expect((await asked({})).data.embedImage).toMatchObject({ model: id, dimension: 512 })
  expect((await asked({ model: null })).data.embedImage.model).toBe(id)
  const named = (await asked({ model: 'tiny' })).data
  expect(named).toEqual({
    embedImage: { model: 'tiny', revision: embedder.models[1]!.revision, dimension: 16 },
    embedImages: [{ model: 'tiny', dimension: 16 }, { code: 'UNDECODABLE_IMAGE' }],
  })
  const unknown = await asked({ model: 'huge' })
  expect(unknown.errors[0]).toMatchObject({
    message: expect.stringContaining(`loaded: ${id}, tiny; received "huge"`),
    extensions: { code: 'UNKNOWN_MODEL', status: 400 },
  })
  const wrongSize = await asked({ model: 'tiny', dimension: 512 })
  expect(wrongSize.errors[0].message).toContain(`Loaded models that give 512: ${id}.`)

  const listed = async () => (await ask({ query: '{ models { id defaultFor } }' })).data.models
  expect(await listed()).toEqual([
    { id, defaultFor: [512, 1024] },
    { id: 'tiny', defaultFor: [] },
  ])
  await embedder.replaceModels([{ bundle: tiny }])
  expect(await listed()).toEqual([{ id: 'tiny', defaultFor: [16] }])
  await embedder.close()
})

test('gives each image of a list its own result, in order', async () => {
  await start()
  const { status, data } = await ask({
    query: `query ($imgs: [String!]!) {
      embedImages(imgs: $imgs) {
        __typename
        ... on Embedding { dimension embedding }
        ... on EmbeddingError { status code message retryable }
      }
    }`,
    variables: { imgs: [img, '', 'a*b=', 'AAAA', 'https://example.com/cat.jpg', other, img] },
  })
  expect(status).toBe(200)
  const [first, missing, garbage, undecodable, url, second, again] = data.embedImages
  expect(first.embedding).toEqual(again.embedding)
  expect(first.embedding).not.toEqual(second.embedding)
  expect(missing).toMatchObject({ __typename: 'EmbeddingError', status: 400, code: 'MISSING_IMAGE' })
  expect(garbage).toMatchObject({ code: 'INVALID_BASE64', retryable: false })
  expect(undecodable).toMatchObject({ code: 'UNDECODABLE_IMAGE', status: 400 })
  expect(url).toMatchObject({ code: 'URL_INPUT_DISABLED', message: expect.stringContaining('URL') })
})

test('reports the failure of an image with code, status and request id', async () => {
  await start()
  const { status, errors, data, headers } = await ask(
    { query: embedImage, variables: { img, dimension: 777 } },
    { 'x-request-id': 'trace-42' },
  )
  expect(status).toBe(200)
  expect(data).toBeNull()
  expect(headers.get('x-request-id')).toBe('trace-42')
  expect(errors).toEqual([
    {
      message: expect.stringContaining('512 or 1024'),
      locations: [{ line: 2, column: 3 }],
      path: ['embedImage'],
      extensions: { code: 'INVALID_DIMENSION', status: 400, retryable: false, requestId: 'trace-42' },
    },
  ])
})

test('masks a fault of ours and logs it once under the request id', async () => {
  const lines: object[] = []
  const log: Log = { debug() {}, info() {}, warn() {}, error: (fields) => void lines.push(fields) }
  const failure = new Error('the session broke at 0xdeadbeef')
  const embedder = await createEmbedder({ backend: fakeBackend({ failWith: () => failure }) })
  await start({ embedder, log })
  const single = await ask({ query: embedImage, variables: { img } }, { 'x-request-id': 'single' })
  expect(single.errors[0].extensions).toMatchObject({ code: 'INTERNAL', status: 500, retryable: true })
  expect(JSON.stringify(single)).not.toContain('0xdeadbeef')
  const list = await ask(
    {
      query: 'query ($i: String!) { embedImages(imgs: [$i]) { ... on EmbeddingError { code message } } }',
      variables: { i: img },
    },
    { 'x-request-id': 'list' },
  )
  expect(list.data.embedImages[0].code).toBe('INTERNAL')
  expect(JSON.stringify(list)).not.toContain('0xdeadbeef')
  expect(lines).toHaveLength(2)
  expect(lines).toMatchObject([{ requestId: 'single' }, { requestId: 'list' }])
  await embedder.close()
})

test('keeps the codes of GraphQL itself, with status 400', async () => {
  await start()
  const cases: [unknown, string][] = [
    [{ query: '{ embedImage(' }, 'GRAPHQL_PARSE_FAILED'],
    [{ query: '{ nonsense }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [{ query: embedImage, variables: { img: 1 } }, 'BAD_USER_INPUT'],
    [{ query: embedImage, variables: { img, dimension: 'large' } }, 'BAD_USER_INPUT'],
    [{ query: 'query A { models { id } } query B { models { id } }' }, 'OPERATION_RESOLUTION_FAILURE'],
    [{ operationName: 'A' }, 'BAD_REQUEST'],
    [[{ query: '{ models { id } }' }], 'BAD_REQUEST'],
  ]
  for (const [body, code] of cases) {
    const { status, errors } = await ask(body)
    expect(errors[0].extensions, JSON.stringify(body)).toMatchObject({ code, status: 400 })
    expect(status).toBe(400)
  }
})

test('does not echo a large value of a wrong variable', async () => {
  await start()
  const { errors } = await ask({ query: embedImage, variables: { img, dimension: 'x'.repeat(1_000_000) } })
  expect(errors[0].extensions.code).toBe('BAD_USER_INPUT')
  expect(errors[0].message.length).toBeLessThanOrEqual(500)
})

test('speaks GraphQL at the edge as well: 400, 401, 413, 415', async () => {
  await start({ plugins: [bearerAuth({ keys: ['secret-key'] })], limits: { bodyLimitBytes: 5_000 } })
  const key = { 'x-api-key': 'secret-key' }
  const cases: [string, Record<string, string>, number, string][] = [
    ['{"query":"{ models { id } }"}', {}, 401, 'UNAUTHENTICATED'],
    ['{"query":"{ models { id } }"}', { 'x-api-key': 'wrong' }, 401, 'UNAUTHENTICATED'],
    ['{"query":', key, 400, 'MALFORMED_REQUEST'],
    [JSON.stringify({ query: ' '.repeat(6_000) }), key, 413, 'PAYLOAD_TOO_LARGE'],
    ['<query/>', { ...key, 'content-type': 'application/xml' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ]
  for (const [body, headers, status, code] of cases) {
    const answer = await ask(body, headers)
    expect(answer.status, code).toBe(status)
    expect(answer.headers.get('x-pixvec-error-code')).toBe(code)
    expect(answer.errors).toEqual([
      {
        message: expect.any(String),
        extensions: { code, status, retryable: false, requestId: answer.headers.get('x-request-id') },
      },
    ])
    expect(JSON.stringify(answer)).not.toContain('secret-key')
  }
})

test('takes the key from each of the three headers', async () => {
  await start({ plugins: [bearerAuth({ keys: ['secret-key'] })] })
  for (const headers of [
    { authorization: 'Bearer secret-key' },
    { authorization: 'bearer   secret-key' },
    { 'x-api-key': 'secret-key' },
    { 'www-authenticate': 'secret-key' },
    { authorization: 'Basic Zm9vOmJhcg==', 'x-api-key': 'secret-key' },
  ]) {
    const { status } = await ask({ query: '{ models { id } }' }, headers as unknown as Record<string, string>)
    expect(status, JSON.stringify(headers)).toBe(200)
  }
})

test('blocks what a foreign page could send without a preflight', async () => {
  await start()
  const asText = await ask('{"query":"{ models { id } }"}', { 'content-type': 'text/plain' })
  expect(asText).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
  expect(asText.errors[0].message).toContain('CSRF')

  const url = `${running.url}/graphql?query=${encodeURIComponent('{ models { id } }')}`
  expect((await fetch(url)).status).toBe(400)
  const allowed = await fetch(url, { headers: { 'apollo-require-preflight': 'true' } })
  expect(await allowed.json()).toMatchObject({ data: { models: [{ id: expect.any(String) }] } })
})

test('hides the schema in production: no introspection, no page, no suggestions', async () => {
  await start({ production: true })
  const introspection = await ask({ query: '{ __schema { queryType { name } } }' })
  expect(introspection.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
  const typo = await ask({ query: '{ modelz { id } }' })
  expect(typo.errors[0].message).not.toContain('models')
  const page = await fetch(`${running.url}/graphql`, { headers: { accept: 'text/html' } })
  expect(page.status).toBe(400)
  expect(page.headers.get('content-type')).toContain('application/json')
})

test('outside production answers introspection, and a browser with a hint that loads nothing', async () => {
  await start({ production: false, plugins: [bearerAuth({ keys: ['secret-key'] })] })
  const introspection = await ask(
    { query: '{ __schema { queryType { name } } }' },
    { 'x-api-key': 'secret-key' },
  )
  expect(introspection.data.__schema.queryType.name).toBe('Query')
  const page = await fetch(`${running.url}/graphql`, { headers: { accept: 'text/html,*/*' } })
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toContain('text/plain')
  const query = await fetch(`${running.url}/graphql?query={models{id}}`, {
    headers: { accept: 'text/html,*/*', 'apollo-require-preflight': 'true' },
  })
  expect(query.status).toBe(401)
})

test('counts images through aliases, lists and fragments together, and says both figures', async () => {
  await start({ limits: { maxImagesPerOperation: 4 } })
  const query = `
    query ($i: String!, $imgs: [String!]!) {
      a: embedImage(img: $i) { dimension }
      ...More
      ... on Query { c: embedImages(imgs: $imgs) { __typename } }
    }
    fragment More on Query { b: embedImages(imgs: [$i, $i]) { __typename } }`
  const within = await ask({ query, variables: { i: img, imgs: [img] } })
  expect(within.errors).toBeUndefined()
  const over = await ask({ query, variables: { i: img, imgs: [img, img] } })
  expect(over.status).toBe(400)
  expect(over.headers.get('x-pixvec-error-code')).toBe('TOO_MANY_IMAGES')
  expect(over.errors[0]).toMatchObject({
    message: 'The operation asks for 5 images; the limit is 4. Split it into several.',
    extensions: { code: 'TOO_MANY_IMAGES', status: 400, retryable: false },
  })
})

test('refuses a large literal before it is parsed, and takes one of 64 KiB', async () => {
  await start()
  const query = (length: number) => `{ embedImage(img: "${'A'.repeat(length)}") { dimension } }`
  const over = await ask({ query: query(65_537) })
  expect(over.status).toBe(400)
  expect(over.errors[0].extensions).toMatchObject({ code: 'LITERAL_TOO_LARGE', status: 400 })
  expect(over.errors[0].message).toContain('variable')
  // Not even valid GraphQL: whoever answers has not parsed it.
  const broken = await ask({ query: `{ embedImage(img: "${'A'.repeat(70_000)}` })
  expect(broken.errors[0].extensions.code).toBe('LITERAL_TOO_LARGE')
  const within = await ask({ query: query(65_536) })
  expect(within.errors[0].extensions.code).toBe('UNDECODABLE_IMAGE')
})

test('stops at a query of too many tokens', async () => {
  await start()
  const { errors } = await ask({ query: `{ models { ${'id '.repeat(3_000)} } }` })
  expect(errors[0].extensions.code).toBe('GRAPHQL_PARSE_FAILED')
})

describe('a large image', () => {
  // Bytes behind the end of a PNG are no part of the picture: the vector is that of the small one.
  const enlarge = (base64: string) =>
    Buffer.concat([Buffer.from(base64, 'base64'), Buffer.alloc(90_000, 0xfb)]).toString('base64')

  test('gives the vector that a small one gives, alone, in a list, and however JSON spells it', async () => {
    await start()
    const large = enlarge(img)
    const query = `query ($a: String!, $b: String!, $list: [String!]!) {
      small: embedImage(img: $a) { embedding }
      large: embedImage(img: $b) { embedding }
      mixed: embedImages(imgs: [$a, $b]) { ... on Embedding { embedding } }
      list: embedImages(imgs: $list) { ... on Embedding { embedding } ... on EmbeddingError { code } }
    }`
    const variables = { a: img, b: large, list: [large, enlarge(other), `${large}*`, img] }
    const body = JSON.stringify({ query, variables })
    for (const spelled of [body, body.replaceAll('/', '\\/')]) {
      const { data, errors } = await ask(spelled)
      expect(errors).toBeUndefined()
      expect(data.large).toEqual(data.small)
      expect(data.mixed).toEqual([data.small, data.small])
      expect(data.list[0]).toEqual(data.small)
      expect(data.list[1].embedding).not.toEqual(data.small.embedding)
      expect(data.list[2]).toEqual({ code: 'INVALID_BASE64' })
      expect(data.list[3]).toEqual(data.small)
    }
  })

  test('may stand beside a long query text, which is read as ever', async () => {
    await start()
    const comment = `# "${'x'.repeat(70_000)}"\n`
    const { data } = await ask({ query: comment + embedImage, variables: { img: enlarge(img) } })
    expect(data.embedImage.embedding).toHaveLength(512)
  })

  test('is refused where the JSON around or within it is broken', async () => {
    await start()
    const body = JSON.stringify({ query: embedImage, variables: { img: enlarge(img) } })
    for (const broken of [body.slice(0, -1), body.slice(0, 90_000), `${body.slice(0, 90_000)}\n${body}`]) {
      expect(await ask(broken)).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'MALFORMED_REQUEST' } }],
      })
    }
  })

  test('is named by its size, not quoted, where a number is asked for', async () => {
    await start()
    const { errors } = await ask({ query: embedImage, variables: { img, dimension: enlarge(img) } })
    expect(errors[0].message).toMatch(/got invalid value "<\d+ bytes of text/)
  })

  test('reaches the resolver of a plugin as the string that it is', async () => {
    await start({ plugins: [{ name: 'length', resolvers: [LengthResolver] }] })
    const { data } = await ask({
      query:
        'query ($text: String!, $img: String!) { length(text: $text) embedImage(img: $img) { dimension } }',
      variables: { text: 'x'.repeat(100_000), img: enlarge(img) },
    })
    expect(data).toEqual({ length: 100_000, embedImage: { dimension: 512 } })
  })
})
