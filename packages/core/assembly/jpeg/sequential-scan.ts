// Sequential Huffman decoding, MCU row by MCU row. @source ITU-T T.81, F.2.2
import {
  acTableAt,
  blockSize,
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
  longEntry,
  lookBits,
  readEntry,
  skipsAt,
} from './huffman-table'
import { samplesOfBlock } from './reduced-dct'
import { Restarts, restart } from './restarts'
import { zigzagAt } from './zigzag'

// biome-ignore lint/complexity/noStaticOnlyClass: how AssemblyScript shares globals between files
class Rows {
  static blocks: usize = 0
  static blocksEnd: usize = 0
  static hasSkips: bool = false
}

/** The block that is decoded, and 16 bytes for what is written beyond. */
const block = memory.data(160, 16)

/**
 * @param blocks  what is known of each block of an MCU
 * @param count   how many there are: 1 … 6
 * @param hasSkips  whether `buildSkips` was called for all tables of AC
 */
export function beginRows(blocks: usize, count: i32, hasSkips: bool): void {
  Rows.blocks = blocks
  Rows.blocksEnd = blocks + usize(count) * blockSize
  Rows.hasSkips = hasSkips
  memory.fill(block, 0, 160)
}

/**
 * Decodes a row of MCUs and makes the samples of those from `from` to before `to`.
 * @returns false for anything that is not as it should be
 */
export function decodeMcuRow(mcus: i32, from: i32, to: i32): bool {
  const blocks = Rows.blocks
  const blocksEnd = Rows.blocksEnd
  const hasSkips = Rows.hasSkips
  let bits = Reader.bits
  let count = Reader.count
  let at = Reader.at
  let shown: usize = 0
  for (let mcu = 0; mcu < mcus; mcu++) {
    if (Restarts.left-- === 0) {
      Reader.at = at
      Reader.count = count
      if (!restart()) return false
      bits = 0
      count = 0
      at = Reader.at
    }
    if (at < Reader.lowest) {
      Reader.at = at
      if (!moreBytes()) return false
      at = Reader.at
    }
    const isShown = mcu >= from && mcu < to
    for (let each = blocks; each < blocksEnd; each += blockSize) {
      bits |= load<u64>(at) >>> count
      at -= usize((63 - count) >> 3)
      count |= 56
      const dcTable = load<usize>(each, dcTableAt)
      let entry = entryAt(dcTable, bits)
      if (entry === invalidEntry) return false
      if (entry & isOpen) entry = readEntry(bits, entry)
      const prediction = load<usize>(each, predictionAt)
      const dc = load<i32>(prediction) + i32(i16(entry >> 8))
      store<i32>(prediction, dc)
      store<i16>(block, i16(dc))
      bits <<= u64(entry)
      count -= u64(entry & 63)

      const acTable = load<usize>(each, acTableAt)
      const edge = isShown ? load<i32>(each, edgeAt) : 0
      let k: usize = 1
      if (edge < 2) {
        // Only the mean is wanted, or nothing: the codes are gone over.
        if (hasSkips) {
          while (k < 64) {
            bits |= load<u64>(at) >>> count
            at -= usize((63 - count) >> 3)
            count |= 56
            const look = acTable + (usize(bits >>> (64 - lookBits)) << 2)
            entry = load<u32>(look, skipsAt)
            let next = k + usize((entry >> 24) & 127)
            if (next >= 64 || (entry & 63) === 0) {
              // The block may be full before all of them.
              entry = load<u32>(look)
              if ((entry & 63) === 0) entry = longEntry(acTable, bits)
              next = k + usize((entry >> 24) & 127)
            }
            bits <<= u64(entry)
            count -= u64(entry & 63)
            if (i32(entry) < 0) break
            k = next
          }
          if (k > 64) return false
        } else {
          do {
            bits |= load<u64>(at) >>> count
            at -= usize((63 - count) >> 3)
            count |= 56
            entry = load<u32>(acTable + (usize(bits >>> (64 - lookBits)) << 2))
            if ((entry & 63) === 0) entry = longEntry(acTable, bits)
            k += usize(entry >> 24)
            bits <<= u64(entry)
            count -= u64(entry & 63)
            if (k >= 64) break
            entry = load<u32>(acTable + (usize(bits >>> (64 - lookBits)) << 2))
            if ((entry & 63) === 0) entry = longEntry(acTable, bits)
            k += usize(entry >> 24)
            bits <<= u64(entry)
            count -= u64(entry & 63)
          } while (k < 64)
          if (k > 64 && k <= usize(endAdvance)) return false
        }
        if (isShown) {
          samplesOfBlock(
            1,
            block,
            load<usize>(each, factorAt),
            0,
            load<usize>(each, targetAt) + shown * load<usize>(each, stepAt),
            0,
          )
        }
        continue
      }
      do {
        bits |= load<u64>(at) >>> count
        at -= usize((63 - count) >> 3)
        count |= 56
        entry = load<u32>(acTable + (usize(bits >>> (64 - lookBits)) << 2))
        if (entry & isOpen) {
          if ((entry & 63) === 0) entry = longEntry(acTable, bits)
          entry = readEntry(bits, entry)
        }
        k += usize(entry >> 24)
        store<i16>(block + usize(load<u8>(zigzagAt + k)), i16(entry >> 8))
        bits <<= u64(entry)
        count -= u64(entry & 63)
        if (k >= 64) break
        entry = load<u32>(acTable + (usize(bits >>> (64 - lookBits)) << 2))
        if (entry & isOpen) {
          if ((entry & 63) === 0) entry = longEntry(acTable, bits)
          entry = readEntry(bits, entry)
        }
        k += usize(entry >> 24)
        store<i16>(block + usize(load<u8>(zigzagAt + k)), i16(entry >> 8))
        bits <<= u64(entry)
        count -= u64(entry & 63)
      } while (k < 64)
      // 64 is a block that is full, from 128 on one that was ended; between is a run that leads out of it.
      let last: i32 = 63
      if (k !== 64) {
        last = i32(k) - i32(endAdvance) - 1
        if (last < 0) return false
      }
      samplesOfBlock(
        edge,
        block,
        load<usize>(each, factorAt),
        last,
        load<usize>(each, targetAt) + shown * load<usize>(each, stepAt),
        load<usize>(each, strideAt),
      )
    }
    if (isShown) shown++
  }
  Reader.bits = bits
  Reader.count = count
  Reader.at = at
  return true
}
