// Progressive Huffman decoding: scans that fill in the coefficients of the whole picture. @source ITU-T T.81, G.2
import {
  blockSize,
  coefficientRowAt,
  coefficientStepAt,
  coefficientsAt,
  dcTableAt,
  edgeAt,
  factorAt,
  predictionAt,
  stepAt,
  strideAt,
  targetAt,
} from './blocks'
import { moreBytes, Reader } from './entropy-reader'
import {
  endAdvance,
  entryAt,
  invalidEntry,
  isOpen,
  readEntry,
  signedValue,
  sizeOf,
  unsignedValue,
} from './huffman-table'
import { samplesOfBlock } from './reduced-dct'
import { Restarts, restart } from './restarts'
import { zigzagAt } from './zigzag'

/** Goes over a restart marker where one is due, and sees that there is enough for an MCU. */
function isReady(): bool {
  if (Restarts.left-- === 0 && !restart()) return false
  return Reader.at >= Reader.lowest || moreBytes()
}

/** 56 bits at least. */
function refill(): void {
  Reader.bits |= load<u64>(Reader.at) >>> Reader.count
  Reader.at -= usize((63 - Reader.count) >> 3)
  Reader.count |= 56
}

function take(count: u64): void {
  Reader.bits <<= count
  Reader.count -= count & 63
}

/**
 * The DC coefficients, or their next bit.
 * @param blocks   what is known of each block of an MCU; there are `count`
 * @param across, down  MCUs
 * @param lowBit   place of the bit
 * @returns false for anything that is not as it should be
 */
export function decodeDcScan(
  blocks: usize,
  count: i32,
  across: i32,
  down: i32,
  lowBit: i32,
  isRefinement: bool,
): bool {
  const end = blocks + usize(count) * blockSize
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      if (!isReady()) return false
      for (let each = blocks; each < end; each += blockSize) {
        const block =
          load<usize>(each, coefficientsAt) +
          usize(x) * load<usize>(each, coefficientStepAt) +
          usize(y) * load<usize>(each, coefficientRowAt)
        refill()
        if (isRefinement) {
          if (i64(Reader.bits) < 0) store<i16>(block, i16(i32(load<i16>(block)) | (1 << lowBit)))
          take(1)
          continue
        }
        let entry = entryAt(load<usize>(each, dcTableAt), Reader.bits)
        if (entry === invalidEntry) return false
        if (entry & isOpen) entry = readEntry(Reader.bits, entry)
        const prediction = load<usize>(each, predictionAt)
        const dc = load<i32>(prediction) + i32(i16(entry >> 8))
        take(u64(entry))
        store<i32>(prediction, dc)
        store<i16>(block, i16(dc << lowBit))
      }
    }
  }
  return true
}

/**
 * A band of AC coefficients of one component, as far as `lowBit`.
 * @param coefficients  of its first block
 * @param across, down  blocks; `rowBytes` from a row of them to the next
 */
export function decodeAcScan(
  table: usize,
  coefficients: usize,
  across: i32,
  down: i32,
  rowBytes: i32,
  first: i32,
  last: i32,
  lowBit: i32,
): bool {
  let run: i32 = 0
  for (let y = 0; y < down; y++) {
    let block = coefficients + usize(y) * usize(rowBytes)
    for (let x = 0; x < across; x++, block += 128) {
      if (Restarts.left === 0 && run !== 0) return false
      if (!isReady()) return false
      if (run > 0) {
        run--
        continue
      }
      let k = first
      while (k <= last) {
        refill()
        const entry = entryAt(table, Reader.bits)
        const advance = i32(entry >> 24)
        if (advance === i32(endAdvance)) {
          // The end of this block, and of so many more.
          run = i32((1 << sizeOf(entry)) + unsignedValue(Reader.bits, entry)) - 1
          take(u64(entry))
          break
        }
        k += advance
        if (k > last + 1) return false
        store<i16>(
          block + usize(load<u8>(zigzagAt + usize(k))),
          i16(signedValue(Reader.bits, entry) << i64(lowBit)),
        )
        take(u64(entry))
      }
    }
  }
  return run === 0
}

