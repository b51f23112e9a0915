import type { Waiter } from '../batching/fair-queue.js'
import { createSlots } from '../batching/slots.js'
import { InternalError, UndecodableImageError } from '../errors.js'
import { type ImageProcess, ImageProcessDied, startImageProcess } from './image-process.js'
import type { DecodeOptions, PictureRecipe, PreparedImage } from './prepare-image.js'

export interface ImagePoolOptions extends DecodeOptions {
  /** Processes, and so images that are decoded at the same time. */
  readonly size: number
}

export interface ImagePool {
  /**
   * Waits for a free process, in turn with other callers, then makes the input of the model that is wanted.
   * All models share the processes.
   * Rejects with the signal's reason when it aborts while waiting.
   */
  prepare(
    bytes: Uint8Array,
    waiter: Waiter,
    wanted: PictureRecipe,
  ): Promise<PreparedImage & { readonly queueMs: number }>
  /** Turns away the caller's newest image that still waits. @returns whose that was */
  turnAway(caller: string, reason: Error): Waiter | undefined
  /** Process ids, for whoever watches or kills them. */
  pids(): number[]
  close(): Promise<void>
}

/** Starts the processes that decode. Resolves when all can take an image. */
export async function createImagePool({ size, ...options }: ImagePoolOptions): Promise<ImagePool> {
  const slots = createSlots(size)
  const living = new Set<ImageProcess>()
  const idle: ImageProcess[] = []
  for (const started of await Promise.all(Array.from({ length: size }, start))) idle.push(started)

  async function start(): Promise<ImageProcess> {
    const started = await startImageProcess(options)
    living.add(started)
    return started
  }

  async function prepare(bytes: Uint8Array, waiter: Waiter, wanted: PictureRecipe) {
    const since = performance.now()
    const leave = await slots.enter(waiter)
    const queueMs = performance.now() - since
    try {
      return { ...(await attempt(bytes, waiter.signal, wanted)), queueMs }
    } finally {
      leave()
    }
  }

  /** A process may be lost to a file, or to somebody's `kill`: the second try tells which. */
  async function attempt(
    bytes: Uint8Array,
    signal: AbortSignal,
    wanted: PictureRecipe,
  ): Promise<PreparedImage> {
    try {
      return await prepareOn(takeIdle() ?? (await startAgain()), bytes, wanted)
    } catch (thrown) {
      if (!(thrown instanceof ImageProcessDied)) throw thrown
    }
    signal.throwIfAborted()
    try {
      // On a new one: an idle one may have been killed as well, and its end not yet heard of.
      return await prepareOn(await startAgain(), bytes, wanted)
    } catch (thrown) {
      if (!(thrown instanceof ImageProcessDied)) throw thrown
      throw new UndecodableImageError('The image cannot be decoded: the decoder breaks on it.', {
        cause: thrown,
      })
    }
  }

  function startAgain(): Promise<ImageProcess> {
    return start().catch(notStarted)
  }

  async function prepareOn(
    free: ImageProcess,
    bytes: Uint8Array,
    wanted: PictureRecipe,
  ): Promise<PreparedImage> {
    try {
      return await free.prepare(bytes, wanted)
    } finally {
      if (free.isAlive()) idle.push(free)
      else living.delete(free)
    }
  }

  /** One that died while idle is passed over; another is started in its place. */
  function takeIdle(): ImageProcess | undefined {
    while (idle.length > 0) {
      const free = idle.pop()!
      if (free.isAlive()) return free
      living.delete(free)
    }
    return undefined
  }

  async function close(): Promise<void> {
    await Promise.all([...living].map((each) => each.stop()))
  }

  return {
    prepare,
    turnAway: slots.turnAway,
    pids: () => [...living].filter((each) => each.isAlive()).map(({ pid }) => pid),
    close,
  }
}

function notStarted(cause: unknown): never {
  throw new InternalError('An image process could not be started.', cause)
}
