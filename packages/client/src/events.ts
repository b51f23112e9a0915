import type { PixvecClientError } from './errors.js'

interface AttemptFacts {
  /** Where it goes. Never with the key. */
  readonly url: string
  /** From 1, for each call. */
  readonly attempt: number
}

/**
 * What a client tells of its work, for logs and metrics. Each attempt is one `request`, then one `response`
 * (an answer came, whatever its status) or one `failure` (none came: lost, out of time, or aborted). `retry`
 * follows where the attempt is to be made again. Neither keys nor images stand in an event.
 */
export type ClientEvent =
  | (AttemptFacts & { readonly kind: 'request' })
  | (AttemptFacts & {
      readonly kind: 'response'
      readonly status: number
      /** The server's `x-request-id`. */
      readonly requestId: string | undefined
      /** Upload, server and download together, in milliseconds. */
      readonly durationMs: number
    })
  | (AttemptFacts & {
      readonly kind: 'failure'
      /** A PixvecClientError, or the signal's reason. */
      readonly error: unknown
      readonly durationMs: number
    })
  | (AttemptFacts & {
      readonly kind: 'retry'
      /** Why the attempt is made again. */
      readonly error: PixvecClientError
      /** The wait before it, in milliseconds. */
      readonly delayMs: number
    })
