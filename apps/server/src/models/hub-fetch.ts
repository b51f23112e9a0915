import { setTimeout as sleep } from 'node:timers/promises'
import { systemReason } from '../command-failure.js'
import { ModelFailure } from './model-failure.js'

export interface HubFetchOptions {
  /** Origin of the hub, for instance `https://huggingface.co`. */
  readonly endpoint: string
  /** Sent to the hub alone, never to a host that it redirects to. */
  readonly token?: string | undefined
  /** `owner/name`, for messages. */
  readonly repository: string
  readonly signal: AbortSignal
  /** How often a request is tried. @default 5 */
  readonly tries?: number
  /** Time for the head of an answer, in milliseconds. @default 30_000 */
  readonly answerTimeoutMs?: number
  /** Tests inject one that does not wait. */
  readonly wait?: (ms: number) => Promise<unknown>
}

/** A longer wait that a hub asks for is not sat out: the person is told instead. */
const maxWaitMs = 120_000

/**
 * `fetch` for the hub: sends the token, tries again what may pass (no connection, 408, 429, 5xx), with
 * growing waits or those that the hub asks for, and throws what is wrong as a ModelFailure. It resolves
 * with answers of 2xx and 416 alone.
 */
export function createHubFetch(options: HubFetchOptions): typeof fetch {
  const { signal, tries = 5 } = options
  const wait = options.wait ?? ((ms: number) => sleep(ms, undefined, { signal }))
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    for (let attempt = 1; ; attempt++) {
      const outcome = await tryOnce(url, init, options)
      if (outcome instanceof Response) return outcome
      if (signal.aborted) throw stopped()
      const waitMs = outcome.retryAfterMs ?? backoffMs(attempt)
      if (!outcome.mayPass || attempt >= tries || waitMs > maxWaitMs) throw outcome.failure(attempt)
      await wait(waitMs)
    }
  }
}

/** 1 s, 2 s, 4 s …, half of it drawn, so that many who were refused together do not return together. */
export function backoffMs(attempt: number): number {
  const full = Math.min(1000 * 2 ** (attempt - 1), 30_000)
  return full / 2 + (full / 2) * Math.random()
}

export function stopped(): ModelFailure {
  return new ModelFailure('stopped', 'stopped. What has come is kept: the next pull goes on from there.')
}

interface Refusal {
  readonly mayPass: boolean
  readonly retryAfterMs?: number | undefined
  readonly failure: (attempts: number) => ModelFailure
}

async function tryOnce(
  url: URL,
  init: RequestInit | undefined,
  options: HubFetchOptions,
): Promise<Response | Refusal> {
  const { endpoint, token, signal, answerTimeoutMs = 30_000 } = options
  const headers = new Headers(init?.headers)
  if (token && url.origin === new URL(endpoint).origin) headers.set('Authorization', `Bearer ${token}`)
  const controller = new AbortController()
  // The whole answer can be aborted; only its head has this time limit.
  const signals = [signal, controller.signal, ...(init?.signal ? [init.signal] : [])]
  const timer = setTimeout(() => controller.abort(), answerTimeoutMs)
  try {
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.any(signals) })
    if (response.ok || response.status === 416) return response
    await response.body?.cancel()
    return refusalOf(response, url, options)
  } catch (cause) {
    return unreachable(cause, options)
  } finally {
    clearTimeout(timer)
  }
}

function unreachable(cause: unknown, { endpoint }: HubFetchOptions): Refusal {
  const { origin } = new URL(endpoint)
  const isTimeout = (cause as Error).name === 'AbortError'
  const reason = isTimeout ? 'it does not answer' : systemReason((cause as Error).cause ?? cause)
  return {
    mayPass: true,
    failure: (attempts) =>
      new ModelFailure(
        'unreachable',
        `Cannot reach ${origin}, tried ${attempts} times: ${reason}. Check the network, or set HF_ENDPOINT to a mirror.`,
        { cause },
      ),
  }
}

function refusalOf(response: Response, url: URL, options: HubFetchOptions): Refusal {
  const { status } = response
  // Addresses that the hub signs for its store run out; the hub gives a new one.
  const isStore = new URL(response.url || url).origin !== new URL(options.endpoint).origin
  return {
    mayPass: status === 408 || status === 429 || status >= 500 || (isStore && [401, 403].includes(status)),
    retryAfterMs: retryAfterOf(response),
    failure: (attempts) => failureOf(response, url, options, attempts),
  }
}

function failureOf(
  response: Response,
  url: URL,
  { repository, endpoint, token }: HubFetchOptions,
  attempts: number,
): ModelFailure {
  const { status } = response
  if (status === 401) {
    const advice = token
      ? 'HF_TOKEN is not accepted, or may not read it.'
      : 'Set HF_TOKEN to a token that may read it.'
    return new ModelFailure(
      'unauthorized',
      `${repository}: the hub says 401. It is private or gated, or there is no such repository. ${advice}`,
    )
  }
  if (status === 403) {
    const whose = token ? 'the account of HF_TOKEN' : 'an account, and set HF_TOKEN to its token'
    return new ModelFailure(
      'forbidden',
      `${repository}: the hub says 403, access is not granted. Accept its terms at ${endpoint}/${repository} with ${whose}.`,
    )
  }
  if (status === 404) {
    return new ModelFailure('not-found', `${repository}: ${missing(response, url)}.`)
  }
  if (status === 429) {
    const afterMs = retryAfterOf(response)
    const when = afterMs === undefined ? 'later' : `in ${Math.ceil(afterMs / 1000)} s`
    return new ModelFailure(
      'rate-limited',
      `${repository}: the hub says 429, too many requests, tried ${attempts} times. Try again ${when}; with HF_TOKEN the limit is higher.`,
    )
  }
  return new ModelFailure('hub-failed', `${repository}: the hub says ${status}, tried ${attempts} times.`)
}

/** What is missing, as the hub names it in a header. @source huggingface_hub, utils/_http.py */
function missing(response: Response, url: URL): string {
  const code = response.headers.get('x-error-code')
  const path = decodeURIComponent(url.pathname)
  if (code === 'RepoNotFound') return 'there is no such repository'
  if (code === 'RevisionNotFound') return `it has no such revision (${path})`
  if (code === 'EntryNotFound') return `it has no such file (${path})`
  return `there is no such repository, revision or file (${path})`
}

/** `Retry-After` in milliseconds: seconds, or a date. */
function retryAfterOf({ headers }: Response): number | undefined {
  const value = headers.get('retry-after')
  if (!value) return undefined
  const seconds = Number(value)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}
