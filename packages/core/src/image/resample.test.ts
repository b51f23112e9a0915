import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type ResampleFilter, type ResamplePasses, resample } from './resample.js'
import { resamplePortable } from './resample-portable.js'
import { resampleSimd } from './resample-simd.js'

/** Made by Pillow 12.3.0 with test/goldens/make-resample-goldens.py. Tolerance: none. */
const goldens: { from: [number, number]; to: [number, number]; filter: ResampleFilter; pixels: string }[] =
  JSON.parse(readFileSync(new URL('../../test/goldens/resample.json', import.meta.url), 'utf8'))

/** The picture that the golden's script draws as well. */
function noise(width: number, height: number) {
  let state = 12345
  const data = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const value = state >>> 24
    return value < 64 ? 0 : value > 192 ? 255 : value
  })
  return { data, width, height }
}

const implementations: [string, ResamplePasses][] = [
  ['SIMD', resampleSimd],
  ['portable', resamplePortable],
]

for (const [name, passes] of implementations) {
  describe(`resample, ${name}`, () => {
    for (const { from, to, filter, pixels } of goldens) {
      const expected = new Uint8Array(Buffer.from(pixels, 'base64'))
      const [width, height] = to

      it(`makes ${from.join(' × ')} into ${to.join(' × ')} by ${filter} as Pillow does, bit for bit`, () => {
        const crop = { left: 0, top: 0, width, height }
        expect(resample(noise(...from), { filter, width, height, crop }, passes).data).toEqual(expected)
      })

      it(`cuts the middle of ${to.join(' × ')} by ${filter} without making the rest`, () => {
        const crop = { left: 1, top: 1, width: width - 2, height: height - 2 }
        const { data } = resample(noise(...from), { filter, width, height, crop }, passes)
        for (let y = 0; y < crop.height; y++) {
          const at = ((y + crop.top) * width + crop.left) * 3
          const row = data.subarray(y * crop.width * 3, (y + 1) * crop.width * 3)
          expect(row).toEqual(expected.subarray(at, at + crop.width * 3))
        }
      })
    }
  })
}

describe('resample, both', () => {
  it('give the same bits where every weight is small, and where each is large', () => {
    for (const [from, width, height] of [
      [noise(30_000, 3), 20, 3],
      [noise(9, 7), 400, 300],
    ] as const) {
      const options = { filter: 'lanczos', width, height, crop: { left: 0, top: 0, width, height } } as const
      const [simd, portable] = [resampleSimd, resamplePortable].map((each) => resample(from, options, each))
      expect(Buffer.compare(simd!.data, portable!.data)).toBe(0)
    }
  })

  for (const [width, height] of [
    [2400, 1800],
    [1281, 961],
    [333, 222],
    [129, 5000],
    [6000, 131],
  ] as const) {
    it(`give the same bits for ${width} × ${height}, in bands and in one piece`, () => {
      const image = noise(width, height)
      const shorter = Math.min(width, height)
      const options = {
        filter: 'bicubic',
        width: Math.trunc((142 * width) / shorter),
        height: Math.trunc((142 * height) / shorter),
      } as const
      const crop = {
        left: (options.width - 128) >> 1,
        top: (options.height - 128) >> 1,
        width: 128,
        height: 128,
      }
      const simd = resample(image, { ...options, crop }, resampleSimd).data
      const portable = resample(image, { ...options, crop }, resamplePortable).data
      expect(Buffer.compare(simd, portable)).toBe(0)
    })
  }
})
