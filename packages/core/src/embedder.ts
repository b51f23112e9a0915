import type { CallContext, Embed, EmbedRequest, EmbedResult, ModelInfo } from './types.js'
import type { EmbedLimits, EmbedderOptions } from './options.js'

/** How busy an embedder is at this moment. */
export interface EmbedderStats {
  /** Images admitted and not yet answered. */
  readonly admitted: number
  /** Of these, images that wait for the session. */
  readonly queued: number
}

export interface Embedder {
  readonly model: ModelInfo
  readonly limits: EmbedLimits
  /** Image bytes → unit vector. The context may be left out: then nobody can abort. */
  embed(request: EmbedRequest, call?: CallContext): Promise<EmbedResult>
  stats(): EmbedderStats
  /** Answers what is admitted, refuses the rest, frees the model. */
  close(): Promise<void>
}

export async function createEmbedder(_options: EmbedderOptions = {}): Promise<Embedder> {
  throw new Error('being written')
}
export type { Embed }
