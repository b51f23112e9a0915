import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { builtInModel } from '../models/load-model.js'
import type { Backend } from './backend.js'
import type { WorkerStart } from './messages.js'
import { createOnnxBackend } from './onnx-backend.js'

const model = builtInModel()
const workerFile = fileURLToPath(new URL('../../dist/inference/onnx-worker.js', import.meta.url))
const picture = Uint8Array.from({ length: 128 * 128 * 3 }, (_, i) => (i * 7) & 255)
const batch = [picture, picture, picture]

let backend: Backend | undefined
afterEach(() => backend?.close())

/** Starts what the list says, one after the other, then real workers. */
async function backendOf(...programs: readonly string[]) {
  const left = [...programs]
  const threads: Worker[] = []
  backend = await createOnnxBackend({ model, intraOpThreads: 1 }, (start: WorkerStart) => {
    const program = left.shift()
    const thread = program
      ? new Worker(program, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 16 } })
      : new Worker(workerFile, { workerData: start })
    threads.push(thread)
    return thread
  })
  return { backend, threads }
}

/** A worker that is ready and then dies of the first batch. */
const dying = (last: string) => `
  const { parentPort } = require('node:worker_threads')
  parentPort.on('message', () => { ${last} })
  parentPort.postMessage({ kind: 'ready' })
`

describe('a dead inference worker', () => {
  for (const [how, last] of [
    ['ends itself', 'process.exit(3)'],
    ['throws', "throw new Error('thrown in the worker')"],
    ['runs out of memory', 'const all = []; for (;;) all.push(new Array(1000).fill(all.length))'],
  ] as const) {
    it(`that ${how} is replaced, and its batch run by the next`, async () => {
      const { backend, threads } = await backendOf(dying(last))
      expect(await backend.run(batch)).toHaveLength(3)
      expect(threads).toHaveLength(2)
    })
  }

  it('that was killed while it ran a batch loses no image and changes no bit', async () => {
    const { backend, threads } = await backendOf()
    const quiet = await backend.run(batch)
    const running = backend.run(Array(64).fill(picture))
    // The batch is posted in a microtask; the kill comes behind it.
    await new Promise(setImmediate)
    await threads[0]!.terminate()
    for (const vector of await running) expect(vector).toEqual(quiet[0])
    expect(threads).toHaveLength(2)
  })

  it('that was killed while idle is replaced by the next batch', async () => {
    const { backend, threads } = await backendOf()
    await threads[0]!.terminate()
    expect(await backend.run(batch)).toHaveLength(3)
    expect(threads).toHaveLength(2)
  })

  it('fails the batch that kills a second worker, and serves the one after it', async () => {
    const { backend, threads } = await backendOf(dying('process.exit(3)'), dying('process.exit(4)'))
    await expect(backend.run(batch)).rejects.toMatchObject({
      code: 'INTERNAL',
      cause: { message: 'exit code 4' },
    })
    expect(await backend.run(batch)).toHaveLength(3)
    expect(threads).toHaveLength(3)
  })

  it('fails the batch when no other can be started, and tries again at the next', async () => {
    const { backend, threads } = await backendOf(dying('process.exit(3)'), 'process.exit(5)')
    await expect(backend.run(batch)).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(await backend.run(batch)).toHaveLength(3)
    expect(threads).toHaveLength(3)
  })

  it('leaves no thread behind when it closes', async () => {
    const { backend, threads } = await backendOf(dying('process.exit(3)'))
    await backend.run(batch)
    const gone = once(threads[1]!, 'exit')
    await backend.close()
    await gone
  })
})
