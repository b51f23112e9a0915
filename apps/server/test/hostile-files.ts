import { crc32, deflateSync } from 'node:zlib'
import { samplePng } from '@pixvec/core/testing'
import sharp from 'sharp'

/** A file that means harm, or looks like it. */
export interface HostileFile {
  readonly kind: string
  readonly bytes: Buffer
  /** What the server may say. 200 stands where a careful decoder reads the picture: it is no error to be odd. */
  readonly statuses: readonly number[]
}

const refused = [400, 413, 415, 503]
const readOrRefused = [200, ...refused]

/** At least one of each kind. Made by code alone, the same at every run. */
export async function hostileFiles(): Promise<HostileFile[]> {
  const photo = sharp(await samplePng(320, 240))
  const [jpeg, png, webp, gif, tiff, avif, progressive] = await Promise.all([
    photo.clone().jpeg().toBuffer(),
    photo.clone().png().toBuffer(),
    photo.clone().webp().toBuffer(),
    photo.clone().gif().toBuffer(),
    photo.clone().tiff().toBuffer(),
    photo.clone().avif({ effort: 0 }).toBuffer(),
    sharp({ create: { width: 3000, height: 3000, channels: 3, background: '#808080' } })
      .jpeg({ progressive: true })
      .toBuffer(),
  ])
  const flat = deflateSync(Buffer.alloc(60_000_000))
  return [
    ...pixelBombs(jpeg, png, webp, gif),
    { kind: 'GIF of 20,000 frames', bytes: manyFrames(gif, 20_000), statuses: readOrRefused },
    { kind: 'GIF of 20,000 frames, cut', bytes: manyFrames(gif, 20_000).subarray(0, 900), statuses: refused },
    { kind: 'JPEG of 300 scans', bytes: manyScans(progressive, 300), statuses: readOrRefused },
    {
      kind: 'PNG whose text unpacks to 60 MB',
      bytes: withChunk(png, 'zTXt', named(flat)),
      statuses: readOrRefused,
    },
    {
      kind: 'PNG whose profile unpacks to 60 MB',
      bytes: withChunk(png, 'iCCP', named(flat)),
      statuses: readOrRefused,
    },
    { kind: 'PNG of 20,000 texts', bytes: withTexts(png, 20_000), statuses: readOrRefused },
    { kind: 'PNG with a chunk longer than the file', bytes: longChunk(png), statuses: refused },
    ...[jpeg, png, webp, gif, tiff, avif].flatMap(cutSomewhere),
    { kind: 'nothing', bytes: Buffer.alloc(0), statuses: [400] },
    { kind: 'one byte', bytes: Buffer.from([0xff]), statuses: [400] },
    { kind: 'noise', bytes: noise(50_000), statuses: refused },
    {
      kind: 'JPEG magic and noise',
      bytes: Buffer.concat([jpeg.subarray(0, 4), noise(50_000)]),
      statuses: refused,
    },
    { kind: 'GIF and JavaScript', bytes: Buffer.from('GIF89a/*\x01\x00*/=1;alert(1)//'), statuses: refused },
    { kind: 'HTML before a PNG', bytes: Buffer.concat([Buffer.from('<html><!--'), png]), statuses: refused },
    { kind: 'PDF before a JPEG', bytes: Buffer.concat([Buffer.from('%PDF-1.4\n'), jpeg]), statuses: [415] },
    {
      kind: 'ZIP behind a PNG',
      bytes: Buffer.concat([png, Buffer.from('PK\x03\x04'), noise(99)]),
      statuses: readOrRefused,
    },
    { kind: 'SVG that names a file', bytes: Buffer.from(svg), statuses: [415] },
    { kind: 'shell script', bytes: Buffer.from('#!/bin/sh\nrm -rf /\n'), statuses: refused },
    { kind: 'TIFF whose directory names itself', bytes: endlessTiff(), statuses: refused },
    { kind: 'PNG of 30,000,000 × 1', bytes: forgedPng(png, 30_000_000, 1), statuses: refused },
    { kind: 'PNG of 1 × 65,000', bytes: await strip(1, 65_000), statuses: readOrRefused },
    { kind: 'PNG of 65,000 × 1', bytes: await strip(65_000, 1), statuses: readOrRefused },
  ]
}

/** Bytes without a meaning, the same at every run. */
function noise(length: number): Buffer {
  let state = 1
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state >>> 24
    }),
  )
}

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd" width="9" height="9"/></svg>'

