import type { JpegScale } from '../jpeg-scale.js'
import type { ResampleWeights } from '../resample-weights.js'
import { placeColumnPasses } from './column-passes.js'
import { decodeProgressive } from './decode-progressive.js'
import { placeBlocks } from './jpeg-blocks.js'
import { jpegGeometry } from './jpeg-geometry.js'
import type { JpegHeaders } from './jpeg-headers.js'
import { type JpegMachine, withMachine } from './jpeg-kernel.js'
import { placeRgbRows } from './rgb-rows.js'
import { type PassClock, placeRowPasses } from './row-passes.js'
import { mirrored, turnOf } from './upright.js'

/** Most bytes of coefficients of a progressive picture: 16 megapixels of 4:2:0. */
const mostCoefficientBytes = 48_000_000
/** And of one that is scaled: 5 megapixels. libvips is no slower with larger ones. */
const mostScaledCoefficientBytes = 16_000_000

/**
 * The passes of the resampler on the pixels of a JPEG, which are made row by row as they are needed: there is
 * never a picture of full size in memory.
 * @param scale          what both edges are divided by while it is decoded
 * @param columns, rows  weights of the upright picture, as scaled
 * @returns uint8[rows · columns · 3]; undefined for any anomaly in the file, and for what is not decoded here
 */
export function resampleJpeg(
  bytes: Uint8Array,
  headers: JpegHeaders,
  scale: JpegScale,
  columns: ResampleWeights,
  rows: ResampleWeights,
  clock: PassClock,
): Uint8Array | undefined {
  const width = Math.ceil(headers.frame.width / scale)
  const height = Math.ceil(headers.frame.height / scale)
  const { isTransposed, isMirrored, isUpsideDown } = turnOf(headers.orientation)
  const [across, down] = isTransposed ? [rows, columns] : [columns, rows]
  const stored: StoredPasses = {
    scale,
    across: isMirrored ? mirrored(across, width) : across,
    down: isUpsideDown ? mirrored(down, height) : down,
    place: isTransposed ? placeColumnPasses : placeRowPasses,
  }
  return withMachine((machine) => resampleStored(machine, bytes, headers, stored, clock))
}

/** Weights of the stored columns and rows, and the passes that apply them. */
interface StoredPasses {
  readonly scale: JpegScale
  readonly across: ResampleWeights
  readonly down: ResampleWeights
  readonly place: typeof placeRowPasses
}

function resampleStored(
  machine: JpegMachine,
  bytes: Uint8Array,
  headers: JpegHeaders,
  { scale, across, down, place: placePasses }: StoredPasses,
  clock: PassClock,
): Uint8Array | undefined {
  const { kernel, place } = machine
  const { frame, scan } = headers
  const geometry = jpegGeometry(frame, scale, across, down)
  if (frame.components.some(({ quantisation }) => !headers.quantisation[quantisation])) return undefined
  const raw = place(bytes.length + 2)
  const window = place(kernel.windowSize())
  const blocks = placeBlocks(machine, headers, geometry)
  const coefficientBytes = blocks.components.reduce(
    (sum, each, i) =>
      sum + (each.coefficients && each.coefficientRow * geometry.mcuRows * frame.components[i]!.down),
    0,
  )
  if (coefficientBytes > (scale === 1 ? mostCoefficientBytes : mostScaledCoefficientBytes)) return undefined
  const rgb = placeRgbRows(machine, blocks, geometry)
  if (!rgb) return undefined
  const passes = placePasses(machine, geometry, rgb, across, down, clock)
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
    kernel.beginRows(blocks.blocks, blocks.count, Number(blocks.hasSkips))
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
