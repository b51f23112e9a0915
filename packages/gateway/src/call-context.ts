import type { CallContext, Caller } from '@pixvec/core'
import type { FastifyRequest } from 'fastify'

export interface CallContextOptions {
  /** `rest`, `graphql`, or what a plugin names. */
  readonly transport: string
  /** @default the caller that the header's key belongs to */
  readonly caller?: Caller | undefined
}

/**
 * A request of Fastify → what every layer below knows of the call: id, caller, abort signal, log.
 * The signal aborts when the connection closes before the answer is written.
 */
export function createCallContext(request: FastifyRequest, options: CallContextOptions): CallContext {
  return {
    requestId: request.id,
    transport: options.transport,
    caller: options.caller ?? request.caller,
    signal: request.hungUp,
    log: request.log,
  }
}
