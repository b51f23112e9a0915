import { checkConcurrency } from './concurrency.js'
import type { Embedding } from './embedding.js'
import type { ImageInput } from './image/image-input.js'

/** How far a list of images has come. */
export interface EmbedProgress {
  /** Images with a result, failed ones counted. */
  readonly done: number
  readonly failed: number
  readonly total: number
}

export interface EmbedImagesOptions {
  /** A size that the model gives. @default the model's `defaultDimension` */
  readonly dimension?: number | undefined
  /** Id of a model that the server has loaded. @default the server's configured one */
  readonly model?: string | undefined
  /** Images on their way at the same time. @default 4 */
  readonly concurrency?: number | undefined
  /** Time for one image, its retries and the list's pauses counted. @default the client's */
  readonly deadlineMs?: number | undefined
  /** What has not begun never begins, what is on its way is given up, what is done is kept. */
  readonly signal?: AbortSignal | undefined
  /** Called after each image. What it throws, `embedImages` rejects with, and begins no further image. */
  readonly onProgress?: ((progress: EmbedProgress) => void) | undefined
}

/** The fate of one image. `error` is a PixvecClientError, or the signal's reason after an abort. */
export type EmbedImageResult =
  | { readonly ok: true; readonly index: number; readonly value: Embedding }
  | { readonly ok: false; readonly index: number; readonly error: unknown }

/**
 * Many images through one function, `concurrency` at a time.
 * @returns one result for each image, in the order of the images
 * @throws RangeError for a concurrency that is no whole number above 0; a failed image rejects nothing
 */
export async function embedEach(
  images: readonly ImageInput[],
  options: EmbedImagesOptions,
  embedImage: (image: ImageInput, signal: AbortSignal) => Promise<Embedding>,
): Promise<EmbedImageResult[]> {
  const { concurrency = 4, signal, onProgress } = options
  checkConcurrency(concurrency)
  const total = images.length
  const results = new Array<EmbedImageResult>(total)
  let next = 0
  let done = 0
  let failed = 0

  const lane = async (laneSignal: AbortSignal) => {
    while (next < total) {
      const index = next++
      const result = await attempt(index, laneSignal)
      results[index] = result
      done++
      if (!result.ok) failed++
      try {
        onProgress?.({ done, failed, total })
      } catch (thrown) {
        next = total
        throw thrown
      }
    }
  }
  const attempt = async (index: number, laneSignal: AbortSignal): Promise<EmbedImageResult> => {
    try {
      laneSignal.throwIfAborted()
      return { ok: true, index, value: await embedImage(images[index] as ImageInput, laneSignal) }
    } catch (error) {
      return { ok: false, index, error }
    }
  }
  // One listener on the caller's signal for all lanes: Node warns of a leak at the eleventh.
  const lanes = Array.from({ length: Math.min(concurrency, total) }, () => new AbortController())
  const onAbort = () => {
    for (const each of lanes) each.abort(signal?.reason)
  }
  if (signal?.aborted) onAbort()
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.all(lanes.map((each) => lane(each.signal)))
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
  return results
}
