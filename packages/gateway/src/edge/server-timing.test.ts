import { expect, test } from 'vitest'
import { serverTiming } from './server-timing.js'

test('writes each step as a metric, rounded to a hundredth of a millisecond', () => {
  const timings = {
    queueMs: 0.004,
    decodeMs: 3.1449,
    resizeMs: 1.5,
    inferenceMs: 12,
    batchSize: 4,
    totalMs: 17.129,
  }
  expect(serverTiming(timings)).toBe(
    'queue;dur=0, decode;dur=3.14, resize;dur=1.5, inference;dur=12, total;dur=17.13, batch;desc=4',
  )
})
