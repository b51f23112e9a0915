import {
  ImageTooLargeError,
  MissingImageError,
  UndecodableImageError,
  UnsupportedFormatError,
} from '../errors.js'
import type { EmbedLimits } from '../options.js'
import { sharp } from './sharp.js'
import { type SupportedFormat, sniffFormat, supportedFormats } from './sniff.js'

export interface ProbedImage {
  readonly format: SupportedFormat
  /** As stored, before EXIF orientation. */
  readonly width: number
  readonly height: number
  /** Inks of 8 bits, converted to RGB after decoding. */
  readonly isCmyk: boolean
  /** Orientation 1 … 8 that EXIF gives, or else XMP; 1 where neither does. @source EXIF 2.3, tag 274 */
  readonly orientation: number
  /** Orientation 1 … 8 of the XMP packet, in files whose EXIF gives none. */
  readonly xmpOrientation: number | undefined
}

/**
 * Reads the header and refuses what is over the limits, before a pixel is decoded.
 * @throws MissingImageError, UnsupportedFormatError, UndecodableImageError, ImageTooLargeError
 */
export async function probeImage(
  bytes: Uint8Array,
  limits: Pick<EmbedLimits, 'maxImageBytes' | 'maxPixels' | 'maxEdgePixels'>,
): Promise<ProbedImage> {
  if (bytes.length === 0) throw new MissingImageError('Expected the bytes of an image; none came.')
  if (bytes.length > limits.maxImageBytes) {
    throw new ImageTooLargeError(
      `Image has ${bytes.length} bytes; the limit is ${limits.maxImageBytes}. Downscale it or raise PIXVEC_MAX_IMAGE_BYTES.`,
      { bytes: bytes.length, limitBytes: limits.maxImageBytes },
    )
  }
  const sniffed = sniffFormat(bytes)
  if (sniffed.kind === 'unsupported') throw new UnsupportedFormatError(sniffed.format, supportedFormats)
  if (sniffed.kind === 'unknown') {
    throw new UndecodableImageError(
      `The bytes are no image that is known here; supported are ${supportedFormats.join(', ')}.`,
    )
  }
  const { width, height, space, depth, orientation, xmpAsString } = await readHeader(bytes, sniffed.format)
  if (width * height > limits.maxPixels) {
    throw new ImageTooLargeError(
      `Image is ${width} × ${height}, ${megapixels(width * height)} MP; the limit is ${megapixels(limits.maxPixels)} MP. ` +
        'Downscale it or raise PIXVEC_MAX_PIXELS.',
      { width, height, pixels: width * height, limitPixels: limits.maxPixels },
    )
  }
  if (Math.max(width, height) > limits.maxEdgePixels) {
    throw new ImageTooLargeError(
      `Image is ${width} × ${height}; its longer edge may have ${limits.maxEdgePixels} pixels. ` +
        'Cut it or raise PIXVEC_MAX_EDGE_PIXELS.',
      { width, height, limitEdgePixels: limits.maxEdgePixels },
    )
  }
  const xmpOrientation = orientation === undefined ? orientationOf(xmpAsString) : undefined
  return {
    format: sniffed.format,
    width,
    height,
    isCmyk: space === 'cmyk' && depth === 'uchar',
    orientation: orientation ?? xmpOrientation ?? 1,
    xmpOrientation,
  }
}

async function readHeader(bytes: Uint8Array, format: SupportedFormat) {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata()
  } catch (cause) {
    throw new UndecodableImageError(`The ${format} header cannot be read: ${firstLine(cause)}.`, { cause })
  }
}

/** @source Pillow, `Image.getexif`: the same two spellings */
function orientationOf(xmp: string | undefined): number | undefined {
  const found = /tiff:Orientation(?:="|>)([1-8])/.exec(xmp ?? '')
  return found ? Number(found[1]) : undefined
}

/** libvips reports its whole stack of complaints; the first line is the one that tells. */
export function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  return text.split('\n')[0]!.trim().replace(/\.$/, '').slice(0, 200)
}

function megapixels(pixels: number): string {
  return String(Number((pixels / 1e6).toPrecision(3)))
}
