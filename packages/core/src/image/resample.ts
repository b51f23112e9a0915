import { ImageTooLargeError } from '../errors.js'
import { nearestPixels } from './nearest-pixels.js'
import { resampleSimd } from './resample-simd.js'
import { type ResampleWeights, resampleWeights, type Span, type WeightedFilter } from './resample-weights.js'
import type { RgbImage } from './rgb-image.js'

export type ResampleFilter = WeightedFilter | 'nearest'

export interface ResampleOptions {
  readonly filter: ResampleFilter
  /** Size of the whole resized picture, in pixels. */
  readonly width: number
  readonly height: number
  /** The part of it that is wanted. Nothing outside is computed. */
  readonly crop: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }
  /** Most pixels between the two passes: rows of the source that count × columns of the crop. @default no limit */
  readonly maxIntermediatePixels?: number
}

/** Applies the weights of both axes. @returns uint8[rows · columns · 3] */
export type ResamplePasses = (image: RgbImage, columns: ResampleWeights, rows: ResampleWeights) => Uint8Array

/**
 * Resizes and crops exactly as Pillow's `Image.resize` does, bit for bit: fixed-point weights,
 * antialiased when shrinking, the horizontal pass first and rounded to 8 bits before the vertical.
 * @throws ImageTooLargeError when the picture between the passes is over its limit
 * @param passes  @default WebAssembly SIMD
 */
export function resample(
  image: RgbImage,
  options: ResampleOptions,
  passes: ResamplePasses = resampleSimd,
): RgbImage {
  const { crop, filter } = options
  if (filter === 'nearest') return nearestPixels(image, options)
  const shown = shownPart(image)
  const columns = resampleWeights(image.width, options.width, crop.left, crop.width, filter, shown.columns)
  const rows = resampleWeights(image.height, options.height, crop.top, crop.height, filter, shown.rows)
  limitIntermediate(rows, crop.width, options.maxIntermediatePixels ?? Number.POSITIVE_INFINITY)
  return { data: passes(image, columns, rows), width: crop.width, height: crop.height }
}

/** What of the pixels is the picture: all, or a little less where the decoder has scaled. */
function shownPart({ width, height, scaledFrom }: RgbImage): { columns: Span; rows: Span } {
  if (!scaledFrom) return { columns: { start: 0, length: width }, rows: { start: 0, length: height } }
  const { left, top, scale } = scaledFrom
  return {
    columns: { start: left, length: scaledFrom.width / scale },
    rows: { start: top, length: scaledFrom.height / scale },
  }
}

function limitIntermediate(rows: ResampleWeights, columns: number, limit: number): void {
  const last = rows.first.length - 1
  const pixels = (rows.first[last]! + rows.count[last]! - rows.first[0]!) * columns
  if (pixels <= limit) return
  throw new ImageTooLargeError(
    `Resizing needs ${pixels} pixels between its two passes; the limit is ${limit}. ` +
      'Downscale the image or raise PIXVEC_MAX_INTERMEDIATE_PIXELS.',
    { intermediatePixels: pixels, limitPixels: limit },
  )
}
