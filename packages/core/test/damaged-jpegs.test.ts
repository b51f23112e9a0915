import { describe, expect, it } from 'vitest'
import { sharp } from '../src/image/sharp.js'
import { besideSharp, wholePicture } from './beside-sharp.js'
import { createRandom, writeJpeg } from './write-jpeg.js'

const width = 45
const height = 37
const random = createRandom(7)
const raw = { width, height, channels: 3 } as const
const pixels = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (i % 97) + random() * 60))

async function soundJpegs(): Promise<Uint8Array[]> {
  const files = [
    writeJpeg({ width, height, sampling: [2, 1], restartInterval: 2 }),
    writeJpeg({ width, height, sampling: [2, 2], hasLongCodes: true }),
    writeJpeg({ width, height, density: 30, restartInterval: 5 }),
  ]
  for (const progressive of [false, true]) {
    for (const chromaSubsampling of ['4:2:0', '4:4:4']) {
      const pipeline = sharp(pixels, { raw }).jpeg({ progressive, chromaSubsampling, quality: 80 })
      files.push(new Uint8Array(await pipeline.withMetadata({ orientation: 6 }).toBuffer()))
    }
  }
  return files
}

/** Only what stays small: a header may promise anything. */
function isSmall(bytes: Uint8Array): boolean {
  const whole = wholePicture(bytes)?.resize
  return whole?.mode === 'squash' && whole.width * whole.height < 300_000
}

describe('a damaged JPEG', () => {
  it('is left to libvips, or has the pixels of libvips: cut off anywhere', async () => {
    for (const file of await soundJpegs()) {
      for (let length = 0; length < file.length; length += 1 + Math.trunc(file.length / 100)) {
        const bytes = file.subarray(0, length)
        if (!isSmall(bytes)) continue
        expect(await besideSharp(bytes, wholePicture(bytes)!), `${length} bytes`).toBe('left')
      }
    }
  })

  it('is left to libvips, or has the pixels of libvips: with other bytes in it', async () => {
    const files = await soundJpegs()
    const outcomes = new Set<string>()
    for (let round = 0; round < 3000; round++) {
      const bytes = Uint8Array.from(files[round % files.length]!)
      for (let i = round % 3; i >= 0; i--) {
        bytes[Math.trunc(random() * bytes.length)] = round % 5 === 0 ? 0xff : random() * 256
      }
      if (isSmall(bytes)) outcomes.add(await besideSharp(bytes, wholePicture(bytes)!))
    }
    expect([...outcomes].sort()).toEqual(['left', 'same'])
  }, 60_000)

  it('is left to libvips, or has the pixels of libvips, also where it is scaled', async () => {
    const files = await soundJpegs()
    const outcomes = new Set<string>()
    for (let round = 0; round < 3000; round++) {
      const bytes = Uint8Array.from(files[round % files.length]!)
      bytes[Math.trunc(random() * bytes.length)] = round % 5 === 0 ? 0xff : random() * 256
      const size = [4, 8, 16][round % 3]!
      const resize = { mode: 'shortest-edge', size, filter: 'bilinear' } as const
      if (isSmall(bytes)) outcomes.add(await besideSharp(bytes, { resize, centreCrop: size - 1 }, 'fast'))
    }
    expect([...outcomes].sort()).toEqual(['left', 'same'])
  }, 60_000)

  it('is left to libvips when bytes are missing or too many', async () => {
    for (const file of await soundJpegs()) {
      const middle = file.length >> 1
      const missing = Buffer.concat([file.subarray(0, middle), file.subarray(middle + 40)])
      const twice = Buffer.concat([file.subarray(0, middle), file.subarray(middle - 40)])
      for (const bytes of [missing, twice]) {
        const outcome = await besideSharp(new Uint8Array(bytes), wholePicture(file)!)
        expect(['left', 'same']).toContain(outcome)
      }
    }
  })
})
