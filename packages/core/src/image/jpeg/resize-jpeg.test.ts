import { describe, expect, it } from 'vitest'
import { besideSharp, centre, wholePicture } from '../../../test/beside-sharp.js'
import { type JpegDraft, writeJpeg } from '../../../test/write-jpeg.js'
import { sharp } from '../sharp.js'

/** Soft light, edges and grain. */
function photo(width: number, height: number): Buffer {
  let grain = 12345
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    grain = (Math.imul(grain, 1664525) + 1013904223) >>> 0
    const x = Math.trunc(i / 3) % width
    const y = Math.trunc(i / 3 / width)
    return 40 + ((x * 2 + y * (i % 3)) % 150) + ((x >> 3) & 1 ? 40 : 0) + (grain >>> 28)
  })
  return Buffer.from(data)
}

function encode(width: number, height: number, options: Parameters<ReturnType<typeof sharp>['jpeg']>[0]) {
  return sharp(photo(width, height), { raw: { width, height, channels: 3 } })
    .jpeg(options)
    .toBuffer()
    .then((bytes) => new Uint8Array(bytes))
}

const lengths = [6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 64, 65, 200]

describe('resizeJpeg', () => {
  for (const chromaSubsampling of ['4:4:4', '4:2:0'])
    for (const progressive of [false, true])
      it(`gives the pixels of libvips for pictures of every length: ${chromaSubsampling}, ${progressive ? 'progressive' : 'baseline'}`, async () => {
        for (const width of lengths) {
          const height = lengths[(lengths.indexOf(width) * 5 + 3) % lengths.length]!
          const bytes = await encode(width, height, { chromaSubsampling, progressive })
          expect(await besideSharp(bytes, wholePicture(bytes)!), `${width} × ${height}`).toBe('same')
          expect(await besideSharp(bytes, centre), `centre of ${width} × ${height}`).toBe('same')
        }
      })

  for (const quality of [1, 20, 75, 95, 100])
    it(`gives the pixels of libvips at quality ${quality}`, async () => {
      for (const progressive of [false, true])
        for (const mozjpeg of [false, true]) {
          const bytes = await encode(121, 87, { quality, progressive, mozjpeg })
          expect(await besideSharp(bytes, wholePicture(bytes)!)).toBe('same')
        }
    })

  it('gives the pixels of libvips for grey', async () => {
    for (const progressive of [false, true]) {
      const grey = await sharp(photo(75, 50), { raw: { width: 75, height: 50, channels: 3 } })
        .toColourspace('b-w')
        .jpeg({ progressive })
        .toBuffer()
      const bytes = new Uint8Array(grey)
      expect(await besideSharp(bytes, wholePicture(bytes)!)).toBe('same')
      expect(await besideSharp(bytes, centre)).toBe('same')
    }
  })

  for (let orientation = 1; orientation <= 8; orientation++)
    it(`turns pictures upright as libvips does: orientation ${orientation}`, async () => {
      for (const chromaSubsampling of ['4:4:4', '4:2:0']) {
        const pipeline = sharp(photo(83, 60), { raw: { width: 83, height: 60, channels: 3 } })
        const bytes = new Uint8Array(
          await pipeline.jpeg({ chromaSubsampling }).withMetadata({ orientation }).toBuffer(),
        )
        expect(await besideSharp(bytes, wholePicture(bytes)!)).toBe('same')
        expect(await besideSharp(bytes, centre)).toBe('same')
      }
    })

  const filters = ['box', 'bilinear', 'hamming', 'bicubic', 'lanczos'] as const
  for (const filter of filters)
    it(`resizes as ever: ${filter}, smaller and larger`, async () => {
      const bytes = await encode(90, 70, {})
      for (const [width, height] of [
        [13, 11],
        [89, 71],
        [1, 1],
        [200, 150],
      ] as const)
        expect(await besideSharp(bytes, { resize: { mode: 'squash', width, height, filter } })).toBe('same')
      const pad = { mode: 'pad', width: 50, height: 50, filter, colour: '#102030' } as const
      expect(await besideSharp(bytes, { resize: pad })).toBe('same')
    })

  const samplings = { '4:4:4': [1, 1], '4:2:2': [2, 1], '4:2:0': [2, 2], grey: undefined } as const
  for (const [name, sampling] of Object.entries(samplings)) {
    const drafts: Record<string, Partial<JpegDraft>> = {
      'restart markers': { restartInterval: 3 },
      'a restart marker after each MCU': { restartInterval: 1 },
      'codes of 16 bits': { hasLongCodes: true },
      'quantisation of 16 bits': { factor: 300, sizes: 1 },
      'values far beyond what samples can have': { factor: 255, sizes: 6, density: 12 },
      'values that overflow 16 bits': { factor: 60_000, sizes: 5, density: 3 },
      'nothing but means': { density: 0 },
      'every coefficient': { density: 63, sizes: 5 },
    }
    for (const [what, draft] of Object.entries(drafts))
      it(`gives the pixels of libvips for ${name} with ${what}`, async () => {
        for (let seed = 1; seed <= 5; seed++) {
          const bytes = writeJpeg({
            width: 40 + 7 * seed,
            height: 70 - 9 * seed,
            sampling,
            seed,
            ...draft,
          } as JpegDraft)
          expect(await besideSharp(bytes, wholePicture(bytes)!), `seed ${seed}`).toBe('same')
        }
      })
  }

  it('leaves to libvips what is of another kind', async () => {
    const cmyk = await sharp(photo(40, 40), { raw: { width: 40, height: 40, channels: 3 } })
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer()
    expect(await besideSharp(new Uint8Array(cmyk), centre)).toBe('left')
    expect(await besideSharp(writeJpeg({ width: 40, height: 40, sampling: [4, 1] }), centre)).toBe('left')
    const grey = writeJpeg({ width: 40, height: 40 })
    const frame = Buffer.from(grey).indexOf(Buffer.from([0xff, 0xc0]))
    expect(await besideSharp(grey, centre)).toBe('same')
    // A sampling factor of 5 is none.
    grey[frame + 11] = 0x51
    expect(await besideSharp(grey, centre)).toBe('left')
    const png = await sharp(photo(40, 40), { raw: { width: 40, height: 40, channels: 3 } })
      .png()
      .toBuffer()
    expect(await besideSharp(new Uint8Array(png), centre)).toBe('left')
  })
})
