/**
 * Paints a colour behind transparent pixels: RGBA → RGB, rounded as Pillow's `paste` and
 * `alpha_composite` do.
 * @param colour  `#rrggbb`
 * @source Pillow, `BLEND` and `DIV255` in ImagingUtils.h
 */
export function flattenOnColour(rgba: Uint8Array, colour: string): Uint8Array {
  const behind = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  const pixels = rgba.length / 4
  const rgb = new Uint8Array(pixels * 3)
  for (let pixel = 0, from = 0, to = 0; pixel < pixels; pixel++, from += 4, to += 3) {
    const alpha = rgba[from + 3]!
    for (let channel = 0; channel < 3; channel++) {
      const sum = rgba[from + channel]! * alpha + behind[channel]! * (255 - alpha) + 128
      rgb[to + channel] = ((sum >> 8) + sum) >> 8
    }
  }
  return rgb
}
