import type { ResampleWeights } from '../resample-weights.js'
import { decodeProgressive } from './decode-progressive.js'
import { placeBlocks } from './jpeg-blocks.js'
import { jpegGeometry } from './jpeg-geometry.js'
import type { JpegHeaders } from './jpeg-headers.js'
import { type JpegMachine, withMachine } from './jpeg-kernel.js'
import { placeRgbRows } from './rgb-rows.js'
import { placePasses } from './row-passes.js'
import { mirrored, turnOf } from './upright.js'

/** Most bytes of coefficients of a progressive picture: 16 megapixels of 4:2:0. */
const mostCoefficientBytes = 48_000_000

/** Tells the time that resizing takes from that of decoding. */
export interface Clock {
  start(): void
  stop(): void
}

/**
 * The passes of the resampler on the pixels of a JPEG, which are made row by row as they are needed: there is
 * never a picture of full size in memory.
 * @param columns, rows  weights of the upright picture
 * @returns uint8[rows · columns · 3]; undefined for any anomaly in the file, and for what is not decoded here
 */
export function resampleJpeg(
  bytes: Uint8Array,
  headers: JpegHeaders,
  columns: ResampleWeights,
  rows: ResampleWeights,
  clock: Clock,
): Uint8Array | undefined {
  const { width, height } = headers.frame
  const turn = turnOf(headers.orientation)
  if (turn.isTransposed) return undefined
  const storedColumns = turn.isMirrored ? mirrored(columns, width) : columns
  const storedRows = turn.isUpsideDown ? mirrored(rows, height) : rows
  return withMachine((machine) => resampleStored(machine, bytes, headers, storedColumns, storedRows, clock))
}

function resampleStored(
  machine: JpegMachine,
  bytes: Uint8Array,
  headers: JpegHeaders,
  columns: ResampleWeights,
  rows: ResampleWeights,
  clock: Clock,
): Uint8Array | undefined {
  const { kernel, place } = machine
  const { frame, scan } = headers
  const geometry = jpegGeometry(frame, columns, rows)
  if (frame.components.some(({ quantisation }) => !headers.quantisation[quantisation])) return undefined
  const raw = place(bytes.length + 2)
  const window = place(kernel.windowSize())
  const blocks = placeBlocks(machine, headers, geometry)
  const coefficientBytes = blocks.components.reduce(
    (sum, each, i) =>
      sum + (each.coefficients && each.coefficientRow * geometry.mcuRows * frame.components[i]!.down),
    0,
  )
  if (coefficientBytes > mostCoefficientBytes) return undefined
  const rgb = placeRgbRows(machine, blocks, geometry)
  if (!rgb) return undefined
  const passes = placePasses(machine, geometry, rgb, columns, rows, clock)
  const views = machine.reserve()
  views.bytes.set(bytes, raw)
  // The kernel finds an end there, even when the file has none.
  views.bytes.fill(0xff, raw + bytes.length, raw + bytes.length + 2)
  kernel.placeWindow(window)
  blocks.write(views)
  clock.start()
  passes.write(views)
  clock.stop()

  if (frame.isProgressive) {
    if (!decodeProgressive(machine, views, headers, blocks, geometry, raw)) return undefined
  } else {
    if (scan.components.length !== frame.components.length || scan.first !== 0 || scan.last !== 63)
      return undefined
    if (scan.highBit !== 0 || scan.lowBit !== 0 || !blocks.writeTables(views, scan, raw)) return undefined
    kernel.beginScan(raw + scan.dataOffset, blocks.predictions, scan.restartInterval)
    kernel.beginRows(blocks.blocks, blocks.count)
  }
  const { mcus, mcuRows, fromMcu, toMcu, fromMcuRow, toMcuRow } = geometry
  for (let mcuRow = 0; mcuRow < mcuRows; mcuRow++) {
    const isShown = mcuRow >= fromMcuRow && mcuRow < toMcuRow
    if (isShown) blocks.aim(views, mcuRow)
    if (frame.isProgressive) {
      if (isShown) kernel.samplesOfMcuRow(blocks.blocks, blocks.count, mcuRow, fromMcu, toMcu)
    } else if (!kernel.decodeMcuRow(mcus, isShown ? fromMcu : 0, isShown ? toMcu : 0)) return undefined
    if (isShown) passes.takeUntil(views, rgb.readyUntil(mcuRow))
  }
  if (!frame.isProgressive) {
    const end = kernel.endOfScan()
    if (end === 0 || headers.scanAt(end - raw) !== 'end') return undefined
  }
  return passes.finish(views)
}
