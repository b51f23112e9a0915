import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { InternalError } from '../errors.js'
import type { Backend, BackendOptions, InputTensor } from './backend.js'
import type { RunRequest, WorkerMessage, WorkerStart } from './messages.js'

// The built worker, from the source tree as well: a worker thread runs JavaScript only.
const workerFile = fileURLToPath(new URL('../../dist/inference/onnx-worker.js', import.meta.url))

interface Pending {
  readonly count: number
  readonly resolve: (outputs: Float32Array[]) => void
  readonly reject: (reason: Error) => void
}

interface LiveWorker {
  readonly thread: Worker
  readonly pending: Map<number, Pending>
}

/**
 * The ONNX Runtime backend: a worker thread owns the session, so that the main thread never blocks.
 * A worker that dies fails the batch it held and is replaced at the next one.
 * @throws Error when the file is missing, damaged, or not what the manifest says
 */
export async function createOnnxBackend({ model, intraOpThreads }: BackendOptions): Promise<Backend> {
  const { input, output } = model.manifest
  const start: WorkerStart = {
    path: model.path,
    sha256: model.manifest.sha256,
    inputName: input.name,
    outputName: output.name,
    inputShape: [input.height, input.width, 3],
    outputLength: output.length,
    intraOpThreads,
  }
  let worker: Promise<LiveWorker> | undefined = startWorker(start, forget)
  let nextId = 0
  const runs = new Set<Promise<unknown>>()
  await worker

  function forget(): void {
    worker = undefined
  }

  function run(tensors: readonly InputTensor[]): Promise<Float32Array[]> {
    const outputs = dispatch(tensors)
    const settled: Promise<unknown> = outputs.catch(() => {}).finally(() => runs.delete(settled))
    runs.add(settled)
    return outputs
  }

  async function dispatch(tensors: readonly InputTensor[]): Promise<Float32Array[]> {
    worker ??= startWorker(start, forget)
    const { thread, pending } = await worker.catch((cause) => {
      throw new InternalError('The inference worker could not be started again.', cause)
    })
    return new Promise((resolve, reject) => {
      const id = nextId++
      const input = join(tensors)
      pending.set(id, { count: tensors.length, resolve, reject })
      const request: RunRequest = { id, count: tensors.length, input }
      thread.postMessage(request, [input.buffer as ArrayBuffer])
    })
  }

  async function close(): Promise<void> {
    await Promise.all(runs)
    const live = await worker?.catch(() => undefined)
    await live?.thread.terminate()
  }

  return { run, close }
}

function startWorker(start: WorkerStart, onDeath: () => void): Promise<LiveWorker> {
  const thread = new Worker(workerFile, { workerData: start, name: 'pixvec-onnx' })
  const pending = new Map<number, Pending>()

  return new Promise((resolve, reject) => {
    let death: Error | undefined
    thread.on('message', (message: WorkerMessage) => {
      if (message.kind === 'ready') resolve({ thread, pending })
      else answer(message, pending)
    })
    thread.on('error', (cause) => {
      death = cause as Error
    })
    thread.on('exit', (code) => {
      onDeath()
      const reason = death ?? new Error(`exit code ${code}`)
      reject(reason)
      for (const waiting of pending.values()) {
        waiting.reject(new InternalError('The inference worker died.', reason))
      }
      pending.clear()
    })
  })
}

function answer(message: Exclude<WorkerMessage, { kind: 'ready' }>, pending: Map<number, Pending>): void {
  const waiting = pending.get(message.id)
  if (!waiting) return
  pending.delete(message.id)
  if (message.kind === 'failed') waiting.reject(new InternalError(message.message))
  else waiting.resolve(split(message.output, waiting.count))
}

/** One block of memory for the batch: moving it to the worker costs nothing. */
function join(tensors: readonly InputTensor[]): Uint8Array {
  const length = tensors[0]!.length
  const joined = new Uint8Array(length * tensors.length)
  tensors.forEach((tensor, i) => {
    joined.set(tensor, i * length)
  })
  return joined
}

function split(output: Float32Array, count: number): Float32Array[] {
  const length = output.length / count
  return Array.from({ length: count }, (_, i) => output.subarray(i * length, (i + 1) * length))
}
