import { availableCores } from './inference/available-cores.js'
import type { BackendFactory } from './inference/backend.js'
import type { SessionSettings } from './inference/session-settings.js'
import type { ModelBundle } from './models/manifest.js'
import type { Dimension } from './types.js'

/** Limits that keep one image from harming the others. Each is checked before the work it bounds. */
export interface EmbedLimits {
  /**
   * Largest image file, in bytes.
   * @default 20_000_000
   */
  readonly maxImageBytes: number
  /**
   * Largest picture, in pixels (width × height of the file, before any resize).
   * @default 40_000_000
   */
  readonly maxPixels: number
  /**
   * Longest edge of a picture, in pixels. A strip of 30 million × 1 has few pixels and still costs the
   * decoder most of a second: its work grows with each row or column as well.
   * @default 65_535, the most that a JPEG can have
   */
  readonly maxEdgePixels: number
  /**
   * Largest picture between the two passes of the resize, in pixels: the rows that the crop needs,
   * as wide as the crop. A square of 40 megapixels needs 0.7 million.
   * @default 4_000_000
   */
  readonly maxIntermediatePixels: number
  /**
   * Memory that a process may use while it decodes one image, in bytes. Above it the process is ended
   * and the image refused. Watched where /proc tells (Linux).
   * @default 1_500_000_000
   */
  readonly maxDecoderBytes: number
  /**
   * Images admitted and not yet answered. One more is refused at once with OVERLOADED.
   * @default 128
   */
  readonly maxQueue: number
  /**
   * Time for one image from admission to vector, in milliseconds.
   * @default 30_000
   */
  readonly timeoutMs: number
}

export const defaultLimits: EmbedLimits = {
  maxImageBytes: 20_000_000,
  maxPixels: 40_000_000,
  maxEdgePixels: 65_535,
  maxIntermediatePixels: 4_000_000,
  maxDecoderBytes: 1_500_000_000,
  maxQueue: 128,
  timeoutMs: 30_000,
}

/** Most images in one run of the session, when nothing else is said. */
export const defaultMaxBatchSize = 8

/** How near to Pillow's pixels a JPEG is decoded. */
export type DecodeMode = 'exact' | 'fast'

/** A model to be loaded, and which calls come to it without naming it. */
export interface ModelToServe {
  readonly bundle: ModelBundle
  /**
   * Sizes that it gives to calls which name no model. Each size has one model at most.
   * @default all that it gives, for the first of the list; none for the others
   */
  readonly defaultFor?: readonly Dimension[]
}

/** How the model is run is documented at each property of `SessionSettings`. */
export interface EmbedderOptions extends Partial<SessionSettings> {
  /** The only model. @default the built-in one */
  readonly model?: ModelBundle
  /** Several models, the first the default; instead of `model`. */
  readonly models?: readonly ModelToServe[]
  /** What runs the batches. @default onnxruntime-node in processes of its own */
  readonly backend?: BackendFactory
  readonly limits?: Partial<EmbedLimits>
  /** Most images in one run of the session. @default 8 */
  readonly maxBatchSize?: number
  /** Processes that decode, one image each at a time. @default the cores of the CPU quota */
  readonly decodeConcurrency?: number
  /**
   * `exact`: every picture is decoded whole. `fast`: a JPEG at least twice as large as the model's recipe
   * resizes it to is decoded at 1/2, 1/4 or 1/8, by the rule of Pillow's `draft`. Its vectors differ
   * a little, therefore the revision ends in `-fast`.
   * @default exact
   */
  readonly decode?: DecodeMode
}

export interface ResolvedOptions {
  readonly limits: EmbedLimits
  readonly maxBatchSize: number
  readonly decodeConcurrency: number
  readonly decode: DecodeMode
}

export function resolveOptions(options: EmbedderOptions): ResolvedOptions {
  return {
    limits: { ...defaultLimits, ...options.limits },
    maxBatchSize: options.maxBatchSize ?? defaultMaxBatchSize,
    decodeConcurrency: options.decodeConcurrency ?? availableCores(),
    decode: options.decode ?? 'exact',
  }
}
