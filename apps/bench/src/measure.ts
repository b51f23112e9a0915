import { quantile } from './statistics.js'

/** What a side did in one stretch of load. */
export interface Slice {
  /** Milliseconds of each call, in the order in which they ended. */
  readonly times: readonly number[]
  readonly elapsedSeconds: number
  /** Images of all calls together. */
  readonly images: number
}

export interface Measurement {
  /** Images whose call ended in the measured time, a second. */
  readonly perSecond: number
  /** Median, 95th and 99th percentile of the time of one call, in milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly calls: number
}

export interface Load {
  /** Calls under way at the same time. */
  readonly concurrency: number
  readonly seconds: number
  /** Images that one call stands for. @default 1 */
  readonly imagesPerCall?: number
}

/** Keeps `concurrency` calls under way for `seconds`, after a fifth of that time unmeasured. */
export async function measure(call: () => Promise<unknown>, load: Load): Promise<Measurement> {
  await runLoad(call, { ...load, seconds: load.seconds / 5 })
  return summarise([await runLoad(call, load)])
}

/** Keeps `concurrency` calls under way for `seconds` and waits for the last of them. */
export async function runLoad(call: () => Promise<unknown>, load: Load): Promise<Slice> {
  const times: number[] = []
  const begin = performance.now()
  const end = begin + load.seconds * 1000
  const lane = async () => {
    while (performance.now() < end) {
      const before = performance.now()
      await call()
      times.push(performance.now() - before)
    }
  }
  await Promise.all(Array.from({ length: load.concurrency }, lane))
  const elapsedSeconds = (performance.now() - begin) / 1000
  return { times, elapsedSeconds, images: times.length * (load.imagesPerCall ?? 1) }
}

/** All slices as one. @param slices  at least one, with at least one call in all */
export function summarise(slices: readonly Slice[]): Measurement {
  const times = slices.flatMap((slice) => slice.times)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return {
    perSecond: sum(slices.map(({ images }) => images)) / sum(slices.map((slice) => slice.elapsedSeconds)),
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
    calls: times.length,
  }
}
