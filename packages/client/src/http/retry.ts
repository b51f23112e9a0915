import type { Clock } from '../clock.js'
import { PixvecApiError, PixvecClientError, PixvecResponseError } from '../errors.js'

export interface RetryPolicy {
  /** Attempts after the first. */
  readonly maxRetries: number
  /** Most wait before the first retry; each later one may be twice as long. */
  readonly retryDelayMs: number
  /** Longest wait. A longer `Retry-After` is not waited for: the error comes at once. */
  readonly maxRetryDelayMs: number
}

/**
 * Runs the attempt until it succeeds, fails for good, or has been made `maxRetries + 1` times.
 * @throws the last attempt's error, or the signal's reason when it aborts during a wait
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await attempt()
    } catch (thrown) {
      const delayMs = retry < policy.maxRetries ? retryDelay(thrown, retry, policy, clock) : undefined
      if (delayMs === undefined) throw thrown
      await clock.sleep(delayMs, signal)
    }
  }
}

/**
 * Full jitter: anything from nothing to the step, so that callers who failed together come back apart.
 * It is added to what the server asks for, which is a minimum.
 * @returns undefined when the call must not be repeated
 */
function retryDelay(thrown: unknown, retry: number, policy: RetryPolicy, clock: Clock): number | undefined {
  if (!PixvecClientError.isInstance(thrown) || !thrown.retryable) return undefined
  let askedMs = 0
  if (PixvecApiError.isInstance(thrown) || PixvecResponseError.isInstance(thrown)) {
    // A 4xx is for the caller to change, and 429 for the caller to pace: the error carries retryAfterMs.
    if (thrown.status < 500) return undefined
    askedMs = thrown.retryAfterMs ?? 0
  }
  if (askedMs > policy.maxRetryDelayMs) return undefined
  const step = Math.min(policy.retryDelayMs * 2 ** retry, policy.maxRetryDelayMs)
  return Math.min(askedMs + clock.random() * step, policy.maxRetryDelayMs)
}
