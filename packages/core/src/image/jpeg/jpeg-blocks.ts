import type { JpegGeometry } from './jpeg-geometry.js'
import type { JpegHeaders, JpegScan } from './jpeg-headers.js'
import type { JpegMachine, MachineViews } from './jpeg-kernel.js'

/** The blocks of a component, and where their samples go. */
export interface PlacedComponent {
  /** Address of the samples: of two rows of MCUs, by turns. */
  readonly samples: number
  /** Bytes from a row of samples to the next. */
  readonly stride: number
  /** Rows of samples that there is room for. */
  readonly rows: number
  /** Blocks of the whole picture, without those that only fill up its last MCUs. */
  readonly blocksAcross: number
  readonly blocksDown: number
  /** Address of the coefficients of all blocks; 0 unless they are kept. */
  readonly coefficients: number
  /** Bytes from a row of blocks to the next. */
  readonly coefficientRow: number
}

export interface PlacedBlocks {
  readonly components: readonly PlacedComponent[]
  /** Address of what the kernel must know of each block of an MCU, and how many there are. */
  readonly blocks: number
  readonly count: number
  /** Whether tables of AC have what it takes to go over several symbols at a time. */
  readonly hasSkips: boolean
  /** Writes what does not change. */
  write(views: MachineViews): void
  /** Says where the samples of a row of MCUs go. */
  aim(views: MachineViews, mcuRow: number): void
  /**
   * Builds the Huffman tables that a scan uses.
   * @param raw  address of the file
   * @returns false where one is missing or wrong
   */
  writeTables(views: MachineViews, scan: JpegScan, raw: number): boolean
  /** Address of what there is to know of a component in a scan of its own, where an MCU is one block. */
  alone(views: MachineViews, index: number): number
  readonly predictions: number
}

/** Words of a block: assembly/jpeg/blocks.ts. */
const blockWords = 11

/** Gives everything its place that depends on components and blocks. */
export function placeBlocks(
  { kernel, place, clear }: JpegMachine,
  { frame, quantisation }: JpegHeaders,
  geometry: JpegGeometry,
): PlacedBlocks {
  const { mcus, mcuRows, edges } = geometry
  const luma = frame.components[0]!
  const hasSkips = edges[0] === 1
  const components = frame.components.map(({ across, down }, index): PlacedComponent => {
    const edge = edges[index]!
    const stride = (geometry.toMcu - geometry.fromMcu) * edge * across + 32
    const coefficientRow = mcus * across * 128
    return {
      samples: place(2 * edge * down * stride),
      stride,
      rows: 2 * edge * down,
      blocksAcross: Math.ceil(Math.ceil((frame.width * across) / luma.across) / 8),
      blocksDown: Math.ceil(Math.ceil((frame.height * down) / luma.down) / 8),
      coefficients: frame.isProgressive ? place(mcuRows * down * coefficientRow) : 0,
      coefficientRow,
    }
  })
  const factors = components.map(() => place(128))
  const tables = Array.from({ length: 2 * components.length }, () => place(kernel.tableSize()))
  const predictions = place(16)
  const positions = frame.components.flatMap(({ across, down }, index) =>
    Array.from({ length: across * down }, (_, i) => ({ index, x: i % across, y: Math.trunc(i / across) })),
  )
  const blocks = place((positions.length + 1) * blockWords * 4)
  return {
    components,
    blocks,
    count: positions.length,
    hasSkips,
    write,
    aim,
    writeTables,
    alone,
    predictions,
  }

  function write(views: MachineViews): void {
    const { words, halves } = views
    for (const [i, { quantisation: number }] of frame.components.entries()) {
      halves.set(quantisation[number]!, factors[i]! / 2)
      const { coefficients, coefficientRow } = components[i]!
      if (coefficients) clear(views, coefficients, mcuRows * frame.components[i]!.down * coefficientRow)
    }
    for (const [i, { index, x, y }] of positions.entries()) {
      const { across, down } = frame.components[index]!
      const { stride, coefficients, coefficientRow } = components[index]!
      const word = blocks / 4 + i * blockWords
      words[word + 2] = predictions + 4 * index
      words[word + 3] = factors[index]!
      words[word + 5] = edges[index]! * across
      words[word + 6] = stride
      words[word + 7] = coefficients + y * coefficientRow + x * 128
      words[word + 8] = across * 128
      words[word + 9] = down * coefficientRow
      words[word + 10] = edges[index]!
    }
  }

  function aim({ words }: MachineViews, mcuRow: number): void {
    for (const [i, { index, x, y }] of positions.entries()) {
      const { samples, stride, rows } = components[index]!
      const edge = edges[index]!
      words[blocks / 4 + i * blockWords + 4] =
        samples + ((mcuRow & 1) * (rows / 2) + edge * y) * stride + edge * x
    }
  }

  function writeTables({ words }: MachineViews, scan: JpegScan, raw: number): boolean {
    const built = new Map<number, number>()
    function addressOf(offset: number | undefined, kind: number): number | undefined {
      if (offset === undefined) return undefined
      const address = built.get(offset) ?? tables[built.size]!
      if (!built.has(offset)) {
        if (!kernel.buildTable(raw + offset, kind, address)) return undefined
        if (kind === 1 && hasSkips) kernel.buildSkips(address)
      }
      built.set(offset, address)
      return address
    }
    const { needsDc, needsAc } = tablesNeeded(frame.isProgressive, scan)
    for (const { index, dcTable, acTable } of scan.components) {
      const dc = needsDc ? addressOf(dcTable, 0) : 0
      const ac = needsAc ? addressOf(acTable, frame.isProgressive ? 2 : 1) : 0
      if (dc === undefined || ac === undefined) return false
      for (const [i, position] of positions.entries()) {
        if (position.index !== index) continue
        words[blocks / 4 + i * blockWords] = dc
        words[blocks / 4 + i * blockWords + 1] = ac
      }
    }
    return true
  }

  function alone({ words }: MachineViews, index: number): number {
    const from = blocks / 4 + positions.findIndex((position) => position.index === index) * blockWords
    const to = blocks / 4 + positions.length * blockWords
    words.copyWithin(to, from, from + blockWords)
    words[to + 8] = 128
    words[to + 9] = components[index]!.coefficientRow
    return to * 4
  }
}

function tablesNeeded(isProgressive: boolean, { first, highBit }: JpegScan) {
  if (!isProgressive) return { needsDc: true, needsAc: true }
  // The next bits of DC values come as they are.
  return { needsDc: first === 0 && highBit === 0, needsAc: first > 0 }
}
