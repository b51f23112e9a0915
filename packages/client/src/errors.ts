import type { ErrorCode as KnownErrorCode } from './generated/error-code.js'

/**
 * Why the server refused. The codes known when this version was made, any that a newer server adds, and
 * `UNKNOWN` where the answer named none.
 */
export type ErrorCode = KnownErrorCode | 'UNKNOWN' | (string & {})

const marker = Symbol.for('pixvec.client-error')
type Kind = 'api' | 'response' | 'connection' | 'timeout'

/** The base of every failure of a call. An abort is none of them: it rejects with the signal's reason. */
export abstract class PixvecClientError extends Error {
  readonly [marker]: Kind
  /** Whether the same call may succeed later. */
  readonly retryable: boolean

  protected constructor(kind: Kind, message: string, retryable: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'PixvecClientError'
    this[marker] = kind
    this.retryable = retryable
  }

  /** Like `instanceof`, and true across two copies of this package. */
  static isInstance(value: unknown): value is PixvecClientError {
    return kindOf(value) !== undefined
  }
}

/** What every answer of a server carries, whatever its body. */
export interface AnswerFacts {
  /** HTTP status; in GraphQL the `extensions.status` of the error. */
  readonly status: number
  /** The server's `x-request-id`: its log has the detail under it. */
  readonly requestId: string | undefined
  /** How long the server asks to wait before the next attempt. */
  readonly retryAfterMs: number | undefined
}

/** The server understood the call and refused it. */
export class PixvecApiError extends PixvecClientError implements AnswerFacts {
  readonly code: ErrorCode
  declare readonly status: number
  declare readonly requestId: string | undefined
  declare readonly retryAfterMs: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    facts: AnswerFacts,
    retryable = isRetryableStatus(facts.status),
  ) {
    super('api', message, retryable)
    this.name = 'PixvecApiError'
    this.code = code
    takeFacts(this, facts)
  }

  static override isInstance(value: unknown): value is PixvecApiError {
    return kindOf(value) === 'api'
  }
}

/** Something answered, and not as Pixvec does: a proxy's HTML page, a redirect, another service. */
export class PixvecResponseError extends PixvecClientError implements AnswerFacts {
  declare readonly status: number
  declare readonly requestId: string | undefined
  declare readonly retryAfterMs: number | undefined
  /** `Content-Type` of the answer. */
  readonly contentType: string | undefined

  constructor(message: string, facts: AnswerFacts & { readonly contentType: string | undefined }) {
    super('response', message, isRetryableStatus(facts.status))
    this.name = 'PixvecResponseError'
    takeFacts(this, facts)
    this.contentType = facts.contentType
  }

  static override isInstance(value: unknown): value is PixvecResponseError {
    return kindOf(value) === 'response'
  }
}

/** No answer came: refused, reset, no such host, or a browser's CORS refusal. `cause` has the detail. */
export class PixvecConnectionError extends PixvecClientError {
  constructor(url: string, cause: unknown) {
    super('connection', `No answer from ${url}: ${reason(cause)}. Is the server running?`, true, cause)
    this.name = 'PixvecConnectionError'
  }

  static override isInstance(value: unknown): value is PixvecConnectionError {
    return kindOf(value) === 'connection'
  }
}

/** One attempt took longer than `timeoutMs`, its upload and download counted, or the call came to its deadline. */
export class PixvecTimeoutError extends PixvecClientError {
  readonly timeoutMs: number
  /** The option that set the limit. */
  readonly limit: 'timeoutMs' | 'deadlineMs'

  constructor(url: string, timeoutMs: number, limit: 'timeoutMs' | 'deadlineMs' = 'timeoutMs') {
    super('timeout', `No full answer from ${url} within ${timeoutMs} ms. Raise ${limit} or send less.`, true)
    this.name = 'PixvecTimeoutError'
    this.timeoutMs = timeoutMs
    this.limit = limit
  }

  static override isInstance(value: unknown): value is PixvecTimeoutError {
    return kindOf(value) === 'timeout'
  }
}

/** `facts` is often a whole answer: only what is promised is kept of it. */
function takeFacts(error: AnswerFacts, { status, requestId, retryAfterMs }: AnswerFacts): void {
  Object.assign(error, { status, requestId, retryAfterMs })
}

function isRetryableStatus(status: number): boolean {
  return [408, 429, 500, 502, 503, 504].includes(status)
}

function kindOf(value: unknown): Kind | undefined {
  return typeof value === 'object' && value !== null && marker in value ? (value[marker] as Kind) : undefined
}

/** Node says `fetch failed` and hides what happened one level down. */
function reason(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  if (!(inner instanceof Error)) return String(inner)
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : undefined
  return inner.message || code || inner.name
}
