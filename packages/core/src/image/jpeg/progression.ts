import type { JpegScan } from './jpeg-headers.js'

/** Which bits of which coefficients of a progressive picture are known. @source ITU-T T.81, G.1.1.1 */
export interface Progression {
  /** Notes a scan. @returns false where it is not one that may come now */
  advance(scan: JpegScan): boolean
  /** Whether nothing is missing: libjpeg smooths what is. */
  isComplete(): boolean
}

export function createProgression(components: number): Progression {
  const unknown = -1
  /** The lowest bit that is known. */
  const known = Array.from({ length: components }, () => new Int8Array(64).fill(unknown))
  return {
    advance({ components: inScan, first, last, highBit, lowBit }) {
      const isDc = first === 0
      if (last > 63 || first > last || (isDc && last > 0) || lowBit > 13) return false
      if (inScan.length !== 1 && (!isDc || inScan.length !== components)) return false
      for (const { index } of inScan) {
        const bits = known[index]!
        if (!isDc && bits[0] === unknown) return false
        for (let k = first; k <= last; k++) {
          const isFirst = bits[k] === unknown && highBit === 0
          const isNext = bits[k]! > 0 && bits[k] === highBit && lowBit === highBit - 1
          if (!isFirst && !isNext) return false
          bits[k] = lowBit
        }
      }
      return true
    },
    isComplete: () => known.every((bits) => bits.every((bit) => bit === 0)),
  }
}
