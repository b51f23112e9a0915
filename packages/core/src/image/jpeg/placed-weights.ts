import type { ResampleWeights } from '../resample-weights.js'
import type { JpegMachine, MachineViews } from './jpeg-kernel.js'

/** Addresses of the weights of an axis, as `vertical` takes them. */
export interface PlacedWeights {
  readonly first: number
  readonly count: number
  readonly high: number
  readonly low: number
  readonly stride: number
  write(views: MachineViews): void
}

/** And with those of 16 bits, as `horizontalPlanes` takes them. */
export interface PlacedShortWeights extends PlacedWeights {
  readonly short: number
  /** Bits that these lack; known once they are written. */
  readonly shift: () => number
  readonly least: number
  readonly most: number
}

/**
 * @param origin  input position that the pixels begin with
 * @param step    taps that the kernel takes at a time: counts and the stride are rounded up to it
 */
export function placeWeights(
  machine: JpegMachine,
  weights: ResampleWeights,
  origin: number,
  step: number,
): PlacedWeights {
  const { whole, write, ...placed } = place(machine, weights, origin, step)
  return { ...placed, write }
}

/** Also rounded to 16 bits, and between which bounds the rest of them keeps the sum: see ../resample-simd.ts. */
export function placeShortWeights(
  machine: JpegMachine,
  weights: ResampleWeights,
  origin: number,
  step: number,
): PlacedShortWeights {
  const { kernel } = machine
  const { first, weight } = weights
  const { whole, write, ...placed } = place(machine, weights, origin, step)
  const short = machine.place(first.length * placed.stride * 2)
  const least = machine.place(first.byteLength)
  const most = machine.place(first.byteLength)
  let shift = 0
  return {
    ...placed,
    short,
    shift: () => shift,
    least,
    most,
    write(views) {
      write(views)
      const largest = kernel.largestWeight(whole, weight.length)
      while (roundedTo(largest, shift) > 32_767) shift++
      kernel.shortenWeights(whole, first.length, weights.stride, placed.stride, shift, short, least, most)
    },
  }
}

function place({ kernel, place }: JpegMachine, weights: ResampleWeights, origin: number, step: number) {
  const { first, count, weight } = weights
  const stride = roundUp(weights.stride, step)
  const bytes = first.length * stride * 2
  const at = {
    whole: place(weight.byteLength),
    first: place(first.byteLength),
    count: place(count.byteLength),
    high: place(bytes),
    low: place(bytes),
    stride,
  }
  function write({ words }: MachineViews): void {
    words.set(weight, at.whole / 4)
    for (let i = 0; i < first.length; i++) {
      words[at.first / 4 + i] = first[i]! - origin
      words[at.count / 4 + i] = roundUp(count[i]!, step)
    }
    kernel.splitWeights(at.whole, first.length, weights.stride, stride, at.high, at.low)
  }
  return { ...at, write }
}

/** The nearest multiple of 2 to the power of `shift`, as a multiple. */
function roundedTo(weight: number, shift: number): number {
  return (weight + ((1 << shift) >> 1)) >> shift
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step
}
