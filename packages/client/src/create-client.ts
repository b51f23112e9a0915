import { type EmbedImageResult, type EmbedImagesOptions, embedEach } from './embed-images.js'
import { type EmbedManyOptions, type EmbedManyResult, streamEach } from './embed-many.js'
import type { Embedding } from './embedding.js'
import type { ModelsQuery } from './generated/graphql.js'
import { type CallOptions, createCaller } from './http/caller.js'
import type { Pace } from './http/retry.js'
import { type ImageInput, loadImage } from './image/image-input.js'
import { type ClientOptions, resolveOptions } from './options.js'
import { graphql, modelsCall } from './transports/graphql.js'
import { rest } from './transports/rest.js'
import type { Wish } from './transports/transport.js'

/** A model that the server has loaded. */
export type Model = ModelsQuery['models'][number]

export interface EmbedImageOptions {
  /** A size that the model gives: 512 or 1024 for the built-in one. @default the model's `defaultDimension` */
  readonly dimension?: number | undefined
  /** Id of a model that the server has loaded, see `models`. @default the server's configured one */
  readonly model?: string | undefined
  /** Gives the call up, wherever it stands; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Time for all attempts and the waits between them. @default the client's */
  readonly deadlineMs?: number | undefined
}

export interface Client {
  /**
   * One image file → its vector.
   * @throws PixvecApiError, PixvecResponseError, PixvecConnectionError, PixvecTimeoutError, or the
   *   signal's reason; TypeError for what is no image at all, RangeError for a dimension that is no whole
   *   number; for a path, what the file system throws
   */
  embedImage(image: ImageInput, options?: EmbedImageOptions): Promise<Embedding>
  /**
   * Many image files, a few at a time. Each has a result of its own, in the order given: one that fails
   * harms no other and rejects nothing. When the server asks for a pause (429, `Retry-After`), all keep it.
   */
  embedImages(images: readonly ImageInput[], options?: EmbedImagesOptions): Promise<EmbedImageResult[]>
  /**
   * Any number of image files, as results come: for folders, streams and jobs that are to be resumed. Holds no
   * more than `concurrency` images and results, however long the source. Pauses as `embedImages` does. The items
   * are your own: `toImage` gives the image of each when its turn comes.
   * @throws TypeError for a resume key that is none; the signal's reason; what the source throws. One image's
   *   failure is its result and is not thrown.
   */
  embedMany<Item>(
    items: Iterable<Item> | AsyncIterable<Item>,
    options: EmbedManyOptions & { readonly toImage: (item: Item) => ImageInput | Promise<ImageInput> },
  ): AsyncGenerator<EmbedManyResult<Item>, void, undefined>
  /** The same for items that are images. */
  embedMany<Item extends ImageInput>(
    images: Iterable<Item> | AsyncIterable<Item>,
    options?: EmbedManyOptions,
  ): AsyncGenerator<EmbedManyResult<Item>, void, undefined>
  /** The models that the server has loaded. The list is on GraphQL alone, so both transports ask there. */
  models(options?: Omit<EmbedImageOptions, 'dimension' | 'model'>): Promise<Model[]>
}

/**
 * A client of one Pixvec server. It holds no connection: make one and keep it, or make many.
 * @throws TypeError or RangeError for an option that cannot work
 */
export function createClient(options: ClientOptions): Client {
  const resolved = resolveOptions(options)
  const transport = resolved.transport === 'graphql' ? graphql : rest
  const run = createCaller(resolved)

  const embed = async (image: ImageInput, { dimension, model, ...call }: CallOptions & Partial<Wish>) => {
    call.signal?.throwIfAborted()
    // JSON has no NaN and would send null, which asks for the default.
    if (dimension !== undefined && !Number.isSafeInteger(dimension)) {
      throw new RangeError(`dimension must be a whole number, 512 say; received ${dimension}.`)
    }
    return run(await transport(await loadImage(image, call.signal), { dimension, model }), call)
  }
  /** The function of a list: all its images keep one pace. */
  const embedInList = ({ dimension, model, deadlineMs }: EmbedImageOptions) => {
    const pace: Pace = { notBeforeMs: 0 }
    return (image: ImageInput, signal: AbortSignal) =>
      embed(image, { dimension, model, deadlineMs, signal, pace })
  }

  return {
    embedImage: (image, options = {}) => embed(image, options),
    embedImages: (images, options = {}) => embedEach(images, options, embedInList(options)),
    embedMany: <Item>(
      items: Iterable<Item> | AsyncIterable<Item>,
      { toImage = (item) => item as ImageInput, ...options }: EmbedManyOptions & ToImage<Item> = {},
    ) => streamEach(items, toImage, options, embedInList(options)),
    models: (options = {}) => run(modelsCall(), options),
  }
}

interface ToImage<Item> {
  readonly toImage?: (item: Item) => ImageInput | Promise<ImageInput>
}
