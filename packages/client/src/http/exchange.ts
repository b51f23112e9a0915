import { PixvecConnectionError, PixvecTimeoutError } from '../errors.js'
import type { ResolvedOptions } from '../options.js'
import type { Answer, Call } from './call.js'
import { parseRetryAfter } from './retry-after.js'
import { parseServerTiming } from './server-timing.js'

/** How long one call may take in all. */
export interface Deadline {
  readonly deadlineMs: number
  /** Milliseconds since the Unix epoch. */
  readonly deadlineAtMs: number
}

/**
 * One attempt: sends, and receives the whole answer, within `timeoutMs` and before the deadline.
 * @throws PixvecConnectionError, PixvecTimeoutError, or the signal's reason
 */
export async function exchange(
  call: Call<unknown>,
  options: ResolvedOptions,
  { deadlineMs, deadlineAtMs }: Deadline,
  signal?: AbortSignal,
): Promise<Answer> {
  signal?.throwIfAborted()
  const { clock, timeoutMs } = options
  const url = options.baseUrl + call.path
  const leftMs = deadlineAtMs - clock.now()
  const timeout =
    leftMs < timeoutMs
      ? new PixvecTimeoutError(url, deadlineMs, 'deadlineMs')
      : new PixvecTimeoutError(url, timeoutMs)
  if (leftMs <= 0) throw timeout
  const attempt = new AbortController()
  const finished = new AbortController()
  const onAbort = () => attempt.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  clock.sleep(Math.min(timeoutMs, leftMs), finished.signal).then(
    () => attempt.abort(timeout),
    () => {},
  )
  try {
    const response = await options.fetch(url, {
      method: 'POST',
      headers: { ...call.headers, ...options.headers },
      body: call.body,
      // Followed, a POST would arrive as a GET, and at a place that nobody chose.
      redirect: 'manual',
      signal: attempt.signal,
    })
    const { status, headers } = response
    return {
      url,
      status,
      requestId: headers.get('x-request-id') ?? undefined,
      retryAfterMs: parseRetryAfter(headers.get('retry-after'), clock.now()),
      contentType: headers.get('content-type') ?? undefined,
      timings: parseServerTiming(headers.get('server-timing')),
      errorCode: headers.get('x-pixvec-error-code') ?? undefined,
      text: await response.text(),
    }
  } catch (thrown) {
    if (attempt.signal.aborted) throw attempt.signal.reason
    throw new PixvecConnectionError(url, thrown)
  } finally {
    finished.abort()
    signal?.removeEventListener('abort', onAbort)
  }
}
