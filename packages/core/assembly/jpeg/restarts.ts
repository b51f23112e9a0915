// Where a scan begins, ends, and begins again. @source ITU-T T.81, B.2.1 and E.2.4
import { isAtEnd, openSegment, Reader } from './entropy-reader'

// biome-ignore lint/complexity/noStaticOnlyClass: how AssemblyScript shares globals between files
export class Restarts {
  static interval: i32 = 0
  /** MCUs until the next marker; below 0 where there are none. */
  static left: i32 = 0
  static next: i32 = 0
  static predictions: usize = 0
}

/**
 * @param raw          first byte of the entropy-coded data
 * @param predictions  16 bytes, for the DC values of the components
 * @param interval     MCUs between restart markers; 0 for none
 */
export function beginScan(raw: usize, predictions: usize, interval: i32): void {
  Restarts.interval = interval
  Restarts.left = interval === 0 ? i32.MIN_VALUE : interval
  Restarts.next = 0
  Restarts.predictions = predictions
  memory.fill(predictions, 0, 16)
  openSegment(raw)
}

/** Goes over a restart marker. @returns false unless it is here and the next one in order */
export function restart(): bool {
  if (!isAtEnd() || Reader.marker !== 0xd0 + Restarts.next) return false
  Restarts.next = (Restarts.next + 1) & 7
  Restarts.left = Restarts.interval - 1
  memory.fill(Restarts.predictions, 0, 16)
  openSegment(Reader.raw + 2)
  return true
}

/** The address of the marker that ends the scan; 0 when it does not end here. */
export function endOfScan(): usize {
  return isAtEnd() ? Reader.raw : 0
}
