import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { samplePng } from '../testing/sample-images.js'
import { probeImage } from './probe.js'

const limits = { maxImageBytes: 1_000_000, maxPixels: 40_000_000, maxEdgePixels: 65_535 }

/** A PNG of a few bytes that claims to be enormous. */
function bomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(8 + body.length)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), out.length - 4)
  return out
}

/** @source PNG specification, annex D */
function crc32(data: Buffer): number {
  let crc = 0xffffffff
  for (const byte of data) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

describe('probeImage', () => {
  it('reads format and size from the header', async () => {
    expect(await probeImage(await samplePng(30, 20), limits)).toEqual({
      format: 'PNG',
      width: 30,
      height: 20,
      isCmyk: false,
      orientation: 1,
      xmpOrientation: undefined,
    })
  })

  it('refuses a picture of too many pixels before it decodes one', async () => {
    await expect(probeImage(bomb(50_000, 50_000), limits)).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      status: 413,
      message:
        'Image is 50000 × 50000, 2500 MP; the limit is 40 MP. Downscale it or raise PIXVEC_MAX_PIXELS.',
      details: { width: 50_000, height: 50_000, limitPixels: 40_000_000 },
    })
  })

  it('refuses a strip of few pixels and a very long edge', async () => {
    await expect(probeImage(bomb(30_000_000, 1), limits)).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message:
        'Image is 30000000 × 1; its longer edge may have 65535 pixels. Cut it or raise PIXVEC_MAX_EDGE_PIXELS.',
      details: { width: 30_000_000, height: 1, limitEdgePixels: 65_535 },
    })
    await expect(probeImage(bomb(1, 65_535), limits)).resolves.toMatchObject({ height: 65_535 })
  })

  it('refuses a file of too many bytes, with both figures', async () => {
    const png = await samplePng(64, 64)
    await expect(probeImage(png, { ...limits, maxImageBytes: 100 })).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      details: { bytes: png.length, limitBytes: 100 },
    })
  })

  it('refuses a format that is not read here, and names those that are', async () => {
    await expect(
      probeImage(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), limits),
    ).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      status: 415,
      message: 'The image is SVG; supported are JPEG, PNG, WebP, GIF, AVIF, TIFF. Convert it first.',
    })
  })

  it('refuses bytes that are no image, and none at all', async () => {
    await expect(probeImage(Buffer.from('hello world'), limits)).rejects.toMatchObject({
      code: 'UNDECODABLE_IMAGE',
    })
    await expect(probeImage(new Uint8Array(), limits)).rejects.toMatchObject({ code: 'MISSING_IMAGE' })
  })

  it('refuses a header cut short', async () => {
    await expect(probeImage((await samplePng()).subarray(0, 20), limits)).rejects.toMatchObject({
      code: 'UNDECODABLE_IMAGE',
      status: 400,
    })
  })
})
