// The entropy-coded bytes of a scan as bits. @source ITU-T T.81, B.1.1.5 and F.2.2.5
//
// The bytes go through a window, freed of the zeros that are stuffed after 0xff, and back to front: the next byte
// lies below the one before, so that a load of eight bytes has the next of them at the top, without a swap.

/** Bytes of the window: it stays in the nearest caches. */
const windowBytes: i32 = 32_768
/**
 * What one MCU takes at most is less: 6 blocks of 64 symbols of up to 27 bits. Bits are only taken while that
 * much is known to be there, so that no bit needs a check of its own.
 */
const marginBytes: i32 = 4_096

// biome-ignore lint/complexity/noStaticOnlyClass: how AssemblyScript shares globals between files
export class Reader {
  /** Next byte of the file. After the end of a segment: the 0xff of the marker. */
  static raw: usize = 0
  /** The second byte of the marker that ends the segment; 0 as long as none has come. */
  static marker: i32 = 0
  static windowTop: usize = 0
  /** Where the window is filled down to. */
  static filled: usize = 0
  /** Where the next eight bytes are loaded from. */
  static at: usize = 0
  /** Bits that were loaded and not yet taken, the next one at the top; below them may stand more of the same. */
  static bits: u64 = 0
  static count: u64 = 0
  /** An MCU may be decoded as long as `at` is not below. */
  static lowest: usize = 0
}

/** Bytes that `placeWindow` wants: the window, and what may be read below and written above it. */
export function windowSize(): i32 {
  return windowBytes + 2 * marginBytes
}

export function placeWindow(address: usize): void {
  Reader.windowTop = address + windowBytes + marginBytes
}

/** Begins with a segment. @param raw  its first byte; the file must end with two bytes 0xff that are not its own */
export function openSegment(raw: usize): void {
  Reader.raw = raw
  Reader.marker = 0
  Reader.filled = Reader.windowTop
  Reader.at = Reader.windowTop - 8
  Reader.bits = 0
  Reader.count = 0
  fill()
}

/** More bytes, when `at` is below `lowest`. @returns false when the segment has none */
export function moreBytes(): bool {
  if (Reader.marker !== 0) return false
  const from = Reader.filled
  const rest = Reader.at + 8 - from
  Reader.filled = Reader.windowTop - rest
  memory.copy(Reader.filled, from, rest)
  Reader.at = Reader.windowTop - 8
  fill()
  return true
}

/** Whether the segment has been read to its last byte, and not beyond. */
export function isAtEnd(): bool {
  if (Reader.marker === 0) return false
  // The next byte to be loaded is at + 7.
  const loadedBits = (i64(Reader.filled) - i64(Reader.at) - 8) * -8 + i64(Reader.count)
  return loadedBits >= 0 && loadedBits < 8
}

function fill(): void {
  const full = v128.splat<u8>(0xff)
  const bottom = Reader.windowTop - windowBytes + 16
  let raw = Reader.raw
  let to = Reader.filled
  while (to > bottom) {
    const bytes = v128.load(raw)
    v128.store(to - 16, i8x16.shuffle(bytes, bytes, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0))
    const found = i8x16.bitmask(i8x16.eq(bytes, full))
    if (found === 0) {
      raw += 16
      to -= 16
      continue
    }
    const before = usize(ctz(found))
    raw += before
    to -= before
    const next = i32(load<u8>(raw, 1))
    if (next !== 0) {
      Reader.marker = next
      break
    }
    store<u8>(--to, 0xff)
    raw += 2
  }
  Reader.raw = raw
  Reader.filled = to
  // At the end, eight bytes may be loaded beyond it; who takes bits of them is found out later.
  Reader.lowest = Reader.marker !== 0 ? to - 16 : to + marginBytes
}
