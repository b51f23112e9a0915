import type { ResampleWeights } from '../resample-weights.js'

/** How a stored picture lies to the upright one. */
export interface Turn {
  /** Upright rows are stored columns. */
  readonly isTransposed: boolean
  /** Stored columns, or rows, run backwards. */
  readonly isMirrored: boolean
  readonly isUpsideDown: boolean
}

/** @param orientation  1 … 8 @source EXIF 2.3, tag 274 */
export function turnOf(orientation: number): Turn {
  return {
    isTransposed: orientation >= 5,
    isMirrored: [2, 3, 7, 8].includes(orientation),
    isUpsideDown: [3, 4, 6, 7].includes(orientation),
  }
}

/** The weights of an axis that runs backwards: the same sums of the same pixels. */
export function mirrored(weights: ResampleWeights, inputs: number): ResampleWeights {
  const { first, count, stride } = weights
  const turned = {
    first: new Int32Array(first.length),
    count,
    weight: new Int32Array(weights.weight.length),
    stride,
  }
  for (let i = 0; i < first.length; i++) {
    const length = count[i]!
    turned.first[i] = inputs - first[i]! - length
    for (let k = 0; k < length; k++) {
      turned.weight[i * stride + k] = weights.weight[i * stride + length - 1 - k]!
    }
  }
  return turned
}
