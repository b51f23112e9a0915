import { randomUUID } from 'node:crypto'
import { type CallContext, type Embedder, type EmbedResult, PixvecError } from '@pixvec/core'
import type { Writer } from './formats.js'
import type { Input } from './inputs.js'
import { orderedPool } from './ordered-pool.js'
import { readImage, UnreadableInput } from './read-image.js'

export interface FailedFile {
  readonly file: string
  readonly error: string
}

export interface EmbedFilesOptions {
  readonly embedder: Embedder
  readonly files: readonly Input[]
  readonly writer: Writer
  readonly concurrency: number
  /** Aborts on Ctrl-C: what is under way is dropped. */
  readonly signal: AbortSignal
  /** @default the model's own */
  readonly dimension?: number | undefined
  /** After each image, whatever became of it. */
  readonly onDone?: (failures: number) => void
}

/**
 * Embeds files and hands the results to the writer. A file that fails does not stop the others.
 * @throws what stops all of them: a full disk, a dead model
 */
export async function embedFiles(
  options: EmbedFilesOptions,
): Promise<{ done: number; failed: FailedFile[] }> {
  const { embedder, files, writer, concurrency, signal, dimension, onDone } = options
  const failed: FailedFile[] = []
  let done = 0

  async function work(file: Input): Promise<EmbedResult | FailedFile | undefined> {
    try {
      const image = await readImage(file, embedder.limits.maxImageBytes)
      return await embedder.embed({ image, dimension }, callContext(signal))
    } catch (thrown) {
      if (signal.aborted) return undefined
      const isItsOwn = PixvecError.isInstance(thrown)
        ? thrown.code !== 'INTERNAL'
        : thrown instanceof UnreadableInput
      if (!isItsOwn) throw thrown
      return { file, error: (thrown as Error).message }
    }
  }

  async function take(outcome: EmbedResult | FailedFile | undefined, file: Input): Promise<void> {
    if (!outcome) return
    if ('error' in outcome) {
      failed.push(outcome)
    } else {
      await writer.add(file, outcome)
      done += 1
    }
    onDone?.(failed.length)
  }

  await orderedPool(files, { concurrency, work, take, order: writer.order, signal })
  return { done, failed }
}

function callContext(signal: AbortSignal): CallContext {
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  return { requestId: randomUUID(), transport: 'cli', caller: undefined, signal, log }
}
