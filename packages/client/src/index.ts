export type { Clock } from './clock.js'
export { cosineSimilarity } from './cosine-similarity.js'
export { type Client, createClient, type EmbedImageOptions, type Model } from './create-client.js'
export type { EmbedImageResult, EmbedImagesOptions, EmbedProgress } from './embed-images.js'
export type { EmbedManyOptions, EmbedManyProgress, EmbedManyResult } from './embed-many.js'
export type { Embedding } from './embedding.js'
export {
  type AnswerFacts,
  type ErrorCode,
  PixvecApiError,
  PixvecClientError,
  PixvecConnectionError,
  PixvecResponseError,
  PixvecTimeoutError,
} from './errors.js'
export type { ClientEvent } from './events.js'
export type { Timings } from './http/server-timing.js'
export type { ImageInput, ImagePath } from './image/image-input.js'
export type { ClientOptions, Fetch } from './options.js'
