export interface Measurement {
  /** Calls that ended in the measured time, a second. */
  readonly perSecond: number
  /** Median, 95th and 99th percentile of the time of one call, in milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly calls: number
}

export interface MeasureOptions {
  /** Calls under way at the same time. */
  readonly concurrency: number
  readonly seconds: number
  /** Images that one call stands for. @default 1 */
  readonly imagesPerCall?: number
  /** Runs a fifth of the time before, unmeasured. @default true */
  readonly warmUp?: boolean
}

/** Keeps `concurrency` calls under way for `seconds`. */
export async function measure(call: () => Promise<unknown>, options: MeasureOptions): Promise<Measurement> {
  if (options.warmUp ?? true) await loop(call, options.concurrency, options.seconds / 5)
  const begin = performance.now()
  const times = await loop(call, options.concurrency, options.seconds)
  const elapsed = (performance.now() - begin) / 1000
  return summarise(times, elapsed, options.imagesPerCall ?? 1)
}

/** @param times  milliseconds of each call, not empty */
export function summarise(
  times: readonly number[],
  elapsedSeconds: number,
  imagesPerCall: number,
): Measurement {
  const sorted = [...times].sort((a, b) => a - b)
  const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]!
  return {
    perSecond: (times.length * imagesPerCall) / elapsedSeconds,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    calls: times.length,
  }
}

async function loop(call: () => Promise<unknown>, concurrency: number, seconds: number): Promise<number[]> {
  const times: number[] = []
  const end = performance.now() + seconds * 1000
  const lane = async () => {
    while (performance.now() < end) {
      const begin = performance.now()
      await call()
      times.push(performance.now() - begin)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return times
}
