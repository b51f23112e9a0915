import { atLeast, type ResolvedOptions } from '../options.js'
import type { Call } from './call.js'
import { exchange } from './exchange.js'
import { type Pace, withRetries } from './retry.js'

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** @default the client's */
  readonly deadlineMs?: number | undefined
  readonly pace?: Pace | undefined
}

/** Makes calls: attempts, retries, the deadline over both, and the events that tell of them. */
export function createCaller(options: ResolvedOptions) {
  const { clock, onEvent } = options
  return async <T>(
    call: Call<T>,
    { signal, deadlineMs = options.deadlineMs, pace }: CallOptions,
  ): Promise<T> => {
    atLeast(1, 'deadlineMs', deadlineMs)
    const deadline = { deadlineMs, deadlineAtMs: clock.now() + deadlineMs }
    const url = options.baseUrl + call.path

    const attempt = async (attempt: number): Promise<T> => {
      const startedMs = clock.now()
      const durationMs = () => clock.now() - startedMs
      onEvent?.({ kind: 'request', url, attempt })
      const answer = await exchange(call, options, deadline, signal).catch((error: unknown) => {
        onEvent?.({ kind: 'failure', url, attempt, error, durationMs: durationMs() })
        throw error
      })
      const { status, requestId } = answer
      onEvent?.({ kind: 'response', url, attempt, status, requestId, durationMs: durationMs() })
      return call.read(answer)
    }
    return withRetries(attempt, options, clock, {
      ...deadline,
      signal,
      pace,
      onRetry: (attempt, error, delayMs) => onEvent?.({ kind: 'retry', url, attempt, error, delayMs }),
    })
  }
}
