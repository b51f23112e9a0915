/**
 * The orientation that the EXIF block of a JPEG gives.
 * @param exif  an APP1 segment, from its `Exif\0\0` on
 * @returns 1 … 8; undefined where it gives none; 'unclear' where anything is odd about it
 * @source EXIF 2.3, tag 274; TIFF 6.0, section 2
 */
export function exifOrientation(exif: Uint8Array): number | undefined | 'unclear' {
  const view = new DataView(exif.buffer, exif.byteOffset + 6, exif.byteLength - 6)
  if (view.byteLength < 8) return 'unclear'
  const order = view.getUint16(0)
  if (order !== 0x4949 && order !== 0x4d4d) return 'unclear'
  const isLittle = order === 0x4949
  if (view.getUint16(2, isLittle) !== 42) return 'unclear'
  const directory = view.getUint32(4, isLittle)
  if (directory + 2 > view.byteLength) return 'unclear'
  const entries = view.getUint16(directory, isLittle)
  if (directory + 2 + entries * 12 > view.byteLength) return 'unclear'
  let found: number | undefined
  for (let entry = directory + 2; entry < directory + 2 + entries * 12; entry += 12) {
    if (view.getUint16(entry, isLittle) !== 274) continue
    const isOneShort = view.getUint16(entry + 2, isLittle) === 3 && view.getUint32(entry + 4, isLittle) === 1
    const value = view.getUint16(entry + 8, isLittle)
    if (found !== undefined || !isOneShort || value < 1 || value > 8) return 'unclear'
    found = value
  }
  return found
}
