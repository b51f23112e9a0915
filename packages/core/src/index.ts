// What core promises. Everything else may change.
export { createEmbedder, type Embedder, type EmbedderStats } from './embedder.js'
export {
  AbortedError,
  DeadlineExceededError,
  type ErrorCode,
  errorCodes,
  errorTable,
  ImageTooLargeError,
  InternalError,
  InvalidBase64Error,
  InvalidDimensionError,
  internalMessage,
  MalformedRequestError,
  MissingImageError,
  OverloadedError,
  PayloadTooLargeError,
  PixvecError,
  type PixvecErrorOptions,
  publicError,
  RateLimitedError,
  ShuttingDownError,
  UnauthenticatedError,
  UndecodableImageError,
  UnknownModelError,
  UnsupportedFormatError,
  UrlInputDisabledError,
} from './errors.js'
export { decodeBase64Image } from './image/base64-image.js'
export { decodeLongBase64Image } from './image/decode-long-image.js'
export { brokenEscapes, decodeFormImage, spacesToPluses } from './image/form-spelling.js'
export { freeMemory } from './image/free-memory.js'
export { LentMemory } from './image/lent-memory.js'
export { LongText, type LongTextPlace, type SpellingName } from './image/long-text.js'
export { type SupportedFormat, supportedFormats } from './image/sniff.js'
export { availableCores } from './inference/available-cores.js'
export type { Backend, BackendFactory, BackendOptions, InputTensor } from './inference/backend.js'
export {
  type ExecutionProvider,
  ExecutionProviderError,
  executionProviders,
} from './inference/execution-providers.js'
export { createOnnxBackend } from './inference/onnx-backend.js'
export {
  type GraphOptimization,
  graphOptimizations,
  resolveSessionSettings,
  type SessionSettings,
} from './inference/session-settings.js'
export {
  type CatalogueEntry,
  catalogue,
  findInCatalogue,
} from './models/catalogue/index.js'
export {
  checkedRelative,
  describeEncoder,
  EncoderFacts,
  type EncoderFiles,
  sha256Of,
} from './models/describe-encoder.js'
export { builtInModel, describeModel, filesOf, loadModel, sizeOf } from './models/load-model.js'
export { type ModelBundle, ModelManifest, type Recipe } from './models/manifest.js'
export { readOnnxGraph } from './models/onnx-graph.js'
export { openModelFolder } from './models/open-model.js'
export { type ProcessorRecipe, readPreprocessorConfig } from './models/preprocessor-config.js'
export {
  type DecodeMode,
  defaultLimits,
  defaultMaxBatchSize,
  type EmbedderOptions,
  type EmbedLimits,
  type ModelToServe,
} from './options.js'
export {
  EmbeddingResponse,
  ErrorResponse,
  embeddingResponseJson,
  toEmbeddingResponse,
  toErrorResponse,
} from './response.js'
export type { ReplacedModels } from './serving/model-shelf.js'
export type { Asked, Route } from './serving/route.js'
export type {
  CallContext,
  Caller,
  Dimension,
  Embed,
  EmbedRequest,
  EmbedResult,
  EmbedTimings,
  EmbedTokens,
  Log,
  ModelInfo,
} from './types.js'
export { float32Json, shortestFloat32 } from './vector/float32-json.js'
