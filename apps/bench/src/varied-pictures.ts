import sharp from 'sharp'
import { drawPicture } from './corpus.js'

/** Pictures as callers mix them: formats, shapes, colour types and sizes from 1 × 1 to 3 megapixels. Drawn by code. */
export async function drawVariedPictures(): Promise<Buffer[]> {
  const photo = (await drawPicture(1280, 960)).jpeg
  const large = (await drawPicture(2048, 1536)).jpeg
  const sides = [1, 17, 64, 128, 200, 320, 333, 500, 640, 800]
  const formats = ['jpeg', 'png', 'webp', 'gif', 'tiff'] as const
  const small = sides.flatMap((width, i) =>
    formats.map((format, k) => {
      const height = sides[(i * 3 + k) % sides.length]!
      const shaped = sharp(photo).resize(width, height, { fit: 'fill' })
      return (i % 4 === 0 ? shaped.greyscale() : i % 4 === 1 ? shaped.ensureAlpha(0.7) : shaped)
        .toFormat(format)
        .toBuffer()
    }),
  )
  return [
    ...(await Promise.all(small)),
    photo,
    large,
    await sharp(photo).toColourspace('cmyk').jpeg().toBuffer(),
  ]
}
