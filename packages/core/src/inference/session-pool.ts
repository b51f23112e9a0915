import { setMaxListeners } from 'node:events'
import { InternalError } from '../errors.js'
import type { InputTensor } from './backend.js'
import { type InferenceProcess, InferenceProcessDied } from './inference-process.js'

export interface SessionPoolOptions {
  /** Processes, and so batches that run at the same time. */
  readonly size: number
  /**
   * The others start when a batch finds no process free, and not at once: less to do until the first answer,
   * and no process that nobody needs.
   * @default false
   */
  readonly startWhenNeeded?: boolean
  /** Starts one more. The signal ends it, even in the middle of its start. */
  readonly start: (signal: AbortSignal) => Promise<InferenceProcess>
  /** Milliseconds, monotonic. @default performance.now */
  readonly now?: () => number
}

export interface SessionPool {
  /**
   * Runs a batch on a free process, or on the next that becomes free. When it dies, the batch is run once
   * more on a new one.
   * @throws InternalError when the run failed, when both died, or when none can be started
   */
  run(tensors: readonly InputTensor[]): Promise<Float32Array[]>
  /** Process ids, for whoever watches or kills them. */
  pids(): number[]
  /** Waits for the runs in progress, then ends all. */
  close(): Promise<void>
}

/** A process whose runs fail this often in a row is broken, though it lives: another takes its place. */
const mostFailures = 3
/** After a start that failed, while others serve: how long until the next is tried. */
const pauseMs = 5000

interface Waiting {
  readonly resolve: (free: InferenceProcess) => void
  readonly reject: (reason: Error) => void
}

/**
 * Starts the first process, and the others behind it. Resolves when the first can run batches.
 * @throws Error of the first that did not start
 */
export async function createSessionPool(options: SessionPoolOptions): Promise<SessionPool> {
  const { size, startWhenNeeded = false, now = () => performance.now() } = options
  const closing = new AbortController()
  // Each process listens to it.
  setMaxListeners(0, closing.signal)
  const living = new Set<InferenceProcess>()
  const idle: InferenceProcess[] = []
  const waiting: Waiting[] = []
  const runs = new Set<Promise<unknown>>()
  const starts = new Set<Promise<unknown>>()
  const failures = new WeakMap<InferenceProcess, number>()
  let nextStart = 0

  release(
    await start().catch((failed: InternalError) => {
      throw failed.cause
    }),
  )
  for (let missing = startWhenNeeded ? 0 : size - 1; missing > 0; missing--) startBehind()

  function run(tensors: readonly InputTensor[]): Promise<Float32Array[]> {
    const outputs = runTwice(tensors)
    const settled: Promise<unknown> = outputs.catch(() => {}).finally(() => runs.delete(settled))
    runs.add(settled)
    return outputs
  }

  /** A process may be lost to a batch, or to the system: the second try tells which. */
  async function runTwice(tensors: readonly InputTensor[]): Promise<Float32Array[]> {
    try {
      return await runOn(await free(), tensors)
    } catch (thrown) {
      if (!(thrown instanceof InferenceProcessDied)) throw thrown
    }
    try {
      // On a new one: an idle one may have been killed as well, and its end not yet heard of.
      return await runOn(await start(), tensors)
    } catch (thrown) {
      if (!(thrown instanceof InferenceProcessDied)) throw thrown
      throw new InternalError('The inference process died twice with the same batch.', thrown)
    }
  }

  async function runOn(held: InferenceProcess, tensors: readonly InputTensor[]): Promise<Float32Array[]> {
    try {
      const outputs = await held.run(tensors)
      failures.delete(held)
      release(held)
      return outputs
    } catch (thrown) {
      if (held.isAlive()) countFailure(held)
      throw thrown
    }
  }

  function countFailure(held: InferenceProcess): void {
    const count = (failures.get(held) ?? 0) + 1
    failures.set(held, count)
    if (count < mostFailures) {
      release(held)
    } else {
      void held.stop()
      startBehind()
    }
  }

  function free(): Promise<InferenceProcess> {
    for (let next = idle.pop(); next; next = idle.pop()) if (next.isAlive()) return Promise.resolve(next)
    const isMissing = alive() + starts.size < size
    if (isMissing && (alive() === 0 || now() >= nextStart)) startBehind()
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
  }

  function release(held: InferenceProcess): void {
    const next = waiting.shift()
    if (next) next.resolve(held)
    else idle.push(held)
  }

  function startBehind(): void {
    start().then(release, () => {})
  }

  /** Those who wait are told when it fails and none is left. */
  function start(): Promise<InferenceProcess> {
    const started = options.start(closing.signal).then(watch, (cause) => {
      nextStart = now() + pauseMs
      throw new InternalError('No inference process could be started.', cause)
    })
    const settled: Promise<unknown> = started
      .catch((reason) => reason)
      .then((result) => {
        starts.delete(settled)
        if (result instanceof Error && starts.size === 0 && alive() === 0) {
          for (const { reject } of waiting.splice(0)) reject(result)
        }
      })
    starts.add(settled)
    return started
  }

  function watch(started: InferenceProcess): InferenceProcess {
    living.add(started)
    void started.gone.then(() => {
      living.delete(started)
      const at = idle.indexOf(started)
      if (at < 0) return
      // It was lost while idle: nobody holds it who would replace it.
      idle.splice(at, 1)
      if (!closing.signal.aborted) startBehind()
    })
    return started
  }

  function alive(): number {
    return [...living].filter((each) => each.isAlive()).length
  }

  async function close(): Promise<void> {
    await Promise.all(runs)
    closing.abort()
    await Promise.all(starts)
    await Promise.all([...living].map((each) => each.stop()))
  }

  return {
    run,
    pids: () => [...living].filter((each) => each.isAlive()).map(({ pid }) => pid),
    close,
  }
}
