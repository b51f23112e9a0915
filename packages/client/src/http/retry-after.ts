/**
 * The header `Retry-After` → milliseconds to wait.
 * @param header  seconds or an HTTP-date
 * @param nowMs   milliseconds since the Unix epoch
 * @returns undefined where the header is missing or is neither; 0 for a date gone by
 */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  const text = header?.trim()
  if (!text) return undefined
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  // Date.parse takes almost anything, "-1" for one; an HTTP-date begins with the day's name.
  const date = /^[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}
