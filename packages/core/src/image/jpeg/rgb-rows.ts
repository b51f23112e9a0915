import type { PlacedBlocks } from './jpeg-blocks.js'
import type { JpegGeometry } from './jpeg-geometry.js'
import type { JpegMachine, MachineViews } from './jpeg-kernel.js'

/** Makes rows of pixels of the samples of two rows of MCUs. Red, green and blue of a row stand apart. */
export interface RgbRows {
  /** Bytes from the red of a row to its green, and to its blue. */
  readonly planeBytes: number
  /** The first row that needs samples of the next row of MCUs. */
  readyUntil(mcuRow: number): number
  /** Writes red, green and blue of the pixels from `fromColumn` to before `toColumn`. */
  make(views: MachineViews, row: number, target: number): void
}

/** Rows are written 16 pixels at a time, and read 8 at a time. */
const overshoot = 32
/** What is added to a sum of 16 parts before it is divided: libjpeg rounds up and down by turns. Less 128. */
const biases = {
  halfHeight: [8 - 128 * 16, 7 - 128 * 16],
  wholeHeight: [4 - 128 * 16, 8 - 128 * 16],
} as const

/**
 * Blends chroma as libjpeg's "fancy upsampling" does: 3 parts of the nearer sample and 1 of the next. Of blocks that
 * are one sample each, it doubles them.
 * @returns undefined for chroma of so few samples that libjpeg does otherwise, and for 4:4:0
 */
export function placeRgbRows(
  { kernel, place }: JpegMachine,
  { components }: PlacedBlocks,
  geometry: JpegGeometry,
): RgbRows | undefined {
  const { isGrey, edges, across, down, chromaWidth, chromaHeight, fromColumn, toColumn } = geometry
  const [luma, cb, cr] = components
  const isDoubled = across === 2 && edges[0] === 1
  if (!isGrey && ((across === 2 && chromaWidth <= 2 && !isDoubled) || (across === 1 && down === 2)))
    return undefined
  const width = toColumn - fromColumn
  const planeBytes = (width + overshoot + 15) & ~15
  const lumaAt = luma!.samples + fromColumn - geometry.fromMcu * geometry.mcuWidth
  const blend = across === 2 && !isDoubled ? placeBlend() : undefined
  const doubled = isDoubled ? { cb: place(width + overshoot), cr: place(width + overshoot) } : undefined
  return { planeBytes, readyUntil, make }

  function placeBlend() {
    const from = Math.max(0, (fromColumn >> 1) - 1)
    const to = Math.min(chromaWidth, ((toColumn - 1) >> 1) + 2)
    const at = 16
    return {
      /** Column of the first sample among those that are kept, and how many there are. */
      from: from - geometry.fromMcu * edges[1]!,
      count: to - from,
      cb: place(2 * (to - from + overshoot)) + at,
      cr: place(2 * (to - from + overshoot)) + at,
      /** Where among the blended ones the first pixel begins. */
      offset: 2 * ((fromColumn >> 1) - from),
    }
  }

  function readyUntil(mcuRow: number): number {
    if (mcuRow === geometry.toMcuRow - 1) return geometry.toRow
    const below = down === 2 ? 1 : 0
    return Math.min(geometry.toRow, (mcuRow + 1) * geometry.mcuHeight - below)
  }

  function make({ bytes }: MachineViews, row: number, target: number): void {
    const green = target + planeBytes
    const blue = green + planeBytes
    const lumaRow = lumaAt + (row % luma!.rows) * luma!.stride
    if (isGrey) {
      for (const plane of [target, green, blue]) bytes.copyWithin(plane, lumaRow, lumaRow + width)
      return
    }
    if (doubled) {
      const at = (row % cb!.rows) * cb!.stride + (fromColumn >> 1) - geometry.fromMcu
      kernel.doubleChroma(cb!.samples + at, width, doubled.cb)
      kernel.doubleChroma(cr!.samples + at, width, doubled.cr)
      kernel.rowOfWholeChroma(lumaRow, doubled.cb, doubled.cr, width, target, green, blue)
      return
    }
    if (!blend) {
      const at = (row % cb!.rows) * cb!.stride + lumaAt - luma!.samples
      kernel.rowOfWholeChroma(lumaRow, cb!.samples + at, cr!.samples + at, width, target, green, blue)
      return
    }
    const near = down === 2 ? row >> 1 : row
    const beside = row & 1 ? near + 1 : near - 1
    const far = down === 2 ? Math.min(Math.max(beside, 0), chromaHeight - 1) : near
    const nearAt = (near % cb!.rows) * cb!.stride + blend.from
    const farAt = (far % cb!.rows) * cb!.stride + blend.from
    kernel.blendChroma(cb!.samples + nearAt, cb!.samples + farAt, blend.count, blend.cb)
    kernel.blendChroma(cr!.samples + nearAt, cr!.samples + farAt, blend.count, blend.cr)
    const [even, odd] = down === 2 ? biases.halfHeight : biases.wholeHeight
    kernel.rowOfHalfChroma(
      lumaRow,
      blend.cb + blend.offset,
      blend.cr + blend.offset,
      width,
      even,
      odd,
      target,
      green,
      blue,
    )
  }
}
