import type { PlacedBlocks } from './jpeg-blocks.js'
import type { JpegGeometry } from './jpeg-geometry.js'
import type { JpegHeaders, JpegScan } from './jpeg-headers.js'
import type { JpegMachine, MachineViews } from './jpeg-kernel.js'
import { createProgression } from './progression.js'

/**
 * Decodes all scans of a progressive picture into its coefficients.
 * @param raw  address of the file
 * @returns false for any anomaly, and where scans are missing
 */
export function decodeProgressive(
  { kernel }: JpegMachine,
  views: MachineViews,
  headers: JpegHeaders,
  blocks: PlacedBlocks,
  geometry: JpegGeometry,
  raw: number,
): boolean {
  const progression = createProgression(headers.frame.components.length)
  let scan: JpegScan | 'end' | undefined = headers.scan
  while (scan !== undefined && scan !== 'end') {
    if (!progression.advance(scan) || !blocks.writeTables(views, scan, raw)) return false
    kernel.beginScan(raw + scan.dataOffset, blocks.predictions, scan.restartInterval)
    if (!decodeScan(scan)) return false
    const end = kernel.endOfScan()
    if (end === 0) return false
    scan = headers.scanAt(end - raw)
  }
  return scan === 'end' && progression.isComplete()

  function decodeScan({ components, first, last, highBit, lowBit }: JpegScan): boolean {
    const { index } = components[0]!
    const { blocksAcross, blocksDown, coefficients, coefficientRow } = blocks.components[index]!
    const isRefinement = highBit > 0
    if (first === 0) {
      const isAlone = components.length === 1
      return Boolean(
        kernel.decodeDcScan(
          isAlone ? blocks.alone(views, index) : blocks.blocks,
          isAlone ? 1 : blocks.count,
          isAlone ? blocksAcross : geometry.mcus,
          isAlone ? blocksDown : geometry.mcuRows,
          lowBit,
          Number(isRefinement),
        ),
      )
    }
    const table = views.words[blocks.alone(views, index) / 4 + 1]!
    const decode = isRefinement ? kernel.refineAcScan : kernel.decodeAcScan
    return Boolean(decode(table, coefficients, blocksAcross, blocksDown, coefficientRow, first, last, lowBit))
  }
}
