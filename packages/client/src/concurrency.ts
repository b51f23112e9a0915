/** @throws RangeError for a concurrency that is no whole number above 0 */
export function checkConcurrency(concurrency: number): void {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`concurrency must be a whole number above 0; received ${concurrency}.`)
  }
}
