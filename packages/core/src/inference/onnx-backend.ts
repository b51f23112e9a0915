import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { InternalError } from '../errors.js'
import { filesOf } from '../models/load-model.js'
import type { Backend, BackendOptions, InputTensor } from './backend.js'
import type { RunRequest, WorkerMessage, WorkerStart } from './messages.js'

// The built worker, from the source tree as well: a worker thread runs JavaScript only.
const workerFile = fileURLToPath(new URL('../../dist/inference/onnx-worker.js', import.meta.url))

interface Pending {
  readonly count: number
  readonly resolve: (outputs: Float32Array[]) => void
  readonly reject: (reason: Error) => void
}

/** The thread ended while it held a batch. */
class WorkerDied extends Error {}

interface LiveWorker {
  readonly thread: Worker
  readonly pending: Map<number, Pending>
}

/**
 * The ONNX Runtime backend: a worker thread owns the session, so that the main thread never blocks.
 * A worker that dies is replaced and the batch it held tried once more; a second death fails the batch.
 * @param startThread  what runs the worker; tests give one that dies
 * @throws Error when the file is missing, damaged, or not what the manifest says
 */
export async function createOnnxBackend(
  { model, intraOpThreads }: BackendOptions,
  startThread: (start: WorkerStart) => Worker = startOnnxThread,
): Promise<Backend> {
  const { input, output } = model.manifest
  const start: WorkerStart = {
    path: model.path,
    files: filesOf(model),
    inputName: input.name,
    inputType: input.type,
    outputName: output.name,
    inputShape: input.layout === 'NHWC' ? [input.height, input.width, 3] : [3, input.height, input.width],
    outputLength: output.length,
    pool: output.pool,
    intraOpThreads,
  }
  let worker: Promise<LiveWorker> | undefined = watchWorker(startThread(start), forget)
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

  /** A worker may be lost to a batch, or to the system: the second try tells which. */
  async function dispatch(tensors: readonly InputTensor[]): Promise<Float32Array[]> {
    try {
      return await runOnce(tensors)
    } catch (thrown) {
      if (!(thrown instanceof WorkerDied)) throw thrown
    }
    try {
      return await runOnce(tensors)
    } catch (thrown) {
      if (!(thrown instanceof WorkerDied)) throw thrown
      throw new InternalError('The inference worker died twice with the same batch.', thrown.cause)
    }
  }

  async function runOnce(tensors: readonly InputTensor[]): Promise<Float32Array[]> {
    worker ??= watchWorker(startThread(start), forget)
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

function startOnnxThread(start: WorkerStart): Worker {
  return new Worker(workerFile, { workerData: start, name: 'pixvec-onnx' })
}

/** Resolves when the thread can run batches. */
function watchWorker(thread: Worker, onDeath: () => void): Promise<LiveWorker> {
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
        waiting.reject(new WorkerDied('The inference worker died.', { cause: reason }))
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
function join(tensors: readonly InputTensor[]): InputTensor {
  const length = tensors[0]!.length
  const joined = new (tensors[0] instanceof Float32Array ? Float32Array : Uint8Array)(length * tensors.length)
  tensors.forEach((tensor, i) => {
    joined.set(tensor, i * length)
  })
  return joined
}

function split(output: Float32Array, count: number): Float32Array[] {
  const length = output.length / count
  return Array.from({ length: count }, (_, i) => output.subarray(i * length, (i + 1) * length))
}
