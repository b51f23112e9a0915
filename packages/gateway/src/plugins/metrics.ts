import { type EmbedTimings, publicError } from '@pixvec/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { z } from 'zod'
import { errorResponses } from '../edge/documented-responses.js'
import type { GatewayHost, GatewayPlugin } from '../plugin.js'

export interface MetricsOptions {
  /** Whether `GET /metrics` asks for a key. It holds counts and times, nothing of callers. @default 'open' */
  readonly access?: 'open' | 'key'
}

/** From 1 ms to 30 s, the time limit of one image. */
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Counts and times for Prometheus at `GET /metrics`, in a registry of its own. */
export function metrics({ access = 'open' }: MetricsOptions = {}): GatewayPlugin {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'pixvec_requests_total',
    help: 'HTTP requests answered, by transport and by OK or the code of the error.',
    labelNames: ['transport', 'code'] as const,
    registers,
  })
  const images = new Counter({
    name: 'pixvec_images_total',
    help: 'Images asked for, by transport and by OK or the code of the error.',
    labelNames: ['transport', 'code'] as const,
    registers,
  })
  const steps = stepHistograms(registers)
  const batchSize = new Histogram({
    name: 'pixvec_batch_size',
    help: 'Images in the run of the session, seen once by every image of it.',
    buckets: [1, 2, 4, 8, 16, 32],
    registers,
  })

  return {
    name: 'metrics',
    setup(host) {
      collectDefaultMetrics({ register: registry })
      queueGauges(host, registers)
      modelGauge(host, registers)

      host.fastify.addHook('onRequest', async (request, reply) => {
        const { transport = 'other' } = request.routeOptions.config
        reply.raw.once('close', () => requests.inc({ transport, code: codeOf(reply) }))
      })

      host.fastify.get(
        '/metrics',
        {
          config: { auth: access === 'open' ? 'none' : 'header', servesWhileDraining: true },
          schema: {
            tags: ['service'],
            summary: 'Counts and times for Prometheus.',
            response: {
              200: {
                description: 'Prometheus text format.',
                content: { 'text/plain': { schema: z.string() } },
              },
              ...(access === 'key' ? errorResponses('UNAUTHENTICATED') : {}),
            },
          },
        },
        async (_request: FastifyRequest, reply: FastifyReply) =>
          reply.type(registry.contentType).send(Buffer.from(await registry.metrics())),
      )
    },
    wrapEmbed: (next) => async (request, call) => {
      const { transport } = call
      try {
        const result = await next(request, call)
        images.inc({ transport, code: 'OK' })
        for (const { histogram, field } of steps) histogram.observe(result.timings[field] / 1000)
        batchSize.observe(result.timings.batchSize)
        return result
      } catch (error) {
        images.inc({ transport, code: publicError(error).code })
        throw error
      }
    },
    async close() {
      registry.clear()
    },
  }
}

function stepHistograms(registers: Registry[]) {
  const steps: readonly [string, keyof EmbedTimings, string][] = [
    ['decode', 'decodeMs', 'Header probe and decoding to pixels'],
    ['resize', 'resizeMs', 'Resize and crop'],
    ['queue', 'queueMs', 'Waiting for a free decoder and for the session'],
    ['inference', 'inferenceMs', 'The run of the batch that held the image'],
    ['total', 'totalMs', 'From admission to vector'],
  ]
  return steps.map(([name, field, what]) => ({
    field,
    histogram: new Histogram({
      name: `pixvec_${name}_seconds`,
      help: `${what}, of one image, in seconds.`,
      buckets: secondsBuckets,
      registers,
    }),
  }))
}

function queueGauges({ stats }: GatewayHost, registers: Registry[]): void {
  new Gauge({
    name: 'pixvec_queue_depth',
    help: 'Images that wait for the session.',
    registers,
    collect() {
      this.set(stats().queued)
    },
  })
  new Gauge({
    name: 'pixvec_images_in_flight',
    help: 'Images admitted whose work has not ended.',
    registers,
    collect() {
      this.set(stats().admitted)
    },
  })
}

/** Which models are loaded now: the value is always 1, the labels tell. */
function modelGauge(host: GatewayHost, registers: Registry[]): void {
  new Gauge({
    name: 'pixvec_model_info',
    help: 'Models that are loaded, by id and revision. Always 1.',
    labelNames: ['model', 'revision'] as const,
    registers,
    collect() {
      this.reset()
      for (const { id, revision } of host.models) this.set({ model: id, revision }, 1)
    },
  })
}

/** OK, the code of the error table, or `HTTP_<status>` for errors that have none. */
function codeOf(reply: FastifyReply): string {
  if (!reply.raw.writableFinished) return 'ABORTED'
  if (reply.statusCode < 400) return 'OK'
  return String(reply.getHeader('x-pixvec-error-code') ?? `HTTP_${reply.statusCode}`)
}
