import sharp from 'sharp'

export interface CorpusPicture {
  readonly name: string
  readonly jpeg: Buffer
}

/**
 * A JPEG like a photograph: soft light, edges and grain, so that it decodes at the cost of a real one.
 * Drawn by code, the same at every run.
 */
export async function drawPicture(width: number, height: number): Promise<CorpusPicture> {
  const pixels = Buffer.alloc(width * height * 3)
  let grain = 12345
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      grain = (Math.imul(grain, 1664525) + 1013904223) >>> 0
      const noise = (grain >>> 24) / 16 - 8
      const hill = y / height > 0.55 + 0.12 * Math.sin((x / width) * 9) ? 60 : 0
      const tile = (Math.floor((x * 23) / width) + Math.floor((y * 17) / height)) % 3
      const at = (y * width + x) * 3
      pixels[at] = clamp(90 + (110 * y) / height - hill + tile * 14 + noise)
      pixels[at + 1] = clamp(120 + 50 * Math.sin((6 * x) / width) - hill / 2 + tile * 9 + noise)
      pixels[at + 2] = clamp(200 - (120 * y) / height - hill + tile * 5 + noise)
    }
  }
  const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer()
  return { name: `${width} × ${height} JPEG, ${Math.round(jpeg.length / 1000)} kB`, jpeg }
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)))
}
