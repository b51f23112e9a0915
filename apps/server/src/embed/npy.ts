/** NumPy's own file format, version 1.0: float32, little-endian, C order. */

/** Long enough for any number of rows, so that the header can be written again when the rows are counted. */
export const npyHeaderBytes = 128

/**
 * The header of a float32[rows, columns] array.
 * @source numpy.lib.format: magic, version, length of the rest, a Python literal padded with spaces
 */
export function npyHeader(rows: number, columns: number): Uint8Array {
  const header = Buffer.alloc(npyHeaderBytes, ' ', 'latin1')
  header.write('\x93NUMPY\x01\x00', 0, 'latin1')
  header.writeUInt16LE(npyHeaderBytes - 10, 8)
  header.write(`{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`, 10, 'latin1')
  header.write('\n', npyHeaderBytes - 1, 'latin1')
  return header
}

/** One row: its numbers, little-endian whatever this machine is. */
export function npyRow(vector: Float32Array): Uint8Array {
  const row = Buffer.alloc(vector.length * 4)
  for (const [index, value] of vector.entries()) row.writeFloatLE(value, index * 4)
  return row
}
