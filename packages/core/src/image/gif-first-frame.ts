import type { RgbImage } from './rgb-image.js'

/** What the blocks before the pixels of a GIF's first frame say. */
export interface GifFirstFrame {
  readonly frame: {
    readonly left: number
    readonly top: number
    readonly right: number
    readonly bottom: number
  }
  readonly isTransparent: boolean
  /** Colour of what the frame leaves uncovered: the transparent one, else the first of the palette. */
  readonly uncovered: readonly [number, number, number]
  /** The same file without the mark that one colour is transparent: what that colour hides shows. */
  readonly opaque: Uint8Array
}

const extension = 0x21
const graphicControl = 0xf9
const imageDescriptor = 0x2c

/**
 * Reads a GIF as far as its first frame. libvips forgets the colour of transparent pixels, and Pillow's
 * `convert('RGB')` shows it.
 * @returns undefined when the file ends before
 * @source GIF89a, sections 18 to 23
 */
export function readGifFirstFrame(bytes: Uint8Array): GifFirstFrame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0)
  let at = 13 + tableBytes(bytes[10] ?? 0)
  let palette = 13
  let control: number | undefined

  while (at < bytes.length) {
    const block = bytes[at]
    if (block === extension) {
      if (bytes[at + 1] === graphicControl) control = at + 3
      at += 2
      while (bytes[at]) at += bytes[at]! + 1
      at += 1
    } else if (block === imageDescriptor && at + 10 <= bytes.length) {
      const [left, top, width, height] = [1, 3, 5, 7].map((offset) => view.getUint16(at + offset, true)) as [
        number,
        number,
        number,
        number,
      ]
      if (tableBytes(bytes[at + 9]!) > 0) palette = at + 10
      const isTransparent = control !== undefined && (bytes[control]! & 1) === 1
      const index = isTransparent ? bytes[control! + 3]! : 0
      const [red = 0, green = 0, blue = 0] = bytes.subarray(palette + index * 3, palette + index * 3 + 3)
      return {
        frame: { left, top, right: left + width, bottom: top + height },
        isTransparent,
        uncovered: [red, green, blue],
        opaque: isTransparent ? withoutTransparency(bytes, control!) : bytes,
      }
    } else return undefined
  }
  return undefined
}

function withoutTransparency(bytes: Uint8Array, flagsAt: number): Uint8Array {
  const copy = bytes.slice()
  copy[flagsAt] = copy[flagsAt]! & ~1
  return copy
}

/** Paints what the first frame leaves uncovered, in place. */
export function paintUncovered(image: RgbImage, { frame, uncovered }: GifFirstFrame): void {
  for (let y = 0; y < image.height; y++) {
    const isCrossed = y >= frame.top && y < frame.bottom
    for (let x = 0; x < image.width; x++) {
      if (isCrossed && x === frame.left) x = frame.right
      if (x < image.width) image.data.set(uncovered, (y * image.width + x) * 3)
    }
  }
}
