import { checkConcurrency } from './concurrency.js'
import type { EmbedImageResult } from './embed-images.js'
import type { Embedding } from './embedding.js'
import { PixvecClientError } from './errors.js'
import type { ImageInput } from './image/image-input.js'
import { createResumption } from './resume-key.js'

/** How far a stream of images has come. */
export interface EmbedManyProgress {
  /** Images with a result, failed ones counted, skipped ones not. */
  readonly done: number
  readonly failed: number
  /** Images that the resume key says were done before. */
  readonly skipped: number
  /** Length of the list; undefined where the source does not tell. */
  readonly total: number | undefined
}

export interface EmbedManyOptions {
  /** A size that the model gives. @default the model's `defaultDimension` */
  readonly dimension?: number | undefined
  /** Id of a model that the server has loaded. @default the server's configured one */
  readonly model?: string | undefined
  /**
   * Images begun whose result nobody has taken yet. Whoever takes slowly is not run over: no more is read
   * from the source, and none is sent. @default 4
   */
  readonly concurrency?: number | undefined
  /** Gives up what is on its way; the iteration throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Time for one image, its retries and the list's pauses counted. @default the client's */
  readonly deadlineMs?: number | undefined
  /** Called after each image. What it throws, the iteration throws. */
  readonly onProgress?: ((progress: EmbedManyProgress) => void) | undefined
  /** The `resumeKey` of the last result taken from the same source, to go on after it. @default from the start */
  readonly resumeKey?: string | undefined
}

/** The fate of one image, with the item it came from. */
export type EmbedManyResult<Item> = EmbedImageResult & {
  readonly item: Item
  /**
   * What is done by now, this result counted: short, printable, to be stored with the result. An image that
   * failed and may succeed later (`retryable`) is not done: whoever resumes gets it again.
   */
  readonly resumeKey: string
}

/**
 * A stream of images through one function, results as they come.
 *
 * It works ahead of its reader by `concurrency` images and no further. Leaving the loop early gives up what is
 * on its way and closes the source.
 */
export async function* streamEach<Item>(
  source: Iterable<Item> | AsyncIterable<Item>,
  toImage: (item: Item) => ImageInput | Promise<ImageInput>,
  options: EmbedManyOptions,
  embedImage: (image: ImageInput, signal: AbortSignal) => Promise<Embedding>,
): AsyncGenerator<EmbedManyResult<Item>, void, undefined> {
  const { concurrency = 4, signal, onProgress } = options
  checkConcurrency(concurrency)
  const resumption = createResumption(options.resumeKey)
  signal?.throwIfAborted()
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  const total = lengthOf(source)

  const finished: (EmbedImageResult & { item: Item })[] = []
  /** One for each image under way: Node warns of a leak at a signal's eleventh listener. */
  const underWay = new Set<AbortController>()
  const state: State = { isEnded: false, isReading: false, fault: undefined, wake: () => {} }
  let next = 0
  let [done, failed, skipped] = [0, 0, 0]

  const stop = (thrown: unknown) => {
    state.fault ??= { thrown }
    for (const controller of underWay) controller.abort(thrown)
    state.wake()
  }
  const onAbort = () => stop(signal?.reason)

  const canRead = () =>
    !state.fault && !state.isEnded && !state.isReading && underWay.size + finished.length < concurrency

  /** Reads one item and begins it, and so on while there is room. Runs beside the reader of the results. */
  const fill = async () => {
    while (canRead()) {
      state.isReading = true
      const { done: isEnd = false, value } = await iterator.next()
      state.isReading = false
      if (state.fault) return
      state.isEnded = isEnd
      if (isEnd) return state.wake()
      const index = next++
      if (resumption.isDone(index)) skipped++
      else void begin(value, index)
    }
  }

  const begin = async (item: Item, index: number) => {
    const controller = new AbortController()
    underWay.add(controller)
    let result: EmbedImageResult
    try {
      result = { ok: true, index, value: await embedImage(await toImage(item), controller.signal) }
    } catch (error) {
      result = { ok: false, index, error }
    }
    underWay.delete(controller)
    if (state.fault) return
    done++
    if (!result.ok) failed++
    finished.push({ ...result, item })
    try {
      onProgress?.({ done, failed, skipped, total })
    } catch (thrown) {
      stop(thrown)
    }
    state.wake()
  }

  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    for (;;) {
      const result = finished.shift()
      fill().catch(stop)
      if (result) yield { ...result, resumeKey: resumption.finish(result.index, isFinal(result)) }
      else if (state.fault) throw state.fault.thrown
      else if (state.isEnded && underWay.size === 0) return
      else
        await new Promise<void>((resolve) => {
          state.wake = resolve
        })
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    stop(new DOMException('Nobody reads the results any more.', 'AbortError'))
    const closed = iterator.return?.()
    // A source that is waiting for its next item would answer only when that comes.
    if (!state.isReading) await closed
  }
}

interface State {
  /** The source has no more. */
  isEnded: boolean
  /** An item has been asked for and has not come. */
  isReading: boolean
  /** Why the stream breaks off, once it does. */
  fault: { readonly thrown: unknown } | undefined
  wake: () => void
}

function isFinal(result: EmbedImageResult): boolean {
  return result.ok || !PixvecClientError.isInstance(result.error) || !result.error.retryable
}

function lengthOf(source: object): number | undefined {
  if ('length' in source && typeof source.length === 'number') return source.length
  return 'size' in source && typeof source.size === 'number' ? source.size : undefined
}
