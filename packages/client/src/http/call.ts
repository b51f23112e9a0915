import type { Timings } from './server-timing.js'

/** One operation on the wire: what is sent and how its answer is read. Each attempt sends the same body. */
export interface Call<T> {
  /** Below the base URL, for instance `/imgembed`. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | FormData
  /** @throws PixvecApiError or PixvecResponseError */
  readonly read: (answer: Answer) => T
}

/** An HTTP answer, received to its end. */
export interface Answer {
  readonly url: string
  readonly status: number
  readonly requestId: string | undefined
  /** From the header, in milliseconds. */
  readonly retryAfterMs: number | undefined
  readonly contentType: string | undefined
  /** `x-pixvec-error-code`: how a REST failure names itself. */
  readonly errorCode: string | undefined
  /** `Server-Timing`: how a REST answer tells where its time went. */
  readonly timings: Timings | undefined
  readonly text: string
}
