import { ShuttingDownError } from '../errors.js'
import type { InputTensor } from '../inference/backend.js'
import { createFairQueue, type Waiter } from './fair-queue.js'

export interface BatcherOptions {
  /** Runs one batch; resolves with one output an image, in order. */
  readonly run: (tensors: readonly InputTensor[]) => Promise<Float32Array[]>
  /** Most images in one run. */
  readonly maxBatchSize: number
  /** Milliseconds, monotonic. @default performance.now */
  readonly now?: () => number
}

export interface BatchedOutput {
  readonly output: Float32Array
  readonly queueMs: number
  readonly inferenceMs: number
  /** How many images shared the run. */
  readonly batchSize: number
}

export interface Batcher {
  /** Waits for the session. Rejects with the signal's reason when it aborts before the run begins. */
  submit(tensor: InputTensor, waiter: Waiter): Promise<BatchedOutput>
  /** Turns away the caller's newest image that still waits. @returns whose that was */
  turnAway(caller: string, reason: Error): Waiter | undefined
  /** Images that wait for the session. */
  queued(): number
  /** Runs what waits, refuses what comes. */
  close(): Promise<void>
}

interface Waiting {
  readonly tensor: InputTensor
  readonly waiter: Waiter
  readonly since: number
  readonly resolve: (output: BatchedOutput) => void
  readonly reject: (reason: unknown) => void
  readonly forget: () => void
}

/**
 * Continuous batching without a timer: whatever waits when the session is free goes in together, up
 * to `maxBatchSize`. A lone image never waits for company; under load the batches fill by themselves,
 * and callers take turns in filling them.
 */
export function createBatcher({ run, maxBatchSize, now = () => performance.now() }: BatcherOptions): Batcher {
  const waiting = createFairQueue<Waiting>()
  let isClosed = false
  let running: Promise<void> | undefined

  function submit(tensor: InputTensor, waiter: Waiter): Promise<BatchedOutput> {
    const { caller, signal } = waiter
    if (isClosed) return Promise.reject(new ShuttingDownError())
    if (signal.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      const drop = () => {
        waiting.remove(caller, entry)
        reject(signal.reason)
      }
      signal.addEventListener('abort', drop, { once: true })
      const forget = () => signal.removeEventListener('abort', drop)
      const entry: Waiting = { tensor, waiter, since: now(), resolve, reject, forget }
      waiting.add(caller, entry)
      running ??= work()
    })
  }

  async function work(): Promise<void> {
    // Images that were submitted in the same turn of the event loop share the first run.
    await Promise.resolve()
    while (waiting.size() > 0) await runOnce(take())
    running = undefined
  }

  function take(): Waiting[] {
    const batch: Waiting[] = []
    while (batch.length < maxBatchSize) {
      const entry = waiting.take()
      if (!entry) break
      entry.forget()
      batch.push(entry)
    }
    return batch
  }

  async function runOnce(batch: readonly Waiting[]): Promise<void> {
    const start = now()
    try {
      const outputs = await run(batch.map((entry) => entry.tensor))
      const inferenceMs = now() - start
      batch.forEach((entry, i) => {
        entry.resolve({
          output: outputs[i]!,
          queueMs: start - entry.since,
          inferenceMs,
          batchSize: batch.length,
        })
      })
    } catch (reason) {
      for (const entry of batch) entry.reject(reason)
    }
  }

  function turnAway(caller: string, reason: Error): Waiter | undefined {
    const newest = waiting.takeNewest(caller)
    newest?.forget()
    newest?.reject(reason)
    return newest?.waiter
  }

  async function close(): Promise<void> {
    isClosed = true
    await running
  }

  return { submit, turnAway, queued: waiting.size, close }
}
