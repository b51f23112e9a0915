import { RateLimitedError } from '@pixvec/core'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { GatewayPlugin } from '../plugin.js'

export interface RateLimitOptions {
  /** Images that one caller may ask for in a minute, over both transports. */
  readonly imagesPerMinute: number
}

/**
 * Bounds the images of one caller. A minute begins with the caller's first image of it. Counts are kept in
 * memory: each process has its own.
 * @throws Error when the limit is not a positive number
 */
export function rateLimit({ imagesPerMinute }: RateLimitOptions): GatewayPlugin {
  if (!(imagesPerMinute > 0)) {
    throw new Error(`rateLimit: imagesPerMinute must be positive; received ${imagesPerMinute}.`)
  }
  const limiter = new RateLimiterMemory({ points: imagesPerMinute, duration: 60 })

  return {
    name: 'rate-limit',
    requires: ['auth'],
    wrapEmbed: (next) => async (request, call) => {
      try {
        await limiter.consume(call.caller?.id ?? 'anonymous')
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        throw new RateLimitedError(
          `The limit is ${imagesPerMinute} images a minute for one key. ` +
            `Try again in ${Math.ceil(refusal.msBeforeNext / 1000)} s.`,
          refusal.msBeforeNext,
        )
      }
      return next(request, call)
    },
  }
}
