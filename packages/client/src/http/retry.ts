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

/** One rhythm for all calls of a list: what one of them is asked to wait, none of them attempts before. */
export interface Pace {
  /** Milliseconds since the Unix epoch. */
  notBeforeMs: number
}

export interface RetryContext {
  readonly signal?: AbortSignal | undefined
  /** No wait goes past it. Milliseconds since the Unix epoch. @default none */
  readonly deadlineAtMs?: number | undefined
  /** With it, a 429 is a matter of rhythm: it is repeated as the server asks, until the deadline. */
  readonly pace?: Pace | undefined
  /** Told of each attempt that is to be made again. */
  readonly onRetry?: ((attempt: number, error: PixvecClientError, delayMs: number) => void) | undefined
}

/**
 * Runs the attempt until it succeeds, fails for good, or has been made `maxRetries + 1` times.
 * @param attempt  gets its number, from 1
 * @throws the last attempt's error, or the signal's reason when it aborts during a wait
 */
export async function withRetries<T>(
  attempt: (attempt: number) => Promise<T>,
  policy: RetryPolicy,
  clock: Clock,
  { signal, deadlineAtMs = Number.POSITIVE_INFINITY, pace, onRetry }: RetryContext = {},
): Promise<T> {
  let faults = 0
  let refusals = 0
  for (let count = 1; ; count++) {
    // Others of the list may lengthen the pause while this one waits.
    while (pace && clock.now() < Math.min(pace.notBeforeMs, deadlineAtMs)) {
      await clock.sleep(Math.min(pace.notBeforeMs, deadlineAtMs) - clock.now(), signal)
    }
    try {
      return await attempt(count)
    } catch (thrown) {
      if (!PixvecClientError.isInstance(thrown)) throw thrown
      const isPaced = pace !== undefined && statusOf(thrown) === 429
      const delayMs = isPaced
        ? pacedDelay(thrown, refusals++, policy, clock)
        : retryDelay(thrown, faults++, policy, clock)
      if (delayMs === undefined || clock.now() + delayMs >= deadlineAtMs) throw thrown
      onRetry?.(count, thrown, delayMs)
      // An overload concerns the whole list as a rate does.
      if (pace && askedMs(thrown) > 0) pace.notBeforeMs = Math.max(pace.notBeforeMs, clock.now() + delayMs)
      else await clock.sleep(delayMs, signal)
    }
  }
}

/** @returns undefined when the call must not be repeated */
function retryDelay(
  error: PixvecClientError,
  faults: number,
  policy: RetryPolicy,
  clock: Clock,
): number | undefined {
  if (!error.retryable || faults >= policy.maxRetries) return undefined
  // A 4xx is for the caller to change, and 429 for the caller to pace: the error carries retryAfterMs.
  const status = statusOf(error)
  if (status !== undefined && status < 500) return undefined
  const asked = askedMs(error)
  if (asked > policy.maxRetryDelayMs) return undefined
  return Math.min(asked + jitter(faults, policy, clock), policy.maxRetryDelayMs)
}

/** As long as the server asks, with chance on top; with chance alone where it does not say. */
function pacedDelay(error: PixvecClientError, refusals: number, policy: RetryPolicy, clock: Clock): number {
  const asked = askedMs(error)
  // At least a moment, or a server without Retry-After would be asked without end.
  return asked > 0 ? asked + jitter(0, policy, clock) : Math.max(1, jitter(refusals, policy, clock))
}

/** Full jitter: anything from nothing to the step, so that callers who failed together come back apart. */
function jitter(times: number, policy: RetryPolicy, clock: Clock): number {
  return clock.random() * Math.min(policy.retryDelayMs * 2 ** times, policy.maxRetryDelayMs)
}

/** What the server asks to wait, which is a minimum. */
function askedMs(error: PixvecClientError): number {
  return isAnswer(error) ? (error.retryAfterMs ?? 0) : 0
}

function statusOf(error: PixvecClientError): number | undefined {
  return isAnswer(error) ? error.status : undefined
}

function isAnswer(error: PixvecClientError): error is PixvecApiError | PixvecResponseError {
  return PixvecApiError.isInstance(error) || PixvecResponseError.isInstance(error)
}
