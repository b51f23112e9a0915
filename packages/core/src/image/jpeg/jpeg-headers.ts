import { exifOrientation } from './exif-orientation.js'

/** A component of the picture. @source ITU-T T.81, B.2.2 */
export interface JpegComponent {
  readonly id: number
  /** Sampling factors: samples in an MCU, in blocks. */
  readonly across: number
  readonly down: number
  /** Number of its quantisation table. */
  readonly quantisation: number
}

export interface JpegFrame {
  readonly width: number
  readonly height: number
  readonly isProgressive: boolean
  readonly components: readonly JpegComponent[]
}

/** @source ITU-T T.81, B.2.3 */
export interface JpegScan {
  /** Which components, by their place in the frame; and where in the file their Huffman tables stand. */
  readonly components: readonly {
    readonly index: number
    readonly dcTable?: number
    readonly acTable?: number
  }[]
  /** First and last coefficient, in zigzag order. */
  readonly first: number
  readonly last: number
  /** The bit that was known before, and the one that is known after it. */
  readonly highBit: number
  readonly lowBit: number
  /** MCUs between restart markers; 0 for none. */
  readonly restartInterval: number
  /** Where the entropy-coded data begin. */
  readonly dataOffset: number
}

export interface JpegHeaders {
  readonly frame: JpegFrame
  /** 1 … 8. @source EXIF 2.3, tag 274 */
  readonly orientation: number
  /** Factors of each table by its number, row by row. */
  readonly quantisation: readonly (Uint16Array | undefined)[]
  readonly scan: JpegScan
  /** The scan that begins behind a marker, or the end of the picture; undefined for any anomaly. */
  scanAt(offset: number): JpegScan | 'end' | undefined
}

/**
 * The headers of a JPEG of a usual kind: Huffman, 8 bits a sample, grey or YCbCr of 4:4:4, 4:2:2, 4:2:0 or 4:4:0.
 * @returns undefined for all that is not surely one, and for any anomaly
 */
export function readJpegHeaders(bytes: Uint8Array): JpegHeaders | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined
  const reader = createReader(bytes)
  const scan = reader.scanAt(2)
  const { frame, orientation, quantisation } = reader.found()
  if (!frame || scan === undefined || scan === 'end' || !isYccOrGrey(frame, reader.found())) return undefined
  if (orientation === 'unclear') return undefined
  return { frame, orientation: orientation ?? 1, quantisation, scan, scanAt: reader.scanAt }
}

interface Found {
  readonly frame: JpegFrame | undefined
  readonly isJfif: boolean
  readonly adobeTransform: number | undefined
  readonly orientation: number | undefined | 'unclear'
  readonly quantisation: readonly (Uint16Array | undefined)[]
}

