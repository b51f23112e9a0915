import { readFileSync } from 'node:fs'

/** What assembly/jpeg/index.ts exports, where the arguments are described. Addresses and sizes in bytes. */
export interface JpegKernel {
  firstFree(): number
  windowSize(): number
  placeWindow(address: number): void
  tableSize(): number
  buildTable(counts: number, kind: number, table: number): number
  buildSkips(table: number): void
  beginScan(raw: number, predictions: number, interval: number): void
  endOfScan(): number
  beginRows(blocks: number, count: number, hasSkips: number): void
  decodeMcuRow(mcus: number, from: number, to: number): number
  decodeDcScan(
    blocks: number,
    count: number,
    across: number,
    down: number,
    lowBit: number,
    isRefinement: number,
  ): number
  decodeAcScan(...band: AcBand): number
  refineAcScan(...band: AcBand): number
  samplesOfMcuRow(blocks: number, count: number, row: number, from: number, to: number): void
  blendChroma(near: number, far: number, count: number, target: number): void
  doubleChroma(source: number, count: number, target: number): void
  rowOfHalfChroma(
    luma: number,
    cb: number,
    cr: number,
    count: number,
    evenBias: number,
    oddBias: number,
    red: number,
    green: number,
    blue: number,
  ): void
  rowOfWholeChroma(
    luma: number,
    cb: number,
    cr: number,
    count: number,
    red: number,
    green: number,
    blue: number,
  ): void
  horizontalPlanes(
    red: number,
    green: number,
    blue: number,
    nextRow: number,
    width: number,
    first: number,
    count: number,
    high: number,
    low: number,
    short: number,
    shift: number,
    least: number,
    most: number,
    stride: number,
    target: number,
    nextTarget: number,
  ): void
  vertical(
    source: number,
    rowBytes: number,
    height: number,
    first: number,
    count: number,
    high: number,
    low: number,
    stride: number,
    target: number,
  ): void
  largestWeight(weights: number, count: number): number
  splitWeights(weights: number, outputs: number, from: number, to: number, high: number, low: number): void
  shortenWeights(
    weights: number,
    outputs: number,
    from: number,
    to: number,
    shift: number,
    short: number,
    least: number,
    most: number,
  ): void
}

export type AcBand = [
  table: number,
  coefficients: number,
  across: number,
  down: number,
  rowBytes: number,
  first: number,
  last: number,
  lowBit: number,
]

/** The kernel and its memory. */
export interface JpegMachine {
  readonly kernel: JpegKernel
  /** Gives out addresses, one after the other, on multiples of 16; 64 bytes after each may be read and written. */
  place(bytes: number): number
  /** Makes the memory as large as what was placed. Views of it from before are stale. */
  reserve(): MachineViews
  /** Sets to 0 what may be otherwise from before. */
  clear(views: MachineViews, address: number, bytes: number): void
}

export interface MachineViews {
  readonly bytes: Uint8Array
  readonly halves: Int16Array
  readonly words: Int32Array
}

// Built by `pnpm build` from assembly/jpeg.
const compiled = new WebAssembly.Module(
  readFileSync(new URL('../../../dist/image/jpeg.wasm', import.meta.url)),
)
const pageBytes = 65_536
const slack = 64
/** A memory never shrinks: one that a large picture has bloated is not used again. */
const keptBytes = 16_000_000

let kept: Kept | undefined

/** Lends a kernel whose memory is all free. */
export function withMachine<T>(use: (machine: JpegMachine) => T): T {
  kept ??= instantiate()
  const lent = kept
  const { memory, kernel, usedUntil } = lent
  let next = kernel.firstFree()
  try {
    return use({
      kernel,
      place(bytes) {
        const address = (next + 15) & ~15
        next = address + bytes + slack
        return address
      },
      reserve() {
        const missing = next - memory.buffer.byteLength
        if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
        const { buffer } = memory
        return {
          bytes: new Uint8Array(buffer),
          halves: new Int16Array(buffer),
          words: new Int32Array(buffer),
        }
      },
      clear({ bytes }, address, length) {
        bytes.fill(0, address, Math.max(address, Math.min(address + length, usedUntil)))
      },
    })
  } finally {
    lent.usedUntil = Math.max(usedUntil, next)
    if (memory.buffer.byteLength > keptBytes) kept = undefined
  }
}

interface Kept {
  readonly memory: WebAssembly.Memory
  readonly kernel: JpegKernel
  /** Beyond this address the memory is as it came: all 0. */
  usedUntil: number
}

function instantiate(): Kept {
  const memory = new WebAssembly.Memory({ initial: 16 })
  const instance = new WebAssembly.Instance(compiled, { env: { memory } })
  return { memory, kernel: instance.exports as unknown as JpegKernel, usedUntil: 0 }
}
