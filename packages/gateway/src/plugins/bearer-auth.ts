import { createHash } from 'node:crypto'
import { type Caller, UnauthenticatedError } from '@pixvec/core'
import type { GatewayPlugin } from '../plugin.js'
import { headerKey } from './header-key.js'

export interface BearerAuthOptions {
  /** Keys that are let in. At least one. */
  readonly keys: readonly string[]
  /** Keys that are refused by name, even when `keys` has them. @default [] */
  readonly blockedKeys?: readonly string[]
}

/**
 * Lets in who has a key. Routes are refused before their body is read, unless their `config.auth` says
 * otherwise. A caller's id is a part of its key's hash; the key itself is not kept.
 * @throws Error when there is no key
 */
export function bearerAuth({ keys, blockedKeys = [] }: BearerAuthOptions): GatewayPlugin {
  if (keys.length === 0 || keys.some((key) => key.trim() === '')) {
    throw new Error('bearerAuth needs at least one key, and no empty one.')
  }
  // Keys are found by digest: what a look-up's time tells of a digest tells nothing of a key.
  const callers = new Map(keys.map((key) => [digestOf(key), callerOf(key)]))
  const blocked = new Set(blockedKeys.map(digestOf))

  function authenticate(key: string | undefined): Caller {
    if (key === undefined || key === '') {
      throw new UnauthenticatedError(
        'Expected an API key; none came. Send it as `Authorization: Bearer <key>` or `X-API-Key: <key>`.',
      )
    }
    const digest = digestOf(key)
    if (blocked.has(digest)) {
      throw new UnauthenticatedError('This API key is blocked. Ask the operator of the server for another.')
    }
    const caller = callers.get(digest)
    if (!caller) {
      throw new UnauthenticatedError('This API key is not known here. Check it, or ask the operator for one.')
    }
    return caller
  }

  return {
    name: 'auth',
    setup(host) {
      host.useAuthenticate(authenticate)
      host.fastify.addHook('onRequest', async (request) => {
        const { auth = 'header' } = request.routeOptions.config
        // Nothing is behind an unknown path, and a preflight cannot carry a key.
        if (request.is404 || auth === 'none' || request.method === 'OPTIONS') return
        const key = headerKey(request)
        if (auth === 'header') request.caller = authenticate(key)
        else request.caller = key === undefined ? undefined : knownCaller(key)
      })
    },
  }

  function knownCaller(key: string): Caller | undefined {
    const digest = digestOf(key)
    return blocked.has(digest) ? undefined : callers.get(digest)
  }
}

function callerOf(key: string): Caller {
  return { id: `key-${digestOf(key).slice(0, 8)}` }
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}
