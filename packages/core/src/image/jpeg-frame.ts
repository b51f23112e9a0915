/** What a JPEG's frame header says. @source ITU-T T.81, B.2.2 */
export interface JpegFrame {
  readonly width: number
  readonly height: number
  /** Each component is sampled as often as the densest one, or a whole number of times less. */
  readonly isEvenlySampled: boolean
  /** Where the two lengths stand in the file: height, then width, 16 bits each. */
  readonly sizeOffset: number
}

/** Baseline, extended and progressive Huffman: what libjpeg can scale. */
const frameMarkers = [0xc0, 0xc1, 0xc2]
/** Entropy-coded data begins, or the file ends. */
const lastMarkers = [0xda, 0xd9]

/** Finds the frame header. @returns undefined where there is none that is known here */
export function readJpegFrame(bytes: Uint8Array): JpegFrame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 2
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!
    // Markers may be preceded by any number of fill bytes.
    if (marker === 0xff) at++
    else if (frameMarkers.includes(marker)) return frameAt(view, at + 4)
    else if (lastMarkers.includes(marker)) return undefined
    else at += 2 + view.getUint16(at + 2)
  }
  return undefined
}

function frameAt(view: DataView, at: number): JpegFrame | undefined {
  if (at + 6 > view.byteLength) return undefined
  const components = view.getUint8(at + 5)
  if (view.getUint8(at) !== 8 || at + 6 + 3 * components > view.byteLength) return undefined
  const sampling = Array.from({ length: components }, (_, i) => view.getUint8(at + 7 + 3 * i))
  const isEven = (factors: number[]) => factors.every((each) => Math.max(...factors) % each === 0)
  return {
    height: view.getUint16(at + 1),
    width: view.getUint16(at + 3),
    isEvenlySampled: isEven(sampling.map((each) => each >> 4)) && isEven(sampling.map((each) => each & 15)),
    sizeOffset: at + 1,
  }
}
