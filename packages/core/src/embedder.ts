import { createAdmission } from './batching/admission.js'
import { createCoreBudget } from './batching/core-budget.js'
import { startDeadline } from './batching/deadline.js'
import type { Waiter } from './batching/fair-queue.js'
import { type OverloadedError, ShuttingDownError } from './errors.js'
import { freeMemory } from './image/free-memory.js'
import { createImagePool } from './image/image-pool.js'
import { availableCores } from './inference/available-cores.js'
import { createOnnxBackend } from './inference/onnx-backend.js'
import { builtInModel } from './models/load-model.js'
import { type EmbedderOptions, type EmbedLimits, type ModelToServe, resolveOptions } from './options.js'
import { createModelShelf, type ReplacedModels } from './serving/model-shelf.js'
import { type Asked, type Route, routeOf } from './serving/route.js'
import { type ServedModel, startServedModel } from './serving/served-model.js'
import type { CallContext, Caller, EmbedRequest, EmbedResult, ModelInfo } from './types.js'
import { l2Normalize } from './vector/normalize.js'

/** How busy an embedder is at this moment. */
export interface EmbedderStats {
  /** Images admitted whose work has not ended. */
  readonly admitted: number
  /** Of these, images that wait for the session. */
  readonly queued: number
}

export interface Embedder {
  /** The default model, as it is loaded now. */
  readonly model: ModelInfo
  /** All that are loaded now, the default first. */
  readonly models: readonly ModelInfo[]
  readonly limits: EmbedLimits
  /**
   * The bytes of an image file → a unit vector. Without a context nobody can abort.
   * @throws PixvecError: OVERLOADED at once when the queue is full, else what is wrong with the image
   */
  embed(request: EmbedRequest, call?: CallContext): Promise<EmbedResult>
  /**
   * What `embed` would throw at once because the queue is full for this caller: for whoever wants to refuse before
   * there are bytes. Undefined where there is room now.
   * @param caller  undefined for one who is not known yet
   */
  refusal(caller: Caller | undefined): OverloadedError | undefined
  /**
   * Which model would answer, and with how many numbers: for whoever wants to refuse before there are bytes.
   * @throws UnknownModelError, InvalidDimensionError
   */
  route(asked: Asked): Route
  /**
   * Puts other models in the place of those that are loaded. No image is refused meanwhile: what is new is
   * loaded and warmed up in processes of its own, then all are exchanged at once, and the old ones end when
   * the images on their way to them are answered. What is as it was goes on. When one cannot be loaded,
   * everything stays.
   * @throws Error saying which model is wrong and why
   */
  replaceModels(models: readonly ModelToServe[]): Promise<ReplacedModels>
  stats(): EmbedderStats
  /** Answers what is admitted, refuses what comes, frees the models. */
  close(): Promise<void>
}

/**
 * Loads models and gives the way from image bytes to vector. Resolves when the first image can come.
 * @throws Error when a model is missing, damaged, or not what its manifest says
 */
export async function createEmbedder(options: EmbedderOptions = {}): Promise<Embedder> {
  const { limits, maxBatchSize, decodeConcurrency, decode } = resolveOptions(options)
  const { model, models = [{ bundle: model ?? builtInModel() }], ...settings } = options
  const budget = createCoreBudget(availableCores())
  const backend = options.backend ?? createOnnxBackend
  const shelf = createModelShelf({
    decode,
    start: (one) =>
      startServedModel({ ...settings, ...one, backend, maxBatchSize, budget, decodeConcurrency }),
  })
  const [, images] = await startBoth(
    shelf.replace(models).then(() => shelf),
    createImagePool({ size: decodeConcurrency, limits, decode }),
  )
  const admission = createAdmission({
    maxQueue: limits.maxQueue,
    // Who is not decoded yet has cost nothing.
    turnAway: (caller, reason) =>
      shelf.turnAway('undecoded', caller, reason) ??
      images.turnAway(caller, reason) ??
      shelf.turnAway('decoded', caller, reason),
  })
  const working = new Set<Promise<unknown>>()
  let isClosing = false

  async function embed(request: EmbedRequest, call?: CallContext): Promise<EmbedResult> {
    const { model, dimension } = routeOf(request, shelf.models())
    if (isClosing) throw new ShuttingDownError()
    const deadline = startDeadline(call?.signal, limits.timeoutMs)
    const waiter: Waiter = { caller: callerOf(call), signal: deadline.signal }
    try {
      admission.enter(waiter)
      const served = shelf.find(model.id)
      return await deadline.race(
        track(embedAdmitted(request.image, dimension, served, model, waiter), served, waiter),
      )
    } finally {
      deadline.clear()
    }
  }

  /** The place is free when the work has ended, not when its caller has gone: what is still decoded for nobody counts. */
  function track(work: Promise<EmbedResult>, served: ServedModel, waiter: Waiter): Promise<EmbedResult> {
    const letGo = served.hold()
    const ended: Promise<unknown> = work
      .catch(() => {})
      .finally(() => {
        working.delete(ended)
        letGo()
        admission.leave(waiter)
      })
    working.add(ended)
    return work
  }

  async function embedAdmitted(
    bytes: Uint8Array,
    dimension: number,
    { batcher, decodedAhead, wanted, tokens }: ServedModel,
    { id, revision }: ModelInfo,
    waiter: Waiter,
  ): Promise<EmbedResult> {
    const admitted = performance.now()
    const leave = once(await decodedAhead.enter(waiter))
    const aheadMs = performance.now() - admitted
    try {
      const { tensor, decodeMs, resizeMs, ...decoder } = await images.prepare(bytes, waiter, wanted)
      const { output, queueMs, inferenceMs, batchSize } = await batcher.submit(tensor, waiter, leave)
      freeMemory(tensor)
      return {
        vector: l2Normalize(output, dimension),
        model: id,
        revision,
        tokens,
        timings: {
          queueMs: aheadMs + decoder.queueMs + queueMs,
          decodeMs,
          resizeMs,
          inferenceMs,
          batchSize,
          totalMs: performance.now() - admitted,
        },
      }
    } finally {
      leave()
    }
  }

  /** Why an image of this caller would be refused now. */
  function refusal(caller: Caller | undefined): OverloadedError | undefined {
    return admission.refusal(caller?.id ?? '')
  }

  async function close(): Promise<void> {
    isClosing = true
    await Promise.all(working)
    await Promise.all([shelf.close(), images.close()])
  }

  return {
    get model() {
      return shelf.models()[0]!
    },
    get models() {
      return shelf.models()
    },
    limits,
    embed,
    refusal,
    route: (asked) => routeOf(asked, shelf.models()),
    replaceModels: shelf.replace,
    stats: () => ({ admitted: admission.size(), queued: shelf.queued() }),
    close,
  }
}

/** What may be called at any number of places, and counts once. */
function once(callback: () => void): () => void {
  let isCalled = false
  return () => {
    if (!isCalled) callback()
    isCalled = true
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
