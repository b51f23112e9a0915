import { type Embedder, ShuttingDownError } from '@pixvec/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { BodyBudget } from './body-budget.js'
import { bodyTooLarge } from './edge/fastify-errors.js'
import { notServed } from './edge/routes-at.js'
import type { LifeCycle } from './life-cycle.js'

export interface AdmissionGuardOptions {
  readonly lifeCycle: LifeCycle
  readonly budget: BodyBudget
  readonly embedder: Pick<Embedder, 'refusal'>
}

/** A body of more bytes brings an image, and costs more to read than to refuse. */
const mostBytesWithoutAsking = 16_384

/**
 * The last question before a body is read: is there work taken, is the body small enough, does it fit
 * beside those in flight, is there a place for its image? Asked after every plugin's `onRequest`, so a caller without a key holds nothing.
 */
export function guardAdmission(fastify: FastifyInstance, options: AdmissionGuardOptions): void {
  const { lifeCycle, budget, embedder } = options
  // Node would answer `Expect: 100-continue` at once and so ask for a body that is about to be refused.
  const awaiting = new WeakSet<object>()
  fastify.server.on('checkContinue', (request, response) => {
    awaiting.add(request)
    fastify.routing(request, response)
  })
  // Other expectations are ignored, as most servers do.
  fastify.server.on('checkExpectation', (request, response) => fastify.routing(request, response))

  fastify.decorateRequest('awaitsContinue', false)
  fastify.addHook('onRequest', async (request) => {
    if (awaiting.has(request.raw)) request.awaitsContinue = true
  })

  fastify.addHook('preParsing', async (request, reply) => {
    const { servesWhileDraining } = request.routeOptions.config
    if (lifeCycle.phase() === 'draining' || lifeCycle.phase() === 'closed') {
      reply.header('connection', 'close')
      if (!servesWhileDraining) throw new ShuttingDownError()
    } else {
      reply.raw.once('close', lifeCycle.accept())
    }
    // No body is read for a path that nothing serves.
    if (request.is404) throw notServed(fastify, request)
    const bytes = announcedBytes(request)
    if (bytes > 0) reply.raw.once('close', budget.reserve(bytes))
    refuseImage(request, bytes, embedder)
    if (request.awaitsContinue) {
      request.awaitsContinue = false
      reply.raw.writeContinue()
    }
  })

  // What was accepted before the drain began is the last of its connection.
  fastify.addHook('onSend', async (_request, reply) => {
    if (lifeCycle.phase() !== 'ready' && lifeCycle.phase() !== 'starting') reply.header('connection', 'close')
  })
}

/** @throws PayloadTooLargeError */
function announcedBytes(request: FastifyRequest): number {
  const isChunked = request.headers['transfer-encoding'] !== undefined
  const limit = request.routeOptions.bodyLimit
  // How long a chunked body gets is unknown until it has come.
  const bytes = isChunked ? limit : Number(request.headers['content-length'] ?? 0)
  if (bytes > limit) throw bodyTooLarge(request)
  return bytes
}

/**
 * Under overload most of the work would be to read bodies that are refused afterwards. Who sends the key in the
 * body is not known yet and counts as one who has no image here.
 * @throws OverloadedError
 */
function refuseImage(
  { caller, routeOptions }: FastifyRequest,
  bytes: number,
  embedder: AdmissionGuardOptions['embedder'],
): void {
  if (routeOptions.config.transport === undefined || bytes <= mostBytesWithoutAsking) return
  const refusal = embedder.refusal(caller)
  if (refusal) throw refusal
}
