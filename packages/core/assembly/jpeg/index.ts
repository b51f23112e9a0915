// A JPEG → rows of a resized picture, in WebAssembly SIMD: AssemblyScript, built by `pnpm build`.
// src/image/jpeg/ reads the headers, says what is where, and calls these in turn.

export { vertical } from '../resample'
export { blendChroma, doubleChroma, rowOfHalfChroma, rowOfWholeChroma } from './colour'
export { placeWindow, windowSize } from './entropy-reader'
export { horizontalPlanes } from './horizontal-planes'
export { buildSkips, buildTable, tableSize } from './huffman-table'
export { decodeAcScan, decodeDcScan, refineAcScan, samplesOfMcuRow } from './progressive-scan'
export { beginScan, endOfScan } from './restarts'
export { beginRows, decodeMcuRow } from './sequential-scan'
export { largestWeight, shortenWeights, splitWeights } from './weights'

/** From here on the memory is free. */
export function firstFree(): usize {
  return __heap_base
}
