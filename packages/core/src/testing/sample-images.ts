import { sharp } from '../image/sharp.js'

/** A valid PNG of coloured noise. Another seed gives another picture. */
export async function samplePng(width = 8, height = 8, seed = 1): Promise<Uint8Array> {
  return sharp(noise(width, height, seed), { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
}

function noise(width: number, height: number, seed: number): Buffer {
  const pixels = Buffer.alloc(width * height * 3)
  let state = (seed * 2654435761) >>> 0 || 1
  for (let i = 0; i < pixels.length; i++) {
    // Numerical Recipes' linear congruential generator; its upper bits are good enough for noise.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    pixels[i] = state >>> 24
  }
  return pixels
}
