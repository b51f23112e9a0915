import type { ResampleWeights } from '../resample-weights.js'
import type { JpegGeometry } from './jpeg-geometry.js'
import type { JpegMachine, MachineViews } from './jpeg-kernel.js'
import { placeShortWeights, placeWeights } from './placed-weights.js'
import type { RgbRows } from './rgb-rows.js'
import { type PassClock, type RowPasses, tapsAtOnce } from './row-passes.js'

/** Rows that come before the oldest are dropped. */
const spareRows = 32

/**
 * The two passes for a picture that lies on its side: its upright rows are columns here, so that the first pass
 * goes down the stored rows, as they come, and the second along them. What comes out is turned in the end.
 * @param across  weights of the stored columns: the second pass
 * @param down    weights of the stored rows: the first pass
 */
export function placeColumnPasses(
  machine: JpegMachine,
  geometry: JpegGeometry,
  rgb: RgbRows,
  across: ResampleWeights,
  down: ResampleWeights,
  clock: PassClock,
): RowPasses {
  const { kernel, place } = machine
  const uprightWidth = down.first.length
  const uprightHeight = across.first.length
  const rowBytes = 3 * rgb.planeBytes
  const first = placeWeights(machine, down, 0, 2)
  const second = placeShortWeights(machine, across, geometry.fromColumn, tapsAtOnce)
  const capacity = down.count.reduce((most, count) => Math.max(most, count), 0) + spareRows
  const band = place((capacity + 1) * rowBytes)
  const between = place(uprightWidth * rowBytes)
  const result = place((uprightWidth + 1) * uprightHeight * 3)
  // A stored picture that is upside down gives the last output first.
  const order = Array.from(down.first.keys()).sort((a, b) => down.first[a]! - down.first[b]!)
  let row = geometry.fromRow
  let bandRow = row
  let made = 0

  return {
    write(views) {
      first.write(views)
      second.write(views)
    },
    takeUntil(views, end) {
      for (; row < end; row++) {
        if (row - bandRow === capacity) slide(views)
        rgb.make(views, row, band + (row - bandRow) * rowBytes)
        while (made < order.length && isComplete(order[made]!)) makeOutput(order[made++]!)
      }
    },
    finish({ bytes }) {
      clock.start()
      for (let x = 0; x < uprightWidth; x += 2) alongRows(x, x + 1 < uprightWidth)
      const picture = transposed(bytes.subarray(result), uprightWidth, uprightHeight)
      clock.stop()
      return picture
    },
  }

  function slide({ bytes }: MachineViews): void {
    const oldest = made < order.length ? Math.min(down.first[order[made]!]!, row) : row
    bytes.copyWithin(band, band + (oldest - bandRow) * rowBytes, band + (row - bandRow) * rowBytes)
    bandRow = oldest
  }

  function isComplete(output: number): boolean {
    return down.first[output]! + down.count[output]! <= row + 1
  }

  function makeOutput(output: number): void {
    clock.start()
    const weights = output * first.stride * 2
    kernel.vertical(
      band - bandRow * rowBytes,
      rowBytes,
      1,
      first.first + 4 * output,
      first.count + 4 * output,
      first.high + weights,
      first.low + weights,
      first.stride,
      between + output * rowBytes,
    )
    clock.stop()
  }

  function alongRows(x: number, hasNext: boolean): void {
    const red = between + x * rowBytes
    const target = result + x * uprightHeight * 3
    kernel.horizontalPlanes(
      red,
      red + rgb.planeBytes,
      red + 2 * rgb.planeBytes,
      hasNext ? rowBytes : 0,
      uprightHeight,
      second.first,
      second.count,
      second.high,
      second.low,
      second.short,
      second.shift(),
      second.least,
      second.most,
      second.stride,
      target,
      hasNext ? target + uprightHeight * 3 : target,
    )
  }
}

/** Columns of RGB pixels, one after the other → rows. */
function transposed(columns: Uint8Array, width: number, height: number): Uint8Array {
  const rows = new Uint8Array(width * height * 3)
  let to = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const from = (x * height + y) * 3
      rows[to] = columns[from]!
      rows[to + 1] = columns[from + 1]!
      rows[to + 2] = columns[from + 2]!
    }
  }
  return rows
}