/** The next bit of a band of AC coefficients of one component. */
export function refineAcScan(
  table: usize,
  coefficients: usize,
  across: i32,
  down: i32,
  rowBytes: i32,
  first: i32,
  last: i32,
  lowBit: i32,
): bool {
  const bit: i32 = 1 << lowBit
  let run: i32 = 0
  for (let y = 0; y < down; y++) {
    let block = coefficients + usize(y) * usize(rowBytes)
    for (let x = 0; x < across; x++, block += 128) {
      if (Restarts.left === 0 && run !== 0) return false
      if (!isReady()) return false
      let k = first
      if (run === 0) {
        while (k <= last) {
          refill()
          const entry = entryAt(table, Reader.bits)
          const advance = i32(entry >> 24)
          if (advance === i32(endAdvance)) {
            run = i32((1 << sizeOf(entry)) + unsignedValue(Reader.bits, entry))
            take(u64(entry))
            break
          }
          const size = sizeOf(entry)
          if (entry === invalidEntry || size > 1) return false
          const value = size === 0 ? 0 : i64(Reader.bits << u64(entry >> 8)) < 0 ? bit : -bit
          take(u64(entry))
          k = refineTo(block, k, last, advance - 1, bit)
          if (k > last) return false
          if (value !== 0) store<i16>(block + usize(load<u8>(zigzagAt + usize(k) + 1)), i16(value))
          k++
        }
      }
      if (run > 0) {
        // Most blocks at the end of a band have nothing yet that has a next bit.
        if (hasAc(block)) refineTo(block, k, last, 64, bit)
        run--
      }
    }
  }
  return run === 0
}

/** Gives those that are not 0 their next bit. @returns the place behind `zeros` that are 0 */
function refineTo(block: usize, k: i32, last: i32, zeros: i32, bit: i32): i32 {
  let bits = Reader.bits
  let count = Reader.count
  let at = Reader.at
  for (; k <= last; k++) {
    const place = block + usize(load<u8>(zigzagAt + usize(k) + 1))
    const value = i32(load<i16>(place))
    if (value === 0) {
      if (zeros-- === 0) break
      continue
    }
    if (count === 0) {
      bits = load<u64>(at)
      at -= 7
      count = 56
    }
    if (i64(bits) < 0 && (value & bit) === 0) {
      store<i16>(place, i16(value < 0 ? value - bit : value + bit))
    }
    bits <<= 1
    count--
  }
  Reader.bits = bits
  Reader.count = count
  Reader.at = at
  return k
}

/** Makes the samples of a row of MCUs, from `from` to before `to`. Its coefficients are used up. */
export function samplesOfMcuRow(blocks: usize, count: i32, row: i32, from: i32, to: i32): void {
  for (let i = 0; i < count; i++) {
    const each = blocks + usize(i) * blockSize
    const step = load<usize>(each, coefficientStepAt)
    let block =
      load<usize>(each, coefficientsAt) +
      usize(row) * load<usize>(each, coefficientRowAt) +
      usize(from) * step
    let target = load<usize>(each, targetAt)
    const edge = load<i32>(each, edgeAt)
    for (let mcu = from; mcu < to; mcu++) {
      samplesOfBlock(
        edge,
        block,
        load<usize>(each, factorAt),
        lastOf(block),
        target,
        load<usize>(each, strideAt),
      )
      block += step
      target += load<usize>(each, stepAt)
    }
  }
}

function hasAc(block: usize): bool {
  const rows = v128.or(
    v128.or(
      v128.or(v128.load(block, 16), v128.load(block, 32)),
      v128.or(v128.load(block, 48), v128.load(block, 64)),
    ),
    v128.or(v128.or(v128.load(block, 80), v128.load(block, 96)), v128.load(block, 112)),
  )
  return v128.any_true(rows) || v128.any_true(i16x8.replace_lane(v128.load(block), 0, 0))
}

/** The last place in zigzag order that may be other than 0: 0, 9 (or another of the first 4 × 4) or 63. */
function lastOf(block: usize): i32 {
  const low = v128.or(v128.or(v128.load(block, 16), v128.load(block, 32)), v128.load(block, 48))
  const high = v128.or(
    v128.or(v128.load(block, 64), v128.load(block, 80)),
    v128.or(v128.load(block, 96), v128.load(block, 112)),
  )
  const first = v128.load(block)
  const right = i64x2.extract_lane(v128.or(v128.or(low, first), high), 1)
  if (right !== 0 || i64x2.extract_lane(high, 0) !== 0) return 63
  return ((i64x2.extract_lane(first, 0) >>> 16) | i64x2.extract_lane(low, 0)) !== 0 ? 9 : 0
}
