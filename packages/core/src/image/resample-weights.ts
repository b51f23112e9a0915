/** A kernel: weight at a distance, and how far it reaches, in pixels of the coarser grid. */
interface Filter {
  readonly support: number
  readonly weight: (distance: number) => number
}

/** @source Pillow, `Image.resize`: bicubic with a = −0.5 (Keys, 1981), Lanczos with three lobes */
const filters = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, weight: hamming },
  bicubic: { support: 2, weight: cubic },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
} as const satisfies Record<string, Filter>

export type WeightedFilter = keyof typeof filters

/** Weights are integers of 22 fractional bits: 8 bits of pixel and 2 of headroom fill the 32. */
export const precisionBits = 22
const one = 2 ** precisionBits

/** One axis: for each output position, which input positions count and how much. */
export interface ResampleWeights {
  /** First input position of each output position. */
  readonly first: Int32Array
  /** How many input positions count. */
  readonly count: Int32Array
  /** `stride` places an output position, the counted ones first, then zeros; 22 fractional bits. */
  readonly weight: Int32Array
  readonly stride: number
}

/** A part of an axis, in pixels and fractions of them: the `box` of Pillow's `Image.resize`. */
export interface Span {
  readonly start: number
  readonly length: number
}

/**
 * Weights of output positions `from` … `from + length` of an axis that goes from `inputs` to `outputs`
 * pixels. The filter widens when shrinking: antialiasing.
 * @param shown  the part of the inputs that the outputs show @default all
 * @source Pillow, `precompute_coeffs` and `normalize_coeffs_8bpc`: the same operations in the same
 *   order, since the last bit counts
 */
export function resampleWeights(
  inputs: number,
  outputs: number,
  from: number,
  length: number,
  name: WeightedFilter,
  shown: Span = { start: 0, length: inputs },
): ResampleWeights {
  const filter: Filter = filters[name]
  const scale = shown.length / outputs
  const stretch = Math.max(scale, 1)
  const support = filter.support * stretch
  const shrink = 1 / stretch
  // A multiple of 4 and room for it: the SIMD kernel takes four at a time.
  const stride = (Math.ceil(support) * 2 + 1 + 3) & ~3
  const weights: ResampleWeights = {
    first: new Int32Array(length),
    count: new Int32Array(length),
    weight: new Int32Array(length * stride),
    stride,
  }
  const real = new Float64Array(stride)
  for (let i = 0; i < length; i++) {
    const centre = shown.start + (from + i + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const count = Math.min(inputs, Math.trunc(centre + support + 0.5)) - first
    let sum = 0
    for (let k = 0; k < count; k++) {
      real[k] = filter.weight((first + k - centre + 0.5) * shrink)
      sum += real[k]!
    }
    for (let k = 0; k < count; k++) {
      const share = sum === 0 ? real[k]! : real[k]! / sum
      weights.weight[i * stride + k] = Math.trunc(share * one + (share < 0 ? -0.5 : 0.5))
    }
    weights.first[i] = first
    weights.count[i] = count
  }
  return weights
}

function cubic(distance: number): number {
  const a = -0.5
  const x = Math.abs(distance)
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a
  return 0
}

function hamming(distance: number): number {
  const x = Math.abs(distance)
  if (x === 0) return 1
  if (x >= 1) return 0
  return sinc(x) * (0.54 + 0.46 * Math.cos(x * Math.PI))
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI)
}
