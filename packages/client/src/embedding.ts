import type { Timings } from './http/server-timing.js'

/** What an image became, and where it came from. */
export interface Embedding {
  /** The vector: `dimension` numbers, L2 norm 1, bit for bit those that the server computed. */
  readonly embedding: Float32Array
  readonly dimension: number
  /** Id of the model. Vectors of different models must not be compared. */
  readonly model: string
  /** Hash of the model's files and recipe. Told by GraphQL only; the REST wire has no place for it. */
  readonly revision: string | undefined
  /** Random id of this answer: 10 upper-case hexadecimal characters. */
  readonly id: string
  /** When it was made, to the second. */
  readonly created: Date
  /** Spatial positions that the encoder took in. */
  readonly totalInputTokens: number
  /** Pooled vectors returned: 1. */
  readonly totalOutputTokens: number
  /** Where the server's time went; undefined where it does not say, or CORS does not expose it. */
  readonly timings: Timings | undefined
  /** The server's `x-request-id`; a browser sees it only where CORS exposes it. */
  readonly requestId: string | undefined
}
