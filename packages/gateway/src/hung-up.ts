import type { FastifyReply } from 'fastify'

/** A signal that aborts when the connection closes before the answer is written. */
export function hungUpSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  // A response closes exactly once, after its last byte or with its connection: nothing is left listening.
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  return controller.signal
}
