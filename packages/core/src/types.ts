/** A size the caller may ask for: 512 or 1024, or the model's own size when it gives neither. */
export type Dimension = number

/** One image on its way in. The unit of work is one image: transports fan lists out. */
export interface EmbedRequest {
  /** The bytes of the image file, as the caller sent them. */
  readonly image: Uint8Array
  /** @default the model's `defaultDimension` */
  readonly dimension?: Dimension | undefined
  /** Id of a model that is loaded. @default the configured one: for `dimension`, else the first */
  readonly model?: string | undefined
}

/** Whoever a key belongs to. The key itself is never kept. */
export interface Caller {
  /** Stable and safe to log: derived from the key by a one-way hash. */
  readonly id: string
}

/** What core needs from a logger: pino and Fastify's `request.log` both fit. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Where a call came from and when nobody waits for it any more. */
export interface CallContext {
  /** Unique for each call; answered as the header `x-request-id`. */
  readonly requestId: string
  /** How the call arrived: `rest`, `graphql`, `cli`, `health`, or what a plugin names. */
  readonly transport: string
  /** Who calls; undefined where no key is asked for. */
  readonly caller: Caller | undefined
  /** Aborted when the caller has hung up. Work not yet begun is then dropped. */
  readonly signal: AbortSignal
  readonly log: Log
}

/** How long each step of one image took, in milliseconds of wall time. */
export interface EmbedTimings {
  /** Waiting for a free decoder, then for the session. */
  readonly queueMs: number
  /** Header probe and decoding to RGB pixels. */
  readonly decodeMs: number
  /** Resize and crop as the recipe says. */
  readonly resizeMs: number
  /** The session's run of the batch that held this image. */
  readonly inferenceMs: number
  /** How many images shared that run, at least 1. */
  readonly batchSize: number
  /** From admission to vector. */
  readonly totalMs: number
}

export interface EmbedTokens {
  /** Spatial positions that the encoder takes in for one image. */
  readonly input: number
  /** Pooled vectors that it returns: 1. */
  readonly output: number
}

export interface EmbedResult {
  /** float32[dimension], L2 norm 1. */
  readonly vector: Float32Array
  /** Id of the model, for instance `pixvec-7`. Vectors of different models never mix. */
  readonly model: string
  /** Hash of the model's files and of its recipe: the same revision gives the same vectors. */
  readonly revision: string
  readonly tokens: EmbedTokens
  readonly timings: EmbedTimings
}

/**
 * Image → embedding: the one verb of the product. Plugins wrap it, transports call it.
 * @throws PixvecError with a code of the error table
 */
export type Embed = (request: EmbedRequest, call: CallContext) => Promise<EmbedResult>

/** What a caller may know of a model. */
export interface ModelInfo {
  readonly id: string
  readonly revision: string
  /** Sizes it gives, ascending. */
  readonly dimensions: readonly Dimension[]
  /** The size given when none is asked for: 512 where the model has it. */
  readonly defaultDimension: Dimension
  /** Sizes that it gives to calls which name no model. None: it answers to its id alone. */
  readonly defaultFor: readonly Dimension[]
  /** `total_input_tokens` of one image. */
  readonly inputTokens: number
  /** SPDX identifier, or a few words where none fits. */
  readonly licence: string
  /** Width and height of the square it sees, in pixels. */
  readonly inputSize: number
}
