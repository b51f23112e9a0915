import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { writeJpeg } from '../../test/write-jpeg.js'
import { builtInModel } from '../models/load-model.js'
import { defaultLimits } from '../options.js'
import { decodeImage } from './decode.js'
import { resizeJpeg } from './jpeg/resize-jpeg.js'
import { chooseScale } from './jpeg-scale.js'
import { prepareImage } from './prepare-image.js'
import { probeImage } from './probe.js'
import { resizeByRecipe } from './resize.js'
import { sharp } from './sharp.js'

/** Made by Pillow 12.3.0 with test/goldens/make-scaled-goldens.py. Tolerance: none. */
const goldens: {
  name: string
  file: string
  edge: number
  scale: number
  size: [number, number]
  pixels: string
  resized: string
}[] = JSON.parse(readFileSync(new URL('../../test/goldens/scaled.json', import.meta.url), 'utf8'))

const { input, recipe } = builtInModel().manifest
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'))
const leftBehind = () => readdirSync(tmpdir()).filter((name) => /^pixvec-[0-9a-f-]{36}\.jpg$/.test(name))

describe('a JPEG decoded at a fraction, beside Pillow', () => {
  for (const { name, file, edge, scale, size, pixels, resized } of goldens) {
    it(`gives the pixels of Pillow, drafted and resized: ${name}`, async () => {
      const bytes = bytesOf(file)
      const resize = { mode: 'shortest-edge', size: edge, filter: 'bicubic' } as const
      const wanted = { ...recipe, exifOrientation: true, resize, centreCrop: undefined }
      const probed = await probeImage(bytes, defaultLimits)
      const chosen = chooseScale(bytes, probed, wanted)
      expect(chosen).toBe(scale)
      const image = await decodeImage(bytes, probed, wanted, 10_000, chosen)
      expect([image.width, image.height]).toEqual(size)
      expect(Buffer.from(image.data)).toEqual(Buffer.from(pixels, 'base64'))
      const small = resizeByRecipe(image, wanted, 4_000_000)
      expect(Buffer.from(small.data)).toEqual(Buffer.from(resized, 'base64'))
      const ours = resizeJpeg(bytes, wanted, defaultLimits, 'fast')
      if (name === 'CMYK') expect(ours).toBeUndefined()
      else expect(Buffer.from(ours!.image.data)).toEqual(Buffer.from(resized, 'base64'))
    })
  }
})

describe('fast decoding', () => {
  const photo = sharp(bytesOf(goldens[0]!.file)).resize(901, 707)
  const tensorOf = async (bytes: Uint8Array, decode: 'exact' | 'fast') =>
    (await prepareImage(bytes, { input, recipe, limits: defaultLimits, decode })).tensor as Uint8Array

  it('is exact where nothing is scaled', async () => {
    for (const picture of [
      photo.clone().png(),
      photo.clone().webp(),
      photo.clone().resize(283, 283).jpeg(),
    ]) {
      const bytes = await picture.toBuffer()
      expect(Buffer.compare(await tensorOf(bytes, 'fast'), await tensorOf(bytes, 'exact'))).toBe(0)
    }
  })

  it('is near the exact pixels, and not the same, where a JPEG is scaled', async () => {
    const bytes = await photo.clone().jpeg({ quality: 90 }).toBuffer()
    const [fast, exact] = [await tensorOf(bytes, 'fast'), await tensorOf(bytes, 'exact')]
    const differences = fast.map((value, i) => Math.abs(value - exact[i]!))
    expect(Math.max(...differences)).toBeGreaterThan(0)
    expect(differences.reduce((sum, each) => sum + each, 0) / differences.length).toBeLessThan(2)
  })

  it('refuses a truncated picture as exact decoding does', async () => {
    const whole = await photo.clone().jpeg().toBuffer()
    await expect(tensorOf(whole.subarray(0, whole.length * 0.6), 'fast')).rejects.toMatchObject({
      code: 'UNDECODABLE_IMAGE',
    })
  })

  it('leaves no file behind, not even of a picture that fails', async () => {
    const whole = await photo.clone().jpeg().toBuffer()
    const before = leftBehind()
    await tensorOf(whole, 'fast')
    // Decoded by libvips: half as many rows of chroma, and as many columns.
    await tensorOf(writeJpeg({ width: 600, height: 600, sampling: [1, 2] }), 'fast')
    await tensorOf(whole.subarray(0, whole.length * 0.6), 'fast').catch(() => {})
    expect(leftBehind()).toEqual(before)
  })
})
