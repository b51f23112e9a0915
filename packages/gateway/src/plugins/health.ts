import {
  type CallContext,
  type Embed,
  type ModelInfo,
  PixvecError,
  publicError,
  ShuttingDownError,
} from '@pixvec/core'
import { z } from 'zod'
import { errorResponses, jsonResponse } from '../edge/documented-responses.js'
import { sendJson } from '../edge/send.js'
import { silentLog } from '../fastify-log.js'
import type { GatewayPlugin } from '../plugin.js'
import { createProbe, type Probe } from './probe.js'
import { tinyImage } from './tiny-image.js'

export interface HealthOptions {
  /** Proves that images can be embedded. @default embeds a tiny image with each model, through the plugins that stand after this one */
  readonly probe?: (signal: AbortSignal) => Promise<unknown>
  /** How long a success counts, the probe's or any caller's, until a fault of ours is seen. @default 10_000 */
  readonly intervalMs?: number
  /** A probe that takes longer has failed. @default 5_000 */
  readonly timeoutMs?: number
  /** Milliseconds on a clock that never goes back. @default performance.now */
  readonly clock?: () => number
}

const Healthy = z.object({ status: z.literal('ok') }).meta({ id: 'Healthy', description: 'All is well.' })

const ok = { status: 'ok' } as const

/**
 * `GET /health/live`: the process answers. `GET /health/ready`: every model that is loaded can embed, seen
 * lately; 503 while it starts, drains or fails. Neither asks for a key. Place it after plugins that refuse callers, such as
 * a rate limit, so that its probe meets none of them.
 */
export function health(options: HealthOptions = {}): GatewayPlugin {
  let next: Embed | undefined
  const probes = new Map<string, Probe>()

  function probeOf(model: string): Probe {
    const known = probes.get(model)
    if (known) return known
    const made = createProbe({
      intervalMs: options.intervalMs ?? 10_000,
      timeoutMs: options.timeoutMs ?? 5_000,
      clock: options.clock ?? (() => performance.now()),
      run: options.probe ?? ((signal) => next!({ image: tinyImage, model }, probeCall(signal))),
    })
    probes.set(model, made)
    return made
  }

  /** @returns what is wrong, of the first model that does not work */
  async function checkAll(models: readonly ModelInfo[]): Promise<string | undefined> {
    for (const id of probes.keys()) if (!models.some((model) => model.id === id)) probes.delete(id)
    const failures = await Promise.all(models.map(({ id }) => probeOf(id).check()))
    const index = failures.findIndex((failure) => failure !== undefined)
    if (index < 0) return undefined
    return models.length > 1 ? `${models[index]!.id}: ${failures[index]}` : failures[index]
  }

  return {
    name: 'health',
    setup(host) {
      const { fastify, phase } = host
      const config = { auth: 'none', servesWhileDraining: true } as const
      const tags = ['service']

      fastify.get(
        '/health/live',
        {
          config,
          schema: {
            tags,
            summary: 'Does the process answer?',
            response: { 200: jsonResponse('It answers.', Healthy) },
          },
        },
        (_request, reply) => sendJson(reply, 200, ok),
      )

      fastify.get(
        '/health/ready',
        {
          config,
          schema: {
            tags,
            summary: 'Can it embed an image?',
            response: {
              200: jsonResponse('It can.', Healthy),
              ...errorResponses('NOT_READY', 'SHUTTING_DOWN'),
            },
          },
        },
        async (_request, reply) => {
          if (phase() === 'starting') throw notReady('The server is starting.')
          if (phase() !== 'ready') throw new ShuttingDownError()
          const failure = await checkAll(host.models)
          if (failure) throw notReady(`The last inference failed: ${failure}.`)
          return sendJson(reply, 200, ok)
        },
      )
    },
    wrapEmbed(inner) {
      next = inner
      return async (request, call) => {
        try {
          const result = await inner(request, call)
          probeOf(result.model).noteSuccess()
          return result
        } catch (thrown) {
          // Which model it was does not matter: the next look asks all of them.
          if (publicError(thrown).code === 'INTERNAL')
            for (const probe of probes.values()) probe.noteFailure()
          throw thrown
        }
      }
    },
  }
}

function notReady(message: string): PixvecError {
  return new PixvecError('NOT_READY', `${message} Try again shortly.`, { details: { retryAfterMs: 1000 } })
}

function probeCall(signal: AbortSignal): CallContext {
  return { requestId: 'health', transport: 'health', caller: undefined, signal, log: silentLog }
}
