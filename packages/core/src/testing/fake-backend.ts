import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Backend, BackendFactory, InputTensor } from '../inference/backend.js'

export interface FakeBackendOptions {
  /** Runs that may be under way at the same time. @default 1 */
  readonly parallelRuns?: number
  /** How long each run takes, in milliseconds. @default 0 */
  readonly delayMs?: number
  /** Every run waits for it: hold it to fill the queue. */
  readonly gate?: Promise<void>
  /** When it returns an error, the run fails with it. */
  readonly failWith?: () => Error | undefined
  /** Told of every run. */
  readonly onRun?: (batchSize: number) => void
}

/** A backend without a model: the same pixels give the same vector, other pixels another. */
export function fakeBackend(options: FakeBackendOptions = {}): BackendFactory {
  return async ({ model }): Promise<Backend> => ({
    parallelRuns: options.parallelRuns ?? 1,
    async run(tensors) {
      options.onRun?.(tensors.length)
      await options.gate
      if (options.delayMs) await wait(options.delayMs)
      const failure = options.failWith?.()
      if (failure) throw failure
      return tensors.map((tensor) => vectorOf(tensor, model.manifest.output.length))
    },
    async close() {},
  })
}

/** float32[length] in −1 … 1, drawn from the hash of the pixels. */
function vectorOf(tensor: InputTensor, length: number): Float32Array {
  const seed = createHash('sha256').update(
    new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength),
  )
  let state = seed.digest().readUInt32LE(0) || 1
  return Float32Array.from({ length }, () => {
    // xorshift32
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 31 - 1
  })
}