function createReader(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const quantisation: (Uint16Array | undefined)[] = []
  const dcTables: (number | undefined)[] = []
  const acTables: (number | undefined)[] = []
  let frame: JpegFrame | undefined
  let restartInterval = 0
  let isJfif = false
  let adobeTransform: number | undefined
  let hasExif = false
  let isTurnedByXmp = false
  let orientation: number | undefined | 'unclear'
  let scans = 0

  function scanAt(offset: number): JpegScan | 'end' | undefined {
    for (let at = offset; at + 2 <= bytes.length; ) {
      if (bytes[at] !== 0xff) return undefined
      const marker = bytes[at + 1]!
      if (marker === 0xd9) return 'end'
      if (at + 4 > bytes.length) return undefined
      const begin = at + 4
      const end = at + 2 + view.getUint16(at + 2)
      if (end < begin || end > bytes.length) return undefined
      if (marker === 0xda) return readScan(begin, end)
      if (!readSegment(marker, begin, end)) return undefined
      at = end
    }
    return undefined
  }

  function readSegment(marker: number, begin: number, end: number): boolean {
    if (marker === 0xc4) return readHuffman(begin, end)
    if (marker === 0xdd) return readInterval(begin, end)
    if (marker === 0xfe || (marker & 0xf0) === 0xe0)
      return readApplication(marker, bytes.subarray(begin, end))
    // What the picture as a whole depends on stands before its first scan.
    if (scans > 0) return false
    if (marker === 0xdb) return readQuantisation(begin, end)
    if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) return readFrame(marker, begin, end)
    return false
  }

  function readHuffman(begin: number, end: number): boolean {
    let at = begin
    while (at + 17 <= end) {
      const kind = bytes[at]! >> 4
      const id = bytes[at]! & 15
      const symbols = bytes.subarray(at + 1, at + 17).reduce((sum, count) => sum + count, 0)
      if (kind > 1 || id > 3 || symbols > 256 || at + 17 + symbols > end) return false
      const tables = kind === 0 ? dcTables : acTables
      tables[id] = at + 1
      at += 17 + symbols
    }
    return at === end
  }

  function readInterval(begin: number, end: number): boolean {
    if (end - begin !== 2) return false
    restartInterval = view.getUint16(begin)
    return true
  }

  function readApplication(marker: number, segment: Uint8Array): boolean {
    if (marker === 0xe0 && segment.length >= 14 && startsWith(segment, 'JFIF\0')) isJfif = true
    if (marker === 0xee && segment.length >= 12 && startsWith(segment, 'Adobe')) adobeTransform = segment[11]
    if (marker === 0xe1 && startsWith(segment, 'Exif\0\0')) {
      if (hasExif) orientation = 'unclear'
      else orientation = exifOrientation(segment)
      hasExif = true
    }
    if (marker === 0xe1 && startsWith(segment, 'http'))
      isTurnedByXmp ||= latin1(segment).includes('tiff:Orientation')
    return true
  }

  function readQuantisation(begin: number, end: number): boolean {
    let at = begin
    while (at < end) {
      const bytesEach = (bytes[at]! >> 4) + 1
      const id = bytes[at]! & 15
      if (bytesEach > 2 || id > 3 || at + 1 + 64 * bytesEach > end) return false
      const factors = new Uint16Array(64)
      for (let k = 0; k < 64; k++) {
        factors[zigzag[k]!] = bytesEach === 2 ? view.getUint16(at + 1 + 2 * k) : bytes[at + 1 + k]!
      }
      quantisation[id] = factors
      at += 1 + 64 * bytesEach
    }
    return at === end
  }

  function readFrame(marker: number, begin: number, end: number): boolean {
    const count = bytes[begin + 5]!
    if (frame || end - begin !== 6 + 3 * count || bytes[begin] !== 8) return false
    const components = Array.from({ length: count }, (_, i): JpegComponent => {
      const at = begin + 6 + 3 * i
      const factors = bytes[at + 1]!
      return {
        id: bytes[at]!,
        // One component alone has MCUs of one block, whatever it says. @source ITU-T T.81, A.2.2
        across: count === 1 ? 1 : factors >> 4,
        down: count === 1 ? 1 : factors & 15,
        quantisation: bytes[at + 2]!,
      }
    })
    frame = {
      width: view.getUint16(begin + 3),
      height: view.getUint16(begin + 1),
      isProgressive: marker === 0xc2,
      components,
    }
    const isUsual = count === 1 ? isFactors(bytes[begin + 7]!) : count === 3 && isUsualSampling(components)
    return isUsual && isLength(frame.width) && isLength(frame.height)
  }

  function readScan(begin: number, end: number): JpegScan | undefined {
    const count = bytes[begin]!
    if (!frame || ++scans > mostScans || count < 1 || count > 3 || end - begin !== 4 + 2 * count)
      return undefined
    const components: JpegScan['components'][number][] = []
    let previous = -1
    for (let i = 0; i < count; i++) {
      const at = begin + 1 + 2 * i
      const index = frame.components.findIndex(({ id }) => id === bytes[at])
      if (index <= previous) return undefined
      const tables = bytes[at + 1]!
      components.push({ index, ...tablesOf(tables) })
      previous = index
    }
    return {
      components,
      first: bytes[end - 3]!,
      last: bytes[end - 2]!,
      highBit: bytes[end - 1]! >> 4,
      lowBit: bytes[end - 1]! & 15,
      restartInterval,
      dataOffset: end,
    }
  }

  function tablesOf(numbers: number): { dcTable?: number; acTable?: number } {
    const dcTable = dcTables[numbers >> 4]
    const acTable = acTables[numbers & 15]
    return { ...(dcTable !== undefined && { dcTable }), ...(acTable !== undefined && { acTable }) }
  }

  const found = (): Found => ({
    frame,
    isJfif,
    adobeTransform,
    // XMP counts only where EXIF says nothing: rare enough to leave it to others.
    orientation: orientation ?? (isTurnedByXmp ? 'unclear' : undefined),
    quantisation,
  })
  return { scanAt, found }
}

/** More would be made to keep somebody busy: ten are usual. */
const mostScans = 64

/** @source libjpeg, `JPEG_MAX_DIMENSION` */
function isLength(length: number): boolean {
  return length > 0 && length <= 65_500
}

/** Across and down, 4 bits each. @source ITU-T T.81, B.2.2: 1 … 4 */
function isFactors(factors: number): boolean {
  return [factors >> 4, factors & 15].every((each) => each >= 1 && each <= 4)
}

function isUsualSampling([luma, cb, cr]: readonly JpegComponent[]): boolean {
  if (luma!.id === cb!.id || luma!.id === cr!.id || cb!.id === cr!.id) return false
  if (cb!.across !== 1 || cb!.down !== 1 || cr!.across !== 1 || cr!.down !== 1) return false
  return (luma!.across === 1 || luma!.across === 2) && (luma!.down === 1 || luma!.down === 2)
}

/** @source libjpeg, `default_decompress_parms` in jdapimin.c */
function isYccOrGrey({ components }: JpegFrame, { isJfif, adobeTransform }: Found): boolean {
  if (components.length === 1 || isJfif) return true
  if (adobeTransform !== undefined) return adobeTransform === 1
  const ids = components.map(({ id }) => id).join()
  return ids === '1,2,3' || ids === '0,1,2'
}

function startsWith(segment: Uint8Array, text: string): boolean {
  return segment.length >= text.length && latin1(segment.subarray(0, text.length)) === text
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** Place in a block, row by row, of each position in zigzag order. @source ITU-T T.81, figure A.6 */
const zigzag = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
]
