import { clamp } from './interval.mjs'

/**
 * A picture's pixels.
 * @param shade  the colour (three of 0 to 1) at `u` from the left and `v` from above, both 0 to 1
 * @returns uint8[height·width·3], RGB
 */
export function render(shade, size) {
  const pixels = Buffer.alloc(size.width * size.height * 3)
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) pixels.set(pixel(shade, x, y, size), (y * size.width + x) * 3)
  }
  return pixels
}

const offsets = [0.25, 0.75]

/** One pixel, 0 to 255, from four looks at it: edges come out smooth. */
export function pixel(shade, x, y, { width, height }) {
  const sum = [0, 0, 0]
  for (const dy of offsets) {
    for (const dx of offsets) {
      const colour = shade((x + dx) / width, (y + dy) / height)
      for (let c = 0; c < 3; c++) sum[c] += colour[c]
    }
  }
  return sum.map((value) => clamp(value / 4, 0, 1) * 255)
}
