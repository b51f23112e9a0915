import type { EmbedTimings } from '@pixvec/core'

/**
 * Timings of one image → the value of the header `Server-Timing`, which browsers show beside the request.
 * Milliseconds with two decimals; `batch` has no duration and carries its size as `desc`.
 * @source https://www.w3.org/TR/server-timing/
 */
export function serverTiming(timings: EmbedTimings): string {
  const { queueMs, decodeMs, resizeMs, inferenceMs, batchSize, totalMs } = timings
  const steps = { queue: queueMs, decode: decodeMs, resize: resizeMs, inference: inferenceMs, total: totalMs }
  const durations = Object.entries(steps).map(([name, ms]) => `${name};dur=${Number(ms.toFixed(2))}`)
  return [...durations, `batch;desc=${batchSize}`].join(', ')
}
