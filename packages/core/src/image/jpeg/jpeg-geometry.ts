import type { JpegScale } from '../jpeg-scale.js'
import type { ResampleWeights } from '../resample-weights.js'
import type { JpegFrame } from './jpeg-headers.js'

/**
 * Which samples and MCUs a part of the picture needs. All as stored, before it is turned upright, and as scaled:
 * pixels and samples are those that are made.
 */
export interface JpegGeometry {
  readonly isGrey: boolean
  /** Samples of an edge of a block of each component: 8, 4, 2 or 1. */
  readonly edges: readonly number[]
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

/**
 * @param scale          what both edges are divided by
 * @param columns, rows  which pixels are wanted, by the weights they get
 */
export function jpegGeometry(
  { width, height, components }: JpegFrame,
  scale: JpegScale,
  columns: ResampleWeights,
  rows: ResampleWeights,
): JpegGeometry {
  const luma = components[0]!
  const edge = 8 / scale
  // Blocks of chroma with half as many samples both ways are scaled less: nothing is left to blend.
  const gain = scale > 1 && luma.across === 2 && luma.down === 2 ? 2 : 1
  const across = luma.across / gain
  const down = luma.down / gain
  const mcuWidth = edge * luma.across
  const mcuHeight = edge * luma.down
  const mcus = Math.ceil(width / (8 * luma.across))
  const mcuRows = Math.ceil(height / (8 * luma.down))
  const [firstColumn, toColumn] = usedPart(columns)
  const [fromRow, toRow] = usedPart(rows)
  const fromColumn = firstColumn & ~1
  return {
    isGrey: components.length === 1,
    edges: components.map((_, index) => (index === 0 ? edge : edge * gain)),
    across,
    down,
    chromaWidth: Math.ceil(width / (scale * across)),
    chromaHeight: Math.ceil(height / (scale * down)),
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
