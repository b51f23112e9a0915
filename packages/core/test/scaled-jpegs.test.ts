import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sharp } from '../src/image/sharp.js'
import { testData } from '../src/testing/test-data.js'
import { besideSharp, centre, scaledBesideSharp } from './beside-sharp.js'
import { type JpegDraft, writeJpeg } from './write-jpeg.js'

const odd = testData('conformance')
const photos = testData('retrieval/caltech101-dev')
const scales = [2, 4, 8] as const
/** Not divided by 8 or 16, and divided: rows and columns that show the picture in part. */
const sizes = [
  [160, 128],
  [161, 129],
  [167, 135],
  [97, 203],
  [180, 61],
  [33, 47],
  [50, 17],
] as const

/** Soft light, edges and grain, as stored. */
function photo(width: number, height: number) {
  let grain = 54321
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    grain = (Math.imul(grain, 1664525) + 1013904223) >>> 0
    const x = Math.trunc(i / 3) % width
    const y = Math.trunc(i / 3 / width)
    return 30 + ((x * 3 + y * (i % 3)) % 160) + ((x >> 4) & 1 ? 40 : 0) + (grain >>> 28)
  })
  return sharp(Buffer.from(data), { raw: { width, height, channels: 3 } })
}

function jpegsIn(path: string): string[] {
  if (statSync(path).isDirectory()) return readdirSync(path).flatMap((name) => jpegsIn(join(path, name)))
  return /\.jpe?g$/i.test(path) ? [path] : []
}

describe('a JPEG decoded at a fraction here', () => {
  for (const progressive of [false, true])
    for (const chromaSubsampling of ['4:4:4', '4:2:0'])
      for (const orientation of [1, 6, 8, 3])
        it(`has the pixels of libvips: ${chromaSubsampling}, orientation ${orientation}, ${progressive ? 'progressive' : 'baseline'}`, async () => {
          for (const [width, height] of sizes) {
            const jpeg = await photo(width, height)
              .jpeg({ chromaSubsampling, progressive, quality: 90 })
              .withMetadata({ orientation })
              .toBuffer()
            const bytes = new Uint8Array(jpeg)
            const what = `${width} × ${height}`
            for (const scale of scales)
              expect(await scaledBesideSharp(bytes, scale), `${what} at 1/${scale}`).toBe('same')
            for (const [size, centreCrop] of [
              [8, 6],
              [16, 13],
              [30, 30],
            ] as const) {
              const resize = { mode: 'shortest-edge', size, filter: 'bicubic' } as const
              expect(await besideSharp(bytes, { resize, centreCrop }, 'fast'), `${what} to ${size}`).toBe(
                'same',
              )
            }
          }
        })

  const samplings = { '4:4:4': [1, 1], '4:2:2': [2, 1], '4:2:0': [2, 2], grey: undefined } as const
  const drafts: Record<string, Partial<JpegDraft>> = {
    'few coefficients': { density: 3 },
    'many coefficients': { density: 40, sizes: 5 },
    'nothing but means': { density: 0 },
    'restart markers': { restartInterval: 3 },
    'codes of 16 bits': { hasLongCodes: true },
    'values far beyond what samples can have': { factor: 255, sizes: 6, density: 12 },
    'values that overflow 16 bits': { factor: 60_000, sizes: 5, density: 3 },
  }
  for (const [name, sampling] of Object.entries(samplings))
    for (const [what, draft] of Object.entries(drafts))
      it(`has the pixels of libvips for ${name} with ${what}`, async () => {
        for (const [i, [width, height]] of sizes.entries())
          for (const scale of scales) {
            const bytes = writeJpeg({ width, height, sampling, seed: i + 1, ...draft } as JpegDraft)
            expect(await scaledBesideSharp(bytes, scale), `${width} × ${height} at 1/${scale}`).toBe('same')
          }
      })

  it('has the pixels of libvips, or is left to it, however small it is', async () => {
    for (const sampling of [[1, 1], [2, 1], [2, 2], undefined] as const)
      for (let width = 1; width <= 36; width += 1)
        for (const scale of scales) {
          const bytes = writeJpeg({ width, height: 37 - width, sampling, seed: width } as JpegDraft)
          const outcome = await scaledBesideSharp(bytes, scale)
          const mayBeLeft = sampling?.[0] === 2 && sampling[1] === 1 && width <= 4 * scale
          expect(mayBeLeft ? ['same', 'left'] : ['same'], `${width} at 1/${scale}: ${outcome}`).toContain(
            outcome,
          )
        }
  })

  it('is left to libvips where it is progressive and large', async () => {
    const jpeg = sharp({ create: { width: 2800, height: 2000, channels: 3, background: '#5a7896' } }).jpeg({
      progressive: true,
    })
    const bytes = new Uint8Array(await jpeg.toBuffer())
    expect(await besideSharp(bytes, centre, 'fast')).toBe('left')
    expect(await besideSharp(bytes, centre, 'exact')).toBe('same')
  })

  it('is left to libvips where chroma has half as many rows and as many columns', async () => {
    const bytes = writeJpeg({ width: 100, height: 100, sampling: [1, 2] })
    for (const scale of scales) expect(await scaledBesideSharp(bytes, scale)).toBe('left')
  })
})

describe('scaled pictures from everywhere', () => {
  async function decodedHere(paths: readonly string[]): Promise<number> {
    let ours = 0
    for (const path of paths) {
      const bytes = new Uint8Array(readFileSync(path))
      const outcome = await besideSharp(bytes, centre, 'fast')
      expect(['same', 'left'], `${path}: ${outcome}`).toContain(outcome)
      ours += Number(outcome === 'same')
    }
    return ours
  }

  it.skipIf(!odd)(
    'have the pixels of libvips for odd files, or are left to it (needs conformance)',
    async () => {
      expect(await decodedHere(jpegsIn(odd!))).toBeGreaterThan(60)
    },
    120_000,
  )

  it.skipIf(!photos)(
    'have the pixels of libvips for every photo (needs caltech101-dev)',
    async () => {
      const paths = jpegsIn(photos!)
      expect(await decodedHere(paths)).toBe(paths.length)
    },
    120_000,
  )
})
