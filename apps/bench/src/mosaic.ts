import sharp from 'sharp'

/**
 * One large JPEG of many photos, side by side: real detail at a size that no set of test pictures has.
 * @param photos  image files; taken again from the first when they do not suffice
 */
export async function drawMosaic(photos: readonly Buffer[], columns: number, rows: number): Promise<Buffer> {
  const edge = 300
  const tiles = Array.from({ length: columns * rows }, async (_, i) => ({
    input: await sharp(photos[i % photos.length]!)
      .resize(edge, edge, { fit: 'cover' })
      .png()
      .toBuffer(),
    left: (i % columns) * edge,
    top: Math.floor(i / columns) * edge,
  }))
  const background = { r: 0, g: 0, b: 0 }
  return sharp({ create: { width: columns * edge, height: rows * edge, channels: 3, background } })
    .composite(await Promise.all(tiles))
    .jpeg({ quality: 88 })
    .toBuffer()
}
