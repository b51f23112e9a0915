import { ShuttingDownError } from '../errors.js'
import type { InputTensor } from '../inference/backend.js'
import type { Claimant, CoreBudget } from './core-budget.js'
import { createFairQueue, type Waiter } from './fair-queue.js'

export interface BatcherOptions {
  /** Runs one batch; resolves with one output an image, in order. */
  readonly run: (tensors: readonly InputTensor[]) => Promise<Float32Array[]>
  /** Most images in one run. */
  readonly maxBatchSize: number
  /** Runs that may be under way at the same time: one a session. @default 1 */
  readonly parallelRuns?: number
  /** Cores that runs share with those of other models, and how many one run takes. @default as many as it likes */
  readonly cores?: { readonly budget: CoreBudget; readonly each: number }
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
  /**
   * Waits for the session. Rejects with the signal's reason when it aborts before the run begins.
   * @param begun  called when it does
   */
  submit(tensor: InputTensor, waiter: Waiter, begun?: () => void): Promise<BatchedOutput>
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
  readonly begun: (() => void) | undefined
}

/**
 * Continuous batching without a timer: what waits when a session is free goes in together, up to
 * `maxBatchSize`. A lone image never waits for company; under load the batches fill by themselves,
 * and callers take turns in filling them. Of several sessions each takes its share of those that wait,
 * so that the next to be free finds some as well.
 */
export function createBatcher(options: BatcherOptions): Batcher {
  const { run, maxBatchSize, parallelRuns = 1, cores, now = () => performance.now() } = options
  const waiting = createFairQueue<Waiting>()
  const running = new Set<Promise<void>>()
  let isClosed = false
  let isFilling = false
  const claimant: Claimant = { wake: () => void fill() }

  function submit(tensor: InputTensor, waiter: Waiter, begun?: () => void): Promise<BatchedOutput> {
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
      const entry: Waiting = { tensor, waiter, since: now(), resolve, reject, forget, begun }
      waiting.add(caller, entry)
      void fill()
    })
  }

  /** Starts runs until no session is free or nobody waits. */
  async function fill(): Promise<void> {
    if (isFilling) return
    isFilling = true
    // Images that were submitted in the same turn of the event loop share a run.
    await Promise.resolve()
    isFilling = false
    const share = Math.min(maxBatchSize, Math.ceil(waiting.size() / parallelRuns))
    while (waiting.size() > 0 && running.size < parallelRuns) {
      const giveBack = cores ? cores.budget.tryTake(cores.each, claimant) : () => {}
      if (!giveBack) return
      const ended = runOnce(take(share)).then(() => {
        running.delete(ended)
        giveBack()
        void fill()
      })
      running.add(ended)
    }
    cores?.budget.forget(claimant)
  }

  function take(most: number): Waiting[] {
    return Array.from({ length: Math.min(most, waiting.size()) }, () => {
      const entry = waiting.take()!
      entry.forget()
      entry.begun?.()
      return entry
    })
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
    while (waiting.size() > 0 || running.size > 0) {
      // Nothing runs and something waits: for cores that another model holds just now.
      if (cores && running.size === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      await Promise.all(running)
    }
  }

  return { submit, turnAway, queued: waiting.size, close }
}
