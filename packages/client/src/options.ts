import { type Clock, systemClock } from './clock.js'
import type { ClientEvent } from './events.js'
import type { RetryPolicy } from './http/retry.js'

/** What the client needs of `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface ClientOptions {
  /** Address of the server, with the path prefix of a proxy if there is one. In a browser `/` is the page's own origin. */
  readonly baseUrl: string
  /** Sent as `Authorization: Bearer`. Leave it out where the server, or a proxy of yours, asks for none. */
  readonly key?: string | undefined
  /**
   * How images travel. `rest` uploads the bytes as they are; `graphql` sends base64, a third more, and
   * tells the model's revision as well. Numbers and errors are the same.
   * @default 'rest'
   */
  readonly transport?: 'graphql' | 'rest' | undefined
  /** Time for one attempt, upload and download counted. The server gives an image 30 s. @default 60_000 */
  readonly timeoutMs?: number | undefined
  /**
   * Time for one image in all: attempts, waits between them and, in a list, its pauses. No wait is begun that
   * would pass it. @default 600_000
   */
  readonly deadlineMs?: number | undefined
  /** Attempts after the first, for lost connections, timeouts and 500, 502, 503, 504. Never for a 4xx, but for the 429s of a list. @default 2 */
  readonly maxRetries?: number | undefined
  /** Most wait before the first retry, chosen by chance below it; doubles each time. @default 500 */
  readonly retryDelayMs?: number | undefined
  /** Longest wait before a retry. A longer `Retry-After` is not waited for: the error comes at once. @default 30_000 */
  readonly maxRetryDelayMs?: number | undefined
  /** Told of every attempt, answer, failure and retry, for logs and metrics. What it throws, the call throws. */
  readonly onEvent?: ((event: ClientEvent) => void) | undefined
  /** @default the global fetch */
  readonly fetch?: Fetch | undefined
  /** Time and chance, for tests. @default the machine's */
  readonly clock?: Clock | undefined
}

export interface ResolvedOptions extends RetryPolicy {
  /** No slash at the end. */
  readonly baseUrl: string
  readonly headers: Readonly<Record<string, string>>
  readonly transport: 'graphql' | 'rest'
  readonly timeoutMs: number
  readonly deadlineMs: number
  readonly onEvent: ((event: ClientEvent) => void) | undefined
  readonly fetch: Fetch
  readonly clock: Clock
}

/** @throws TypeError or RangeError that names the option; never with the key in it */
export function resolveOptions(options: ClientOptions): ResolvedOptions {
  const { key, transport = 'rest' } = options
  if (transport !== 'rest' && transport !== 'graphql') {
    throw new TypeError(`transport must be 'rest' or 'graphql'; received ${String(transport)}.`)
  }
  // The words of Headers on a bad value would quote it.
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError('key must be visible ASCII without spaces. Check it for a line break at its end.')
  }
  return {
    baseUrl: resolveBaseUrl(options.baseUrl),
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    transport,
    timeoutMs: atLeast(1, 'timeoutMs', options.timeoutMs ?? 60_000),
    deadlineMs: atLeast(1, 'deadlineMs', options.deadlineMs ?? 600_000),
    maxRetries: atLeast(0, 'maxRetries', options.maxRetries ?? 2),
    retryDelayMs: atLeast(0, 'retryDelayMs', options.retryDelayMs ?? 500),
    maxRetryDelayMs: atLeast(0, 'maxRetryDelayMs', options.maxRetryDelayMs ?? 30_000),
    onEvent: options.onEvent,
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    clock: options.clock ?? systemClock,
  }
}

function resolveBaseUrl(baseUrl: string): string {
  const page = typeof location === 'undefined' ? undefined : location.href
  let url: URL
  try {
    url = new URL(baseUrl, page)
  } catch {
    throw new TypeError(`baseUrl must be an address like http://127.0.0.1:8080; received ${String(baseUrl)}.`)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`baseUrl must begin with http:// or https://; received ${url.protocol}`)
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new TypeError('baseUrl must hold no user, query or fragment. The key goes into `key`.')
  }
  return (url.origin + url.pathname).replace(/\/+$/, '')
}

// A longer setTimeout fires at once.
const longestTimerMs = 2 ** 31 - 1

/** @throws RangeError that names the option */
export function atLeast(minimum: number, name: string, value: number): number {
  if (!(value >= minimum && value <= longestTimerMs)) {
    throw new RangeError(`${name} must be from ${minimum} to ${longestTimerMs}; received ${value}.`)
  }
  return value
}
