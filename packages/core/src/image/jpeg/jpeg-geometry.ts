import type { ResampleWeights } from '../resample-weights.js'
import type { JpegFrame } from './jpeg-headers.js'

/** Which samples and MCUs a part of the picture needs. All as stored, before it is turned upright. */
export interface JpegGeometry {
  readonly isGrey: boolean
  /** Luma samples for one of chroma. */
  readonly across: number
  readonly down: number
  readonly chromaWidth: number
  readonly chromaHeight: number
  /** MCUs of the whole picture, and luma samples of one. */
  readonly mcus: number
  readonly mcuRows: number
  readonly mcuWidth: number
  readonly mcuHeight: number
  /** Pixels that are made: columns from an even one on. */
  readonly fromColumn: number
  readonly toColumn: number
  readonly fromRow: number
  readonly toRow: number
  /** MCUs that have these, or their neighbours that chroma is blended with. */
  readonly fromMcu: number
  readonly toMcu: number
  readonly fromMcuRow: number
  readonly toMcuRow: number
}

/** @param columns, rows  which pixels are wanted, by the weights they get */
export function jpegGeometry(
  { width, height, components }: JpegFrame,
  columns: ResampleWeights,
  rows: ResampleWeights,
): JpegGeometry {
  const { across, down } = components[0]!
  const mcuWidth = 8 * across
  const mcuHeight = 8 * down
  const mcus = Math.ceil(width / mcuWidth)
  const mcuRows = Math.ceil(height / mcuHeight)
  const [firstColumn, toColumn] = usedPart(columns)
  const [fromRow, toRow] = usedPart(rows)
  const fromColumn = firstColumn & ~1
  return {
    isGrey: components.length === 1,
    across,
    down,
    chromaWidth: Math.ceil(width / across),
    chromaHeight: Math.ceil(height / down),
    mcus,
    mcuRows,
    mcuWidth,
    mcuHeight,
    fromColumn,
    toColumn,
    fromRow,
    toRow,
    fromMcu: Math.max(0, Math.floor((fromColumn - 2) / mcuWidth)),
    toMcu: Math.min(mcus, Math.ceil((toColumn + 2) / mcuWidth)),
    fromMcuRow: Math.max(0, Math.floor((fromRow - 2) / mcuHeight)),
    toMcuRow: Math.min(mcuRows, Math.ceil((toRow + 2) / mcuHeight)),
  }
}

function usedPart({ first, count }: ResampleWeights): [from: number, to: number] {
  let from = Number.POSITIVE_INFINITY
  let to = 0
  for (let i = 0; i < first.length; i++) {
    from = Math.min(from, first[i]!)
    to = Math.max(to, first[i]! + count[i]!)
  }
  return [from, to]
}
