import { type EmbedImageResult, type EmbedImagesOptions, embedEach } from './embed-images.js'
import type { Embedding } from './embedding.js'
import type { ModelsQuery } from './generated/graphql.js'
import type { Call } from './http/call.js'
import { exchange } from './http/exchange.js'
import { withRetries } from './http/retry.js'
import type { ImageInput } from './image/image-input.js'
import { type ClientOptions, resolveOptions } from './options.js'
import { graphql, modelsCall } from './transports/graphql.js'
import { rest } from './transports/rest.js'

/** A model that the server has loaded. */
export type Model = ModelsQuery['models'][number]

export interface EmbedImageOptions {
  /** A size that the model gives: 512 or 1024 for the built-in one. @default the model's `defaultDimension` */
  readonly dimension?: number | undefined
  /** Gives the call up, wherever it stands; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

export interface Client {
  /**
   * One image file → its vector.
   * @throws PixvecApiError, PixvecResponseError, PixvecConnectionError, PixvecTimeoutError, or the
   *   signal's reason; TypeError for what is no image at all, RangeError for a dimension that is no whole number
   */
  embedImage(image: ImageInput, options?: EmbedImageOptions): Promise<Embedding>
  /**
   * Many image files, a few at a time. Each has a result of its own, in the order given: one that fails
   * harms no other and rejects nothing.
   */
  embedImages(images: readonly ImageInput[], options?: EmbedImagesOptions): Promise<EmbedImageResult[]>
  /** The models that the server has loaded. The list is on GraphQL alone, so both transports ask there. */
  models(options?: { readonly signal?: AbortSignal | undefined }): Promise<Model[]>
}

/**
 * A client of one Pixvec server. It holds no connection: make one and keep it, or make many.
 * @throws TypeError or RangeError for an option that cannot work
 */
export function createClient(options: ClientOptions): Client {
  const resolved = resolveOptions(options)
  const transport = resolved.transport === 'graphql' ? graphql : rest

  const run = <T>(call: Call<T>, signal: AbortSignal | undefined): Promise<T> =>
    withRetries(
      async () => call.read(await exchange(call, resolved, signal)),
      resolved,
      resolved.clock,
      signal,
    )

  const embedImage: Client['embedImage'] = async (image, { dimension, signal } = {}) => {
    signal?.throwIfAborted()
    // JSON has no NaN and would send null, which asks for the default.
    if (dimension !== undefined && !Number.isSafeInteger(dimension)) {
      throw new RangeError(`dimension must be a whole number, 512 say; received ${dimension}.`)
    }
    return run(await transport(image, dimension), signal)
  }

  return {
    embedImage,
    embedImages: (images, options = {}) =>
      embedEach(images, options, (image, signal) =>
        embedImage(image, { dimension: options.dimension, signal }),
      ),
    models: async ({ signal } = {}) => run(modelsCall(), signal),
  }
}
