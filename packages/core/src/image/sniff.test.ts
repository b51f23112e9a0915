import { describe, expect, it } from 'vitest'
import { samplePng } from '../testing/sample-images.js'
import { sharp } from './sharp.js'
import { sniffFormat } from './sniff.js'

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const png = Buffer.from(await samplePng())

describe('sniffFormat', () => {
  for (const [format, id] of [
    ['JPEG', 'jpeg'],
    ['PNG', 'png'],
    ['WebP', 'webp'],
    ['GIF', 'gif'],
    ['AVIF', 'avif'],
    ['TIFF', 'tiff'],
  ] as const) {
    it(`knows ${format}`, async () => {
      expect(sniffFormat(await sharp(png).toFormat(id).toBuffer())).toEqual({ kind: 'supported', format })
    })
  }

  for (const [format, start] of [
    ['PDF', '%PDF-1.7\n'],
    ['BMP', `BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0`],
    ['Photoshop', '8BPS\0\x01'],
    ['ICO', '\0\0\x01\0\x01\0'],
    ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n'],
    ['JPEG XL', '\xff\x0a\xfa\x7f'],
    ['HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
    ['an AVIF image sequence', '\0\0\0\x1cftypavis\0\0\0\0avismsf1miaf'],
    ['MP4 or another ISO media file', '\0\0\0\x18ftypisom\0\0\0\0isommp42'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['SVG', '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<svg width="1"/>'],
    ['HTML', '<!DOCTYPE html><html><body><svg-not-at-all/>'],
    ['XML', '<?xml version="1.0"?><rss/>'],
    ['PostScript', '%!PS-Adobe-3.0'],
    ['ZIP', 'PK\x03\x04\x14\0'],
    ['gzip', '\x1f\x8b\x08\0'],
    ['QOI', 'qoif\0\0\0\x01'],
    ['Netpbm', 'P6\n1 1\n255\n'],
  ] as const) {
    it(`names ${format} (${JSON.stringify(start.slice(0, 12))})`, () => {
      expect(sniffFormat(bytes(start))).toEqual({ kind: 'unsupported', format })
    })
  }

  it('does not take words for pictures', () => {
    for (const text of ['', 'B', 'BMW is a car maker from Munich', 'hello world', 'RIF', '\xff\xd8']) {
      expect(sniffFormat(bytes(text))).toEqual({ kind: 'unknown' })
    }
  })
})
