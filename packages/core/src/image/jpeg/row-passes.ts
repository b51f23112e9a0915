import type { ResampleWeights } from '../resample-weights.js'
import type { JpegGeometry } from './jpeg-geometry.js'
import type { JpegMachine, MachineViews } from './jpeg-kernel.js'
import { placeShortWeights, placeWeights } from './placed-weights.js'
import type { RgbRows } from './rgb-rows.js'

/** The two passes of the resampler on rows that come one after the other. */
export interface RowPasses {
  write(views: MachineViews): void
  /** Takes the rows from where it is to before `end`. */
  takeUntil(views: MachineViews, end: number): void
  /** The resized picture, when all rows are taken: uint8[rows · columns · 3]. */
  finish(views: MachineViews): Uint8Array
}

/** Tells the time that resizing takes from that of decoding. */
export interface PassClock {
  start(): void
  stop(): void
}

/** The kernel takes this many input pixels at a time. */
export const tapsAtOnce = 8

/** The horizontal pass as the rows come, two at a time while they are in the nearest cache; then the vertical. */
export function placeRowPasses(
  machine: JpegMachine,
  geometry: JpegGeometry,
  rgb: RgbRows,
  columns: ResampleWeights,
  rows: ResampleWeights,
  clock: PassClock,
): RowPasses {
  const { kernel, place } = machine
  const { fromRow, toRow, fromColumn } = geometry
  const width = columns.first.length
  const height = rows.first.length
  const rowBytes = width * 3
  const across = placeShortWeights(machine, columns, fromColumn, tapsAtOnce)
  const down = placeWeights(machine, rows, fromRow, 2)
  const pair = [place(3 * rgb.planeBytes), place(3 * rgb.planeBytes)] as const
  const between = place((toRow - fromRow + 2) * rowBytes)
  const result = place(height * rowBytes)
  let row = fromRow

  return {
    write(views) {
      across.write(views)
      down.write(views)
    },
    takeUntil(views, end) {
      // A row that waits for its partner is not lost: the last one of all is its own.
      while (row + 1 < end || (row < end && end === toRow)) {
        const isAlone = row + 1 === toRow
        rgb.make(views, row, pair[0])
        if (!isAlone) rgb.make(views, row + 1, pair[1])
        clock.start()
        const target = between + (row - fromRow) * rowBytes
        kernel.horizontalPlanes(
          pair[0],
          pair[0] + rgb.planeBytes,
          pair[0] + 2 * rgb.planeBytes,
          isAlone ? 0 : pair[1] - pair[0],
          width,
          across.first,
          across.count,
          across.high,
          across.low,
          across.short,
          across.shift(),
          across.least,
          across.most,
          across.stride,
          target,
          isAlone ? target : target + rowBytes,
        )
        clock.stop()
        row += 2
      }
    },
    finish({ bytes }) {
      clock.start()
      kernel.vertical(
        between,
        rowBytes,
        height,
        down.first,
        down.count,
        down.high,
        down.low,
        down.stride,
        result,
      )
      clock.stop()
      return bytes.slice(result, result + height * rowBytes)
    },
  }
}
