/** How long the server took for one image, step by step, in milliseconds of wall time. */
export interface Timings {
  /** Waiting for a free decoder, then for the session. */
  readonly queueMs: number
  /** From the bytes of the file to pixels. */
  readonly decodeMs: number
  /** From the pixels to the size that the model sees. */
  readonly resizeMs: number
  /** The run of the model, with all images of its batch. */
  readonly inferenceMs: number
  /** How many images shared that run, at least 1. */
  readonly batchSize: number
  /** From the server's taking the image up to its vector. Upload and download are not in it. */
  readonly totalMs: number
}

/**
 * The header `Server-Timing` of an embedding → its timings.
 * @returns undefined where the header is missing or lacks one of them, as behind a proxy that writes its own
 */
export function parseServerTiming(header: string | null): Timings | undefined {
  const found = new Map<string, number>()
  for (const [, name = '', value] of header?.matchAll(/([\w-]+)\s*;\s*(?:dur|desc)="?(\d+(?:\.\d+)?)/g) ??
    []) {
    found.set(name, Number(value))
  }
  const of = (name: string) => found.get(name) ?? Number.NaN
  const timings: Timings = {
    queueMs: of('queue'),
    decodeMs: of('decode'),
    resizeMs: of('resize'),
    inferenceMs: of('inference'),
    batchSize: of('batch'),
    totalMs: of('total'),
  }
  return Object.values(timings).some(Number.isNaN) ? undefined : timings
}
