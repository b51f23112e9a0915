import { describe, expect, it } from 'vitest'
import type { Recipe } from '../models/manifest.js'
import { defaultLimits } from '../options.js'
import { chooseScale, draftScale } from './jpeg-scale.js'
import { probeImage } from './probe.js'
import { sharp } from './sharp.js'

const recipe: Recipe = {
  exifOrientation: true,
  alpha: { flattenOn: '#ffffff' },
  resize: { mode: 'shortest-edge', size: 142, filter: 'bicubic' },
  centreCrop: 128,
}

function plain(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: { r: 90, g: 120, b: 150 } } })
}

async function scaleOf(bytes: Buffer, changed: Partial<Recipe> = {}) {
  return chooseScale(bytes, await probeImage(bytes, defaultLimits), { ...recipe, ...changed })
}

describe('draftScale', () => {
  // What Pillow 12.3.0 leaves in `decoderconfig` after `draft(None, wanted)`.
  for (const [picture, wanted, scale] of [
    [[4000, 3000], [189, 142], 8],
    [[4000, 3000], [330, 248], 8],
    [[4000, 3000], [666, 500], 4],
    [[1280, 960], [330, 248], 2],
    [[1280, 960], [189, 142], 4],
    [[1136, 1136], [142, 142], 8],
    [[1135, 1136], [142, 142], 4],
    [[567, 9000], [142, 2253], 2],
    [[568, 9000], [142, 2250], 4],
    [[284, 284], [142, 142], 2],
    [[283, 283], [142, 142], 1],
    [[142, 142], [142, 142], 1],
    [[10, 10], [142, 142], 1],
    [[1, 60_000], [142, 8_520_000], 1],
    [[3000, 400], [224, 224], 1],
  ] as const) {
    it(`divides ${picture.join(' × ')} by ${scale} where ${wanted.join(' × ')} is wanted`, () => {
      const size = ([width, height]: readonly [number, number]) => ({ width, height })
      expect(draftScale(size(picture), size(wanted))).toBe(scale)
    })
  }
})

describe('chooseScale', () => {
  it('scales a JPEG by the size that the recipe resizes it to', async () => {
    expect(await scaleOf(await plain(1200, 1200).jpeg().toBuffer())).toBe(8)
    expect(await scaleOf(await plain(600, 800).jpeg({ progressive: true }).toBuffer())).toBe(4)
    expect(await scaleOf(await plain(200, 200).jpeg().toBuffer())).toBe(1)
  })

  it('looks at the upright picture where the recipe is no square', async () => {
    const resize = { mode: 'squash', width: 100, height: 400, filter: 'bicubic' } as const
    const stored = plain(1600, 400)
    const lying = await stored.clone().jpeg().toBuffer()
    const upright = await stored.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer()
    expect(await scaleOf(lying, { resize })).toBe(1)
    expect(await scaleOf(upright, { resize })).toBe(4)
    expect(await scaleOf(upright, { resize, exifOrientation: false })).toBe(1)
  })

  it('never scales another format, nor for a filter that takes single pixels', async () => {
    for (const format of ['png', 'webp', 'tiff'] as const)
      expect(await scaleOf(await plain(1200, 1200).toFormat(format).toBuffer())).toBe(1)
    const jpeg = await plain(1200, 1200).jpeg().toBuffer()
    expect(await scaleOf(jpeg, { resize: { mode: 'shortest-edge', size: 142, filter: 'nearest' } })).toBe(1)
  })

  it('leaves a JPEG alone whose blocks would not stay the same', async () => {
    const jpeg = await plain(1200, 1200).jpeg().toBuffer()
    const probed = await probeImage(jpeg, defaultLimits)
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
    const odd = Buffer.from(jpeg)
    // Three samples across for two of the second component.
    odd.set([0x31], frame + 11)
    odd.set([0x21], frame + 14)
    expect(chooseScale(odd, probed, recipe)).toBe(1)
    expect(chooseScale(jpeg, { ...probed, width: 1199 }, recipe)).toBe(1)
    expect(chooseScale(jpeg.subarray(0, frame + 8), probed, recipe)).toBe(1)
    expect(chooseScale(jpeg.subarray(0, frame), probed, recipe)).toBe(1)
  })
})
