import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../options.js'
import { decodeImage } from './decode.js'
import { probeImage } from './probe.js'

/** Made by Pillow 12.3.0 with test/goldens/make-decode-goldens.py. Tolerance: none. */
const goldens: {
  name: string
  file: string
  size: [number, number]
  dropped: string
  onWhite: string
}[] = JSON.parse(readFileSync(new URL('../../test/goldens/decode.json', import.meta.url), 'utf8'))

describe('decodeImage, beside Pillow', () => {
  for (const { name, file, size, dropped, onWhite } of goldens) {
    const bytes = new Uint8Array(Buffer.from(file, 'base64'))
    for (const [alpha, expected] of [
      ['drop', dropped],
      [{ flattenOn: '#ffffff' }, onWhite],
    ] as const) {
      it(`gives the pixels of Pillow: ${name}, ${alpha === 'drop' ? 'alpha dropped' : 'on white'}`, async () => {
        const recipe = { exifOrientation: true, alpha }
        const image = await decodeImage(bytes, await probeImage(bytes, defaultLimits), recipe, 10_000)
        expect([image.width, image.height]).toEqual(size)
        expect(Buffer.from(image.data)).toEqual(Buffer.from(expected, 'base64'))
      })
    }
  }
})
