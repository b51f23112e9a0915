import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PixvecError } from '../src/errors.js'
import { decodeImage } from '../src/image/decode.js'
import { probeImage } from '../src/image/probe.js'
import { defaultLimits } from '../src/options.js'
import { testData } from '../src/testing/test-data.js'

const folder = testData('conformance')

/** Made by Pillow 12.3.0 with goldens/make-pillow-pixels.py: hashes of its RGB pixels. */
const pictures = readFileSync(new URL('goldens/pillow-pixels.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [path, format, kind, width, height, hash] = line.split('\t') as [
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    return { path, format, kind, size: `${width}x${height}`, hash }
  })

/** Where another answer is inherent or meant; README.md says how far it is. */
function isOtherByNature({ format, kind }: { format: string; kind: string }): boolean {
  // AVIF: another AV1 decoder and chroma filter. I;16: Pillow clips grey of 16 bits at 255.
  return format === 'AVIF' || kind.startsWith('I;16') || kind.startsWith('I, 16')
}

/** Signed samples; premultiplied alpha of 16 bits. */
const otherAnswers = ['pillow/8bit.s.tif', 'pillow/tiff_strip_planar_16bit_RGBa.tiff']

/** Damaged, or of a kind that libvips does not read: an error and no picture. */
const refusals = [
  'image-png/bugfixes/x_interlaced_chck.png',
  'image-png/pngsuite/xcsn0g01.png',
  'jpeg-decoder/crashtest/images/imagetestsuite/8e5e74dbf9b68a322fbb9512db837329.jpg',
  'jpeg-decoder/crashtest/images/imagetestsuite/b55977028a3a574336966b6536640fc9.jpg',
  'jpeg-decoder/crashtest/images/imagetestsuite/f6b4389c3cf0f5997b2e5a4b905aea8d.jpg',
  'pillow/12bit.cropped.tif',
  'pillow/avif/star.avifs',
  'pillow/hopper_lzma.tif',
  'pillow/lab-green.tif',
  'pillow/lab-red.tif',
  'pillow/lab.tif',
  'pillow/separate_planar_extra_samples.tiff',
  'pillow/tiff_tiled_planar_16bit_RGB.tiff',
]

async function answerOf(path: string): Promise<{ size: string; hash: string } | 'refused'> {
  const bytes = new Uint8Array(readFileSync(join(folder!, path)))
  try {
    const probed = await probeImage(bytes, defaultLimits)
    const image = await decodeImage(bytes, probed, { exifOrientation: true, alpha: 'drop' }, 20_000)
    const hash = createHash('sha256').update(image.data).digest('hex').slice(0, 16)
    return { size: `${image.width}x${image.height}`, hash }
  } catch (thrown) {
    if (PixvecError.isInstance(thrown) && thrown.code !== 'INTERNAL') return 'refused'
    throw thrown
  }
}

describe('decodeImage on pictures from everywhere', () => {
  it.skipIf(!folder)(
    'gives the pixels of Pillow, but where the README says otherwise (needs conformance)',
    async () => {
      const refused: string[] = []
      const different: string[] = []
      for (const picture of pictures) {
        const answer = await answerOf(picture.path)
        if (answer === 'refused') refused.push(picture.path)
        else if (answer.hash !== picture.hash && !isOtherByNature(picture)) different.push(picture.path)
        else expect(answer.size, picture.path).toBe(picture.size)
      }
      expect(different.sort()).toEqual(otherAnswers)
      expect(refused.sort()).toEqual(refusals)
    },
    120_000,
  )
})
