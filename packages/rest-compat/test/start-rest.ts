import { createEmbedder, type EmbedLimits, type ModelToServe } from '@pixvec/core'
import { type FakeBackendOptions, fakeBackend, samplePng } from '@pixvec/core/testing'
import { bearerAuth, type GatewayLimits, type GatewayPlugin } from '@pixvec/gateway'
import { startTestGateway } from '@pixvec/gateway/testing'
import { type RestCompatOptions, restCompat } from '../src/index.js'

export const key = 'key-one'
export const image = Buffer.from(await samplePng())
export const img = image.toString('base64')

export interface StartRestOptions {
  readonly backend?: FakeBackendOptions
  /** @default the built-in one */
  readonly models?: readonly ModelToServe[]
  readonly embedLimits?: Partial<EmbedLimits>
  readonly limits?: Partial<GatewayLimits>
  readonly rest?: RestCompatOptions
  /** Stand before rest-compat. @default bearerAuth with `key` */
  readonly plugins?: readonly GatewayPlugin[]
}

export interface Rest {
  readonly url: string
  /** Where images are sent: `/imgembed`. */
  readonly endpoint: string
  close(): Promise<void>
}

/** A server over real HTTP with the fake backend: the key check and rest-compat. */
export async function startRest(options: StartRestOptions = {}): Promise<Rest> {
  const { plugins = [bearerAuth({ keys: [key], blockedKeys: ['blocked-key'] })] } = options
  const embedder = await createEmbedder({
    backend: fakeBackend(options.backend),
    ...(options.models ? { models: options.models } : {}),
    ...(options.embedLimits ? { limits: options.embedLimits } : {}),
  })
  const started = await startTestGateway({
    embedder,
    plugins: [...plugins, restCompat(options.rest)],
    ...(options.limits ? { limits: options.limits } : {}),
  })
  return {
    url: started.url,
    endpoint: `${started.url}/imgembed`,
    async close() {
      await started.close()
      await embedder.close()
    },
  }
}

export function postJson(
  endpoint: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

export interface WireError {
  readonly status: number
  readonly error: string
}

/** Reads a failure and checks all that every failure keeps to. */
export async function readFailure(response: Response): Promise<WireError & { code: string | null }> {
  const text = await response.text()
  if (response.headers.get('content-type') !== 'application/json') {
    throw new Error(`Content-Type ${response.headers.get('content-type')} with ${text}`)
  }
  const body = JSON.parse(text) as WireError
  if (Object.keys(body).join() !== 'status,error') throw new Error(`Unexpected keys in ${text}`)
  if (body.status !== response.status) throw new Error(`HTTP ${response.status}, body ${text}`)
  if (typeof body.error !== 'string' || /\n\s+at |<html|node_modules/i.test(body.error)) throw new Error(text)
  if (!response.headers.get('x-request-id')) throw new Error('x-request-id is missing')
  return { ...body, code: response.headers.get('x-pixvec-error-code') }
}
