import { type BackendFactory, createEmbedder, createOnnxBackend, openModelFolder } from '@pixvec/core'
import {
  fakeBackend,
  type InferenceProcess,
  samplePng,
  startInferenceProcess,
  tinyFolder,
} from '@pixvec/core/testing'
import { afterEach, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../testing/index.js'
import { bearerAuth } from './bearer-auth.js'
import { health } from './health.js'

let running: TestGateway
afterEach(() => running?.close())

test('is live and, once an image went through, ready; without a key', async () => {
  running = await startTestGateway({ plugins: [bearerAuth({ keys: ['one'] }), health()] })
  for (const path of ['/health/live', '/health/ready']) {
    const answer = await fetch(running.url + path)
    expect(answer.status, path).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(await answer.json()).toEqual({ status: 'ok' })
  }
})

test('is live and not ready while inferences fail, and ready again when they work', async () => {
  const time = { now: 0 }
  let failure: Error | undefined = new Error('session lost')
  const embedder = await createEmbedder({ backend: fakeBackend({ failWith: () => failure }) })
  running = await startTestGateway({ embedder, plugins: [health({ clock: () => time.now })] })
  const ready = () => fetch(`${running.url}/health/ready`)

  const broken = await ready()
  expect(broken.status).toBe(503)
  expect(broken.headers.get('x-pixvec-error-code')).toBe('NOT_READY')
  expect(broken.headers.get('retry-after')).toBe('1')
  expect(await broken.json()).toEqual({
    status: 503,
    error: expect.stringContaining('last inference failed'),
  })
  expect((await fetch(`${running.url}/health/live`)).status).toBe(200)

  failure = undefined
  expect((await ready()).status).toBe(200)

  failure = new Error('session lost again')
  expect((await ready()).status).toBe(200)
  time.now = 10_000
  expect((await ready()).status).toBe(503)
  await embedder.close()
})

test('is not ready as soon as a caller met a fault of ours', async () => {
  let failure: Error | undefined
  const embedder = await createEmbedder({ backend: fakeBackend({ failWith: () => failure }) })
  running = await startTestGateway({ embedder, plugins: [health()] })
  const ready = async () => (await fetch(`${running.url}/health/ready`)).status

  expect(await ready()).toBe(200)
  failure = new Error('session lost')
  await embedOverGraphql()
  expect(await ready()).toBe(503)
  failure = undefined
  expect(await ready()).toBe(200)
  await embedder.close()
})

test('is ready again at once when a killed session is replaced, and not while none can be', async () => {
  let program: string | undefined
  let session: InferenceProcess | undefined
  const embedder = await createEmbedder({
    backend: (options) =>
      createOnnxBackend({ ...options, sessions: 1 }, async (start, signal) => {
        session = await startInferenceProcess(start, signal, program)
        return session
      }),
  })
  running = await startTestGateway({ embedder, plugins: [health()] })
  const ready = async () => (await fetch(`${running.url}/health/ready`)).status

  await session!.stop()
  expect(await embedOverGraphql()).toHaveProperty('data.embedImage.status', 200)
  expect(await ready()).toBe(200)

  program = '/there-is-no-such-program.js'
  await session!.stop()
  expect(await embedOverGraphql()).toHaveProperty('errors[0].extensions.code', 'INTERNAL')
  expect(await ready()).toBe(503)

  program = undefined
  expect(await ready()).toBe(200)
  await embedder.close()
})

async function embedOverGraphql(): Promise<unknown> {
  const img = Buffer.from(await samplePng()).toString('base64')
  const query = 'query ($img: String!) { embedImage(img: $img) { status } }'
  const answer = await fetch(`${running.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { img } }),
  })
  return answer.json()
}

test('is not ready before it listens', async () => {
  running = await startTestGateway({ plugins: [health()] })
  await running.gateway.close()
  const { createGateway } = await import('../create-gateway.js')
  const gateway = await createGateway({ embedder: running.embedder, plugins: [health()] })
  const answer = await gateway.fastify.inject('/health/ready')
  expect(answer.statusCode).toBe(503)
  expect(answer.json().error).toContain('starting')
  await gateway.close()
})

test('asks the probe that it is given', async () => {
  let asked = 0
  running = await startTestGateway({ plugins: [health({ probe: async () => asked++ })] })
  expect((await fetch(`${running.url}/health/ready`)).status).toBe(200)
  expect(asked).toBe(1)
})

test('is ready only when every model that is loaded works, and names the one that does not', async () => {
  const folders = ['one', 'two'].map((id) => tinyFolder({ facts: { id } }))
  const [one, two] = await Promise.all(folders.map((folder) => openModelFolder(folder)))
  let broken: string | undefined
  const works = fakeBackend()
  const backend: BackendFactory = async (options) => {
    const started = await works(options)
    return {
      ...started,
      run: async (tensors) => {
        if (options.model.manifest.id === broken) throw new Error('session lost')
        return started.run(tensors)
      },
    }
  }
  const time = { now: 0 }
  const embedder = await createEmbedder({ backend, models: [{ bundle: one! }, { bundle: two! }] })
  running = await startTestGateway({ embedder, plugins: [health({ clock: () => time.now })] })
  const ready = async () => {
    const answer = await fetch(`${running.url}/health/ready`)
    return { status: answer.status, error: ((await answer.json()) as { error?: string }).error }
  }
  expect((await ready()).status).toBe(200)
  broken = 'two'
  time.now = 20_000
  expect(await ready()).toEqual({ status: 503, error: expect.stringContaining('two: INTERNAL') })
  // It is not loaded any more: nobody asks it.
  await embedder.replaceModels([{ bundle: one! }])
  expect((await ready()).status).toBe(200)
  await embedder.close()
})
