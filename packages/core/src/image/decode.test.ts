import { describe, expect, it } from 'vitest'
import { samplePng } from '../testing/sample-images.js'
import { decodeImage } from './decode.js'
import { probeImage } from './probe.js'
import { sharp } from './sharp.js'

const limits = { maxImageBytes: 20_000_000, maxPixels: 40_000_000, maxEdgePixels: 65_535 }
const onWhite = { exifOrientation: true, alpha: { flattenOn: '#ffffff' } } as const

async function decode(bytes: Uint8Array, recipe: Parameters<typeof decodeImage>[2] = onWhite) {
  return decodeImage(bytes, await probeImage(bytes, limits), recipe, 10_000)
}

function pixel(image: { data: Uint8Array; width: number }, x: number, y: number): number[] {
  const at = (y * image.width + x) * 3
  return [...image.data.subarray(at, at + 3)]
}

const red = [255, 0, 0]
const green = [0, 255, 0]
const blue = [0, 0, 255]
const white = [255, 255, 255]

/** 6 × 4, a colour in each quarter: red green over blue white. */
function quarters() {
  const data = Buffer.alloc(6 * 4 * 3)
  for (let y = 0; y < 4; y++) {
    for (let x = 0; x < 6; x++) {
      const colour = y < 2 ? (x < 3 ? red : green) : x < 3 ? blue : white
      data.set(colour, (y * 6 + x) * 3)
    }
  }
  return sharp(data, { raw: { width: 6, height: 4, channels: 3 } })
}

function solid(channels: 3 | 4, background: { r: number; g: number; b: number; alpha?: number }) {
  return sharp({ create: { width: 4, height: 4, channels, background } })
}

describe('decodeImage', () => {
  // Which stored corner stands at the top left once the picture is upright. @source EXIF 2.3, tag 274
  for (const [orientation, topLeft, isTurned] of [
    [1, red, false],
    [2, green, false],
    [3, white, false],
    [4, blue, false],
    [5, red, true],
    [6, blue, true],
    [7, white, true],
    [8, green, true],
  ] as const) {
    it(`turns EXIF orientation ${orientation} upright`, async () => {
      const stored = await quarters().withMetadata({ orientation }).tiff({ compression: 'lzw' }).toBuffer()
      const image = await decode(stored)
      expect([image.width, image.height]).toEqual(isTurned ? [4, 6] : [6, 4])
      expect(pixel(image, 0, 0)).toEqual(topLeft)
    })
  }

  it('turns a portrait JPEG of a phone upright', async () => {
    const stored = await sharp(await quarters().resize(60, 40, { kernel: 'nearest' }).png().toBuffer())
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer()
    const image = await decode(stored)
    expect([image.width, image.height]).toEqual([40, 60])
    expect(distance(pixel(image, 5, 5), blue)).toBeLessThan(12)
  })

  it('leaves the orientation alone when the recipe says so', async () => {
    const stored = await quarters().withMetadata({ orientation: 6 }).tiff({ compression: 'lzw' }).toBuffer()
    const image = await decode(stored, { ...onWhite, exifOrientation: false })
    expect([image.width, image.height]).toEqual([6, 4])
  })

  it('paints the colour of the recipe behind transparent pixels', async () => {
    const clear = await solid(4, { r: 200, g: 0, b: 0, alpha: 0 }).png().toBuffer()
    expect(pixel(await decode(clear), 1, 1)).toEqual(white)
    const half = await solid(4, { r: 0, g: 0, b: 0, alpha: 0.5 }).png().toBuffer()
    expect(distance(pixel(await decode(half), 1, 1), [127, 127, 127])).toBeLessThan(2)
  })

  it('keeps the hidden colour when the recipe drops alpha', async () => {
    const clear = await solid(4, { r: 200, g: 10, b: 20, alpha: 0 }).png().toBuffer()
    expect(pixel(await decode(clear, { ...onWhite, alpha: 'drop' }), 1, 1)).toEqual([200, 10, 20])
  })

  it('reads CMYK as the colours it prints', async () => {
    const cmyk = await solid(3, { r: 220, g: 40, b: 40 })
      .toColourspace('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer()
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk')
    const [r, g, b] = pixel(await decode(cmyk), 1, 1) as [number, number, number]
    expect(r).toBeGreaterThan(170)
    expect(Math.max(g, b)).toBeLessThan(90)
  })

  it('reads grey of 8 and of 16 bits as the same RGB', async () => {
    const grey = solid(3, { r: 128, g: 128, b: 128 })
    const eight = await grey.clone().toColourspace('b-w').png().toBuffer()
    const sixteen = await grey.clone().toColourspace('grey16').png().toBuffer()
    expect((await sharp(sixteen).metadata()).depth).toBe('ushort')
    expect(pixel(await decode(eight), 1, 1)).toEqual([128, 128, 128])
    expect(pixel(await decode(sixteen), 1, 1)).toEqual([128, 128, 128])
  })

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.concat([
      Buffer.alloc(4 * 4 * 3, Uint8Array.from(red)),
      Buffer.alloc(4 * 4 * 3, Uint8Array.from(blue)),
    ])
    const gif = await sharp(frames, { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } })
      .gif()
      .toBuffer()
    expect((await sharp(gif).metadata()).pages).toBe(2)
    const image = await decode(gif)
    expect([image.width, image.height]).toEqual([4, 4])
    expect(pixel(image, 0, 0)).toEqual(red)
  })

  for (const format of ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const) {
    it(`reads ${format} and refuses it truncated`, async () => {
      const whole = await sharp(Buffer.from(await samplePng(64, 64)))
        .toFormat(format)
        .toBuffer()
      expect((await decode(whole)).data).toHaveLength(64 * 64 * 3)
      await expect(decode(whole.subarray(0, Math.floor(whole.length * 0.6)))).rejects.toMatchObject({
        code: 'UNDECODABLE_IMAGE',
        status: 400,
      })
    })
  }
})

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))
}