/** Small files whose headers promise thousands of megapixels. */
function pixelBombs(jpeg: Buffer, png: Buffer, webp: Buffer, gif: Buffer): HostileFile[] {
  const hugeGif = Buffer.from(gif)
  hugeGif.fill(0xff, 6, 10)
  const hugeJpeg = Buffer.from(jpeg)
  hugeJpeg.fill(0xff, frameHeader(jpeg) + 5, frameHeader(jpeg) + 9)
  return [
    { kind: 'PNG of 50,000 × 50,000', bytes: forgedPng(png, 50_000, 50_000), statuses: [413] },
    { kind: 'JPEG of 65,535 × 65,535', bytes: hugeJpeg, statuses: refused },
    // Its canvas is not believed: libnsgif takes such a size for a mistake and uses the frame's.
    { kind: 'GIF of 65,535 × 65,535', bytes: hugeGif, statuses: readOrRefused },
    { kind: 'WebP of 16,384 × 16,384', bytes: hugeWebp(webp), statuses: refused },
  ]
}

function frameHeader(jpeg: Buffer): number {
  return jpeg.findIndex((byte, i) => byte === 0xff && [0xc0, 0xc2].includes(jpeg[i + 1]!))
}

function forgedPng(png: Buffer, width: number, height: number): Buffer {
  const forged = Buffer.from(png)
  forged.writeUInt32BE(width, 16)
  forged.writeUInt32BE(height, 20)
  forged.writeUInt32BE(crc32(forged.subarray(12, 29)), 29)
  return forged
}

/** Lossy WebP: 14 bits a side, behind the start code of the key frame. */
function hugeWebp(webp: Buffer): Buffer {
  const forged = Buffer.from(webp)
  const sides = forged.indexOf(Buffer.from([0x9d, 0x01, 0x2a])) + 3
  forged.writeUInt16LE(0x3fff, sides)
  forged.writeUInt16LE(0x3fff, sides + 2)
  return forged
}

/** The first picture, again and again. */
function manyFrames(gif: Buffer, count: number): Buffer {
  const frame = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0])
  return Buffer.concat([gif.subarray(0, -1), ...Array<Buffer>(count).fill(frame), gif.subarray(-1)])
}

/** The last scan, again and again: each costs a walk over the whole picture. */
function manyScans(progressive: Buffer, count: number): Buffer {
  const scan = progressive.subarray(progressive.lastIndexOf(Buffer.from([0xff, 0xda])), -2)
  return Buffer.concat([
    progressive.subarray(0, -2),
    ...Array<Buffer>(count).fill(scan),
    progressive.subarray(-2),
  ])
}

function named(packed: Buffer): Buffer {
  return Buffer.concat([Buffer.from('name\0\0', 'latin1'), packed])
}

/** Behind the header, which ends at byte 33. */
function withChunk(png: Buffer, type: string, ...bodies: readonly Buffer[]): Buffer {
  const chunks = bodies.map((body) => {
    const chunk = Buffer.alloc(body.length + 12)
    chunk.writeUInt32BE(body.length, 0)
    chunk.write(type, 4, 'latin1')
    body.copy(chunk, 8)
    chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), body.length + 8)
    return chunk
  })
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)])
}

function withTexts(png: Buffer, count: number): Buffer {
  return withChunk(png, 'tEXt', ...Array<Buffer>(count).fill(Buffer.from('Comment\0hello', 'latin1')))
}

function longChunk(png: Buffer): Buffer {
  const forged = withChunk(png, 'tEXt', Buffer.from('Comment\0hello', 'latin1'))
  forged.writeUInt32BE(0x7fffffff, 33)
  return forged
}

/** In the header and in the data. The last tenth stays off: some decoders do without it. */
function cutSomewhere(file: Buffer): HostileFile[] {
  const name = file
    .subarray(0, 12)
    .toString('latin1')
    .replace(/[^A-Za-z]/g, '')
  return [0.02, 0.1, 0.3, 0.6, 0.9].map((share) => {
    const at = Math.floor(file.length * share) + 1
    return { kind: `${name} cut at ${at}`, bytes: file.subarray(0, at), statuses: refused }
  })
}

/** A directory of no entries whose successor is itself. */
function endlessTiff(): Buffer {
  return Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 0, 0, 8, 0, 0, 0])
}

function strip(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#336699' } })
    .png()
    .toBuffer()
}
