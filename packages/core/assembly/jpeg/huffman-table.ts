// Huffman tables. @source ITU-T T.81, annex C and F.2.2.3
//
// An entry says all of a symbol at once. Its low 6 bits: how many bits to take, code and value together. Its high 8:
// by how much to go on in the block. Between them 16 bits of the value, where the lookup has seen all of it; else
// bit 6 is set, and there stand the length of the code and, 6 bits further up, that of the value.
// A lookup by the next bits gives the entry; `longCode` for codes that are longer.

/** Bits of the lookup. */
export const lookBits: u64 = 10
const lookEntries: i32 = 1 << i32(lookBits)
/** After the lookup: for each length the first code that is longer, left-aligned in 16 bits; the offset of its entry; then 256 entries. */
const limitsAt: usize = usize(lookEntries) * 4
const offsetsAt: usize = limitsAt + 18 * 4
const entriesAt: usize = offsetsAt + 18 * 4

/** Of AC in a sequential scan, the same lookup for who only goes over the symbols: see `buildSkips`. */
export const skipsAt: usize = entriesAt + 256 * 4

/** The value is yet to be read. */
export const isOpen: u32 = 64
const longCode: u32 = isOpen
/** An entry that leads out of the block, and not to its end: what is no code. */
export const invalidEntry: u32 = (64 << 24) | isOpen | (1 << 8) | 1
/** By how much the end of a block goes on: beyond all that is in it. */
export const endAdvance: u32 = 128

export function tableSize(): i32 {
  return i32(skipsAt) + lookEntries * 4
}

/**
 * @param counts  16 bytes: how many codes have 1 … 16 bits; the symbols follow
 * @param kind    0 of DC, 1 of AC in a sequential scan, 2 of AC in a progressive one
 * @returns false for what is no table, or of no use for samples of 8 bits
 */
export function buildTable(counts: usize, kind: i32, table: usize): bool {
  for (let each: usize = 0; each < usize(lookEntries); each++) store<u32>(table + (each << 2), longCode)
  const symbols = counts + 16
  let code: i32 = 0
  let index: i32 = 0
  for (let length: i32 = 1; length <= 16; length++) {
    store<i32>(table + (usize(length) << 2), index - code, offsetsAt)
    const end = index + i32(load<u8>(counts + usize(length) - 1))
    if (end > 256) return false
    for (; index < end; index++) {
      const entry = entryOf(i32(load<u8>(symbols + usize(index))), length, kind)
      if (entry === 0) return false
      store<u32>(table + (usize(index) << 2), entry, entriesAt)
      if (length <= i32(lookBits)) {
        const spread = 1 << (i32(lookBits) - length)
        const first = code << (i32(lookBits) - length)
        if (first + spread > lookEntries) return false
        for (let each = first; each < first + spread; each++) {
          const seen = u64(each) << (64 - lookBits)
          const isReady = kind !== 2 && i32(entry & 63) <= i32(lookBits)
          store<u32>(table + (usize(each) << 2), isReady ? readEntry(seen, entry) : entry)
        }
      }
      code++
    }
    // No code is all ones.
    if (code >= 1 << length) return false
    store<i32>(table + (usize(length) << 2), code << (16 - length), limitsAt)
    code <<= 1
  }
  return true
}

/**
 * Entries of as many symbols as the lookup sees: bits to take, and by how much to go on; 128 more at the end of the
 * block; 0 bits for a code that is longer. It pays where only means are wanted, of many blocks.
 * @param table  one of AC in a sequential scan
 */
export function buildSkips(table: usize): void {
  for (let each: i32 = 0; each < lookEntries; each++) {
    let taken: u32 = 0
    let advance: u32 = 0
    do {
      const seen = (each << taken) & (lookEntries - 1)
      const entry = load<u32>(table + (usize(seen) << 2))
      // Of an open entry the code must be seen, of another one also its value.
      const needed = entry & isOpen ? (entry >> 8) & 63 : entry & 63
      if (entry === longCode || taken + needed > u32(lookBits)) break
      taken += entry & 63
      advance += entry >> 24
    } while (taken < u32(lookBits) && advance < 64)
    store<u32>(table + (usize(each) << 2), taken | (advance << 24), skipsAt)
  }
}

/** The entry of the next symbol. @param bits  the next ones at the top, 16 at least */
export function entryAt(table: usize, bits: u64): u32 {
  const entry = load<u32>(table + (usize(bits >>> (64 - lookBits)) << 2))
  return entry !== longCode ? entry : longEntry(table, bits)
}

/** The same entry with its value. @param entry  an open one @param bits  at the top the code and the value */
export function readEntry(bits: u64, entry: u32): u32 {
  return (entry & 0xff00003f) | ((u32(signedValue(bits, entry)) & 0xffff) << 8)
}

/** The entry of a code, open, when the lookup has found it to be longer. */
export function longEntry(table: usize, bits: u64): u32 {
  const next = i32(bits >>> 48)
  for (let length = i32(lookBits) + 1; length <= 16; length++) {
    if (next < load<i32>(table + (usize(length) << 2), limitsAt)) {
      const index = (next >> (16 - length)) + load<i32>(table + (usize(length) << 2), offsetsAt)
      return load<u32>(table + (usize(index) << 2), entriesAt)
    }
  }
  return invalidEntry
}

/** The value that follows the code of an open entry. */
export function signedValue(bits: u64, entry: u32): i64 {
  const value = bits << u64(entry >> 8)
  // Shifts count modulo 64: without the highest bit, what is left of a size of 0 is 0.
  const size = u64(entry >> 14)
  const magnitude = (value >>> 1) >>> ~size
  // Values that begin with 0 are negative.
  return i64(magnitude) + (((i64(-1) << i64(size)) + 1) & ~(i64(value) >> 63))
}

/** The same without a sign. */
export function unsignedValue(bits: u64, entry: u32): u32 {
  return u32(((bits << u64(entry >> 8)) >>> 1) >>> ~u64(entry >> 14))
}

/** Bits of the value of an open entry. */
export function sizeOf(entry: u32): u32 {
  return (entry >> 14) & 63
}

/** @returns 0 for a symbol that 8 bits a sample never need */
function entryOf(symbol: i32, length: i32, kind: i32): u32 {
  const size = symbol & 15
  const run = symbol >> 4
  if (kind === 0) return symbol > 11 ? 0 : pack(length, size, 0)
  if (size > 10) return 0
  if (kind === 2 && size === 0 && run < 15) return pack(length, run, endAdvance)
  if (size === 0 && run === 0) return pack(length, 0, endAdvance)
  if (size === 0 && run < 15) return 0
  return pack(length, size, run + 1)
}

function pack(length: i32, size: i32, advance: u32): u32 {
  return u32(length + size) | isOpen | (u32(length) << 8) | (u32(size) << 14) | (advance << 24)
}
