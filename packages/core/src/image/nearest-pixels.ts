import type { RgbImage } from './rgb-image.js'

interface NearestOptions {
  /** Size of the whole resized picture, in pixels. */
  readonly width: number
  readonly height: number
  /** The part of it that is wanted. */
  readonly crop: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }
}

/**
 * Resizes and crops by taking one pixel for each, as Pillow's NEAREST does.
 * @source Pillow, `ImagingScaleAffine` in Geometry.c: positions are summed up, so that they are off by
 *   the same last bit
 */
export function nearestPixels(image: RgbImage, { width, height, crop }: NearestOptions): RgbImage {
  const columns = positions(image.width, width)
  const rows = positions(image.height, height)
  const data = new Uint8Array(crop.width * crop.height * 3)
  let to = 0
  for (let y = 0; y < crop.height; y++) {
    const row = rows[crop.top + y]! * image.width
    for (let x = 0; x < crop.width; x++, to += 3) {
      const from = (row + columns[crop.left + x]!) * 3
      data[to] = image.data[from]!
      data[to + 1] = image.data[from + 1]!
      data[to + 2] = image.data[from + 2]!
    }
  }
  return { data, width: crop.width, height: crop.height }
}

function positions(inputs: number, outputs: number): Int32Array {
  const scale = inputs / outputs
  const result = new Int32Array(outputs)
  let position = scale * 0.5
  for (let i = 0; i < outputs; i++, position += scale) result[i] = Math.min(inputs - 1, Math.trunc(position))
  return result
}
