/** Formats that are decoded here. */
export const supportedFormats = ['JPEG', 'PNG', 'WebP', 'GIF', 'AVIF', 'TIFF'] as const
export type SupportedFormat = (typeof supportedFormats)[number]

export type Sniffed =
  | { readonly kind: 'supported'; readonly format: SupportedFormat }
  | { readonly kind: 'unsupported'; readonly format: string }
  | { readonly kind: 'unknown' }

/**
 * What a file is, by its first bytes. Names and Content-Types of callers are never trusted.
 * @source the formats' specifications; offsets in bytes from the start
 */
export function sniffFormat(bytes: Uint8Array): Sniffed {
  const starts = (magic: string, offset = 0) => ascii(bytes, offset, magic.length) === magic
  const supported = (format: SupportedFormat): Sniffed => ({ kind: 'supported', format })
  const unsupported = (format: string): Sniffed => ({ kind: 'unsupported', format })

  if (starts('\xff\xd8\xff')) return supported('JPEG')
  if (starts('\x89PNG\r\n\x1a\n')) return supported('PNG')
  if (starts('RIFF') && starts('WEBP', 8)) return supported('WebP')
  if (starts('GIF87a') || starts('GIF89a')) return supported('GIF')
  if (starts('II*\0') || starts('MM\0*') || starts('II+\0') || starts('MM\0+')) return supported('TIFF')
  if (starts('ftyp', 4)) return isoMedia(bytes)

  if (starts('%PDF')) return unsupported('PDF')
  if (starts('BM') && isBitmapHeader(bytes)) return unsupported('BMP')
  if (starts('8BPS')) return unsupported('Photoshop')
  if (starts('\0\0\x01\0') || starts('\0\0\x02\0')) return unsupported('ICO')
  if (starts('\0\0\0\x0cjP  ') || starts('\xff\x4f\xff\x51')) return unsupported('JPEG 2000')
  if (starts('\xff\x0a') || starts('\0\0\0\x0cJXL ')) return unsupported('JPEG XL')
  if (starts('qoif')) return unsupported('QOI')
  if (starts('%!PS') || starts('\xc5\xd0\xd3\xc6')) return unsupported('PostScript')
  if (starts('gimp xcf')) return unsupported('XCF')
  if (starts('\x76\x2f\x31\x01')) return unsupported('OpenEXR')
  if (starts('#?RADIANCE') || starts('#?RGBE')) return unsupported('Radiance HDR')
  if (starts('SIMPLE  =')) return unsupported('FITS')
  if (starts('DDS ')) return unsupported('DDS')
  if (starts('FORM') && starts('ILBM', 8)) return unsupported('ILBM')
  if (starts('\x01\xda')) return unsupported('SGI')
  if (starts('PK\x03\x04')) return unsupported('ZIP')
  if (starts('\x1f\x8b')) return unsupported('gzip')
  if (starts('\x1aE\xdf\xa3')) return unsupported('Matroska or WebM')
  if (starts('RIFF')) return unsupported('RIFF')
  if (/^P[1-7]\s/.test(ascii(bytes, 0, 3)) || /^P[Ff]\s/.test(ascii(bytes, 0, 3)))
    return unsupported('Netpbm')
  return markup(bytes)
}

/** HEIF's family shares one container: the brand tells AVIF from HEIC, and both from video. */
function isoMedia(bytes: Uint8Array): Sniffed {
  const boxBytes = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0
  const brands = ascii(bytes, 8, Math.min(Math.max(boxBytes - 8, 4), 256))
  if (brands.startsWith('avis')) return { kind: 'unsupported', format: 'an AVIF image sequence' }
  if (/avif/.test(brands)) return { kind: 'supported', format: 'AVIF' }
  if (/hei[cmsx]|hev[cmsx]|mif1|msf1/.test(brands)) return { kind: 'unsupported', format: 'HEIC' }
  return { kind: 'unsupported', format: 'MP4 or another ISO media file' }
}

/** "BM" begins many a text: the size of the second header is one of few. */
function isBitmapHeader(bytes: Uint8Array): boolean {
  const headerBytes = bytes.length >= 18 ? bytes[14]! | (bytes[15]! << 8) : 0
  return [12, 16, 40, 52, 56, 64, 108, 124].includes(headerBytes) || (bytes.length >= 6 && bytes.length < 18)
}

function markup(bytes: Uint8Array): Sniffed {
  const text = ascii(bytes, 0, 1024)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase()
  if (/<svg[\s>]/.test(text) || text.startsWith('<!doctype svg'))
    return { kind: 'unsupported', format: 'SVG' }
  if (text.startsWith('<!doctype html') || text.startsWith('<html'))
    return { kind: 'unsupported', format: 'HTML' }
  if (text.startsWith('<?xml')) return { kind: 'unsupported', format: 'XML' }
  return { kind: 'unknown' }
}

function ascii(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length))
}
