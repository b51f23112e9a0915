import { ShuttingDownError } from '@pixvec/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { BodyBudget } from './body-budget.js'
import { bodyTooLarge } from './edge/fastify-errors.js'
import { notServed } from './edge/routes-at.js'
import type { LifeCycle } from './life-cycle.js'

/**
 * The last question before a body is read: is there work taken, is the body small enough, does it fit
 * beside those in flight? Asked after every plugin's `onRequest`, so a caller without a key holds nothing.
 */
export function guardAdmission(fastify: FastifyInstance, lifeCycle: LifeCycle, budget: BodyBudget): void {
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
    reserveBody(request, reply, budget)
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

function reserveBody(request: FastifyRequest, reply: FastifyReply, budget: BodyBudget): void {
  const isChunked = request.headers['transfer-encoding'] !== undefined
  const limit = request.routeOptions.bodyLimit
  // How long a chunked body gets is unknown until it has come.
  const bytes = isChunked ? limit : Number(request.headers['content-length'] ?? 0)
  if (bytes > limit) throw bodyTooLarge(request)
  if (bytes > 0) reply.raw.once('close', budget.reserve(bytes))
}
