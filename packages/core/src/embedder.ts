import { createAdmission } from './batching/admission.js'
import { createBatcher } from './batching/batcher.js'
import { startDeadline } from './batching/deadline.js'
import type { Waiter } from './batching/fair-queue.js'
import { InvalidDimensionError, ShuttingDownError } from './errors.js'
import { createImagePool } from './image/image-pool.js'
import { createOnnxBackend } from './inference/onnx-backend.js'
import { builtInModel, describeModel } from './models/load-model.js'
import { type EmbedderOptions, type EmbedLimits, resolveOptions } from './options.js'
import type { CallContext, EmbedRequest, EmbedResult, ModelInfo } from './types.js'
import { l2Normalize } from './vector/normalize.js'

/** How busy an embedder is at this moment. */
export interface EmbedderStats {
  /** Images admitted whose work has not ended. */
  readonly admitted: number
  /** Of these, images that wait for the session. */
  readonly queued: number
}

export interface Embedder {
  readonly model: ModelInfo
  readonly limits: EmbedLimits
  /**
   * The bytes of an image file → a unit vector. Without a context nobody can abort.
   * @throws PixvecError: OVERLOADED at once when the queue is full, else what is wrong with the image
   */
  embed(request: EmbedRequest, call?: CallContext): Promise<EmbedResult>
  stats(): EmbedderStats
  /** Answers what is admitted, refuses what comes, frees the model. */
  close(): Promise<void>
}

/**
 * Loads a model and gives the way from image bytes to vector. Resolves when the first image can come.
 * @throws Error when the model is missing, damaged, or not what its manifest says
 */
export async function createEmbedder(options: EmbedderOptions = {}): Promise<Embedder> {
  const { limits, maxBatchSize, decodeConcurrency, decode } = resolveOptions(options)
  const bundle = options.model ?? builtInModel()
  const { input, recipe, tokens } = bundle.manifest
  const described = describeModel(bundle)
  // Vectors of both ways are near each other and not the same: nobody may mix them without seeing it.
  const model = decode === 'exact' ? described : { ...described, revision: `${described.revision}-fast` }
  const [backend, images] = await startBoth(
    (options.backend ?? createOnnxBackend)({ ...options, model: bundle }),
    createImagePool({ size: decodeConcurrency, input, recipe, limits, decode }),
  )
  const batcher = createBatcher({ run: backend.run, maxBatchSize, parallelRuns: backend.parallelRuns ?? 1 })
  const admission = createAdmission({
    maxQueue: limits.maxQueue,
    // Who waits for an image process has cost nothing yet; who waits for the session has been decoded.
    turnAway: (caller, reason) => images.turnAway(caller, reason) ?? batcher.turnAway(caller, reason),
  })
  const working = new Set<Promise<unknown>>()
  let isClosing = false

  async function embed(request: EmbedRequest, call?: CallContext): Promise<EmbedResult> {
    const dimension = request.dimension ?? model.defaultDimension
    if (!model.dimensions.includes(dimension)) {
      throw new InvalidDimensionError(request.dimension, model.dimensions, model.id)
    }
    if (isClosing) throw new ShuttingDownError()
    const deadline = startDeadline(call?.signal, limits.timeoutMs)
    const waiter: Waiter = { caller: callerOf(call), signal: deadline.signal }
    try {
      admission.enter(waiter)
      return await deadline.race(track(embedAdmitted(request.image, dimension, waiter), waiter))
    } finally {
      deadline.clear()
    }
  }

  /** The place is free when the work has ended, not when its caller has gone: what is still decoded for nobody counts. */
  function track(work: Promise<EmbedResult>, waiter: Waiter): Promise<EmbedResult> {
    const ended: Promise<unknown> = work
      .catch(() => {})
      .finally(() => {
        working.delete(ended)
        admission.leave(waiter)
      })
    working.add(ended)
    return work
  }

  async function embedAdmitted(bytes: Uint8Array, dimension: number, waiter: Waiter): Promise<EmbedResult> {
    const admitted = performance.now()
    const { tensor, decodeMs, resizeMs, ...decoder } = await images.prepare(bytes, waiter)
    const { output, queueMs, inferenceMs, batchSize } = await batcher.submit(tensor, waiter)
    return {
      vector: l2Normalize(output, dimension),
      model: model.id,
      revision: model.revision,
      tokens,
      timings: {
        queueMs: decoder.queueMs + queueMs,
        decodeMs,
        resizeMs,
        inferenceMs,
        batchSize,
        totalMs: performance.now() - admitted,
      },
    }
  }

  async function close(): Promise<void> {
    isClosing = true
    await Promise.all(working)
    await batcher.close()
    await Promise.all([backend.close(), images.close()])
  }

  return {
    model,
    limits,
    embed,
    stats: () => ({ admitted: admission.size(), queued: batcher.queued() }),
    close,
  }
}

let nameless = 0

/** Who takes turns with whom: the images of a key, else those of a request, else each alone. */
function callerOf(call: CallContext | undefined): string {
  return call?.caller?.id ?? call?.requestId ?? `nameless ${nameless++}`
}

/** Starts both at the same time; when one fails, the other is closed again. */
async function startBoth<A extends Closable, B extends Closable>(
  first: Promise<A>,
  second: Promise<B>,
): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second])
  if (a.status === 'fulfilled' && b.status === 'fulfilled') return [a.value, b.value]
  if (a.status === 'fulfilled') await a.value.close()
  if (b.status === 'fulfilled') await b.value.close()
  throw a.status === 'rejected' ? a.reason : (b as PromiseRejectedResult).reason
}

interface Closable {
  close(): Promise<void>
}
