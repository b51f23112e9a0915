import { readFileSync } from 'node:fs'
import { createClient } from '@pixvec/client'
import { createEmbedder, type Embedder } from '@pixvec/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshFolder, pixvec, samples } from './pixvec.js'
import { type RunningServer, startServer } from './server.js'

const path = samples[2]!
const image = readFileSync(path)
let server: RunningServer
let embedder: Embedder
beforeAll(async () => {
  server = await startServer()
  embedder = await createEmbedder()
})
afterAll(async () => {
  await server.stop()
  await embedder.close()
})

/** Every way in, to the numbers that come out. */
const ways: Record<string, (dimension: number) => Promise<ArrayLike<number>>> = {
  'REST with JSON': (dimension) => rest(JSON.stringify({ img: image.toString('base64'), dimension })),
  'REST with multipart': (dimension) => {
    const form = new FormData()
    form.set('dimension', String(dimension))
    form.set('file', new Blob([image]))
    return rest(form)
  },
  'REST with urlencoded': (dimension) =>
    rest(new URLSearchParams({ img: image.toString('base64'), dimension: String(dimension) })),
  'GraphQL, one image': async (dimension) => {
    const query =
      'query ($img: String!, $dimension: Int) { embedImage(img: $img, dimension: $dimension) { embedding } }'
    const { data } = await graphql({ query, variables: { img: image.toString('base64'), dimension } })
    return data.embedImage.embedding
  },
  'GraphQL, several images at once': async (dimension) => {
    const query =
      'query ($imgs: [String!]!, $dimension: Int) { embedImages(imgs: $imgs, dimension: $dimension) { ... on Embedding { embedding } } }'
    const imgs = [1, 2, 0].map((offset) => readFileSync(samples[2 + offset]!).toString('base64'))
    const { data } = await graphql({ query, variables: { imgs, dimension } })
    return data.embedImages[2].embedding
  },
  'the client over REST': (dimension) => client('rest', dimension),
  'the client over GraphQL': (dimension) => client('graphql', dimension),
  'the command': async (dimension) =>
    JSON.parse((await pixvec(['embed', path, '--dimension', String(dimension)])).stdout).embedding,
  'the command, ndjson among others': async (dimension) => {
    const { stdout } = await pixvec(['embed', ...samples, '-d', String(dimension), '-f', 'ndjson'])
    const entries = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    return entries.find(({ file }) => file === path).embedding
  },
  'the command, npy': async (dimension) => {
    const out = `${freshFolder()}/one.npy`
    await pixvec(['embed', path, '-d', String(dimension), '-f', 'npy', '-o', out])
    return new Float32Array(Uint8Array.from(readFileSync(out).subarray(128)).buffer)
  },
}

test.each([512, 1024].flatMap((dimension) => Object.keys(ways).map((way) => [way, dimension] as const)))(
  '%s gives the same %i float32 numbers, bit for bit',
  async (way, dimension) => {
    expect(bits(await ways[way]!(dimension))).toEqual(await expected(dimension))
  },
)

/** What core gives in this process. */
async function expected(dimension: number): Promise<string[]> {
  return bits((await embedder.embed({ image, dimension })).vector)
}

function bits(numbers: ArrayLike<number>): string[] {
  return Array.from(new Uint32Array(Float32Array.from(numbers).buffer), (value) => value.toString(16))
}

async function rest(body: string | FormData | URLSearchParams): Promise<number[]> {
  const headers = {
    'x-api-key': server.key!,
    ...(typeof body === 'string' && { 'content-type': 'application/json' }),
  }
  const response = await fetch(`${server.url}/imgembed`, { method: 'POST', headers, body })
  const answer = (await response.json()) as { status: number; embedding: number[] }
  expect(answer.status).toBe(200)
  return answer.embedding
}

async function graphql(body: object) {
  const headers = { 'x-api-key': server.key!, 'content-type': 'application/json' }
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  const answer = JSON.parse(await response.text())
  expect(answer.errors).toBeUndefined()
  return answer
}

async function client(transport: 'rest' | 'graphql', dimension: number): Promise<Float32Array> {
  const options = { baseUrl: server.url, key: server.key!, transport }
  return (await createClient(options).embedImage(image, { dimension })).embedding
}
