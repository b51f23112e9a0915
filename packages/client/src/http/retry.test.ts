import { describe, expect, it } from 'vitest'
import { fakeClock } from '../../test/fake-clock.js'
import { PixvecApiError, PixvecConnectionError, PixvecResponseError, PixvecTimeoutError } from '../errors.js'
import { withRetries } from './retry.js'

const policy = { maxRetries: 2, retryDelayMs: 500, maxRetryDelayMs: 30_000 }

function apiError(status: number, retryAfterMs?: number, retryable?: boolean) {
  return new PixvecApiError('OVERLOADED', 'full', { status, requestId: undefined, retryAfterMs }, retryable)
}

/** Fails with each error in turn, then succeeds. */
function failing(...errors: unknown[]) {
  const attempt = async () => {
    attempt.count++
    if (errors.length > 0) throw errors.shift()
    return 'done'
  }
  attempt.count = 0
  return attempt
}

describe('withRetries', () => {
  it.each([
    ['a lost connection', new PixvecConnectionError('http://a', new Error('reset'))],
    ['a timeout', new PixvecTimeoutError('http://a', 5)],
    ['500', apiError(500)],
    ['502', apiError(502)],
    ['503', apiError(503)],
    ['504', apiError(504)],
    [
      "a proxy's 502 page",
      new PixvecResponseError('html', {
        status: 502,
        requestId: undefined,
        retryAfterMs: undefined,
        contentType: 'text/html',
      }),
    ],
  ])('repeats after %s', async (_name, error) => {
    const attempt = failing(error)
    await expect(withRetries(attempt, policy, fakeClock())).resolves.toBe('done')
    expect(attempt.count).toBe(2)
  })

  it.each([400, 401, 404, 405, 408, 413, 415, 429])('never repeats a %i', async (status) => {
    const error = apiError(status, 1000, true)
    const attempt = failing(error)
    await expect(withRetries(attempt, policy, fakeClock())).rejects.toBe(error)
    expect(attempt.count).toBe(1)
  })

  it.each([
    ['501', apiError(501)],
    ['a 500 that the server calls final', apiError(500, undefined, false)],
    ['a mistake of the program', new TypeError('no image')],
  ])('does not repeat after %s', async (_name, error) => {
    const attempt = failing(error)
    await expect(withRetries(attempt, policy, fakeClock())).rejects.toBe(error)
    expect(attempt.count).toBe(1)
  })

  it('makes maxRetries + 1 attempts and throws the error of the last', async () => {
    const last = apiError(503)
    const attempt = failing(apiError(503), apiError(503), last, apiError(503))
    await expect(withRetries(attempt, policy, fakeClock())).rejects.toBe(last)
    expect(attempt.count).toBe(3)
  })

  it('doubles the step and takes a random part of it', async () => {
    const clock = fakeClock()
    clock.chance = 0.25
    await withRetries(
      failing(apiError(503), apiError(503), apiError(503)),
      { ...policy, maxRetries: 3 },
      clock,
    )
    expect(clock.waits).toEqual([125, 250, 500])
  })

  it('waits at least as long as Retry-After asks', async () => {
    const clock = fakeClock()
    clock.chance = 0
    await withRetries(failing(apiError(503, 7000)), policy, clock)
    clock.chance = 0.5
    await withRetries(failing(apiError(503, 7000)), policy, clock)
    expect(clock.waits).toEqual([7000, 7250])
  })

  it('does not wait for a Retry-After beyond the longest wait', async () => {
    const clock = fakeClock()
    const error = apiError(503, 30_001)
    await expect(withRetries(failing(error), policy, clock)).rejects.toBe(error)
    await withRetries(failing(apiError(503, 30_000)), policy, clock)
    expect(clock.waits).toEqual([30_000])
  })

  it('never steps beyond the longest wait', async () => {
    const clock = fakeClock()
    clock.chance = 0.9
    await withRetries(failing(apiError(503)), { ...policy, maxRetryDelayMs: 100 }, clock)
    expect(clock.waits).toEqual([90])
  })

  it("rejects with the signal's reason when it aborts between two attempts", async () => {
    const caller = new AbortController()
    const attempt = failing(apiError(503))
    caller.abort('enough')
    await expect(withRetries(attempt, policy, fakeClock(), { signal: caller.signal })).rejects.toBe('enough')
    expect(attempt.count).toBe(1)
  })
})

describe('withRetries before a deadline', () => {
  it('begins no wait that would pass it, and throws what came instead', async () => {
    const clock = fakeClock()
    clock.chance = 0
    const error = apiError(503, 7000)
    const attempt = failing(apiError(503, 7000), error)
    const deadlineAtMs = clock.now() + 10_000
    await expect(withRetries(attempt, policy, clock, { deadlineAtMs })).rejects.toBe(error)
    expect(clock.waits).toEqual([7000])
  })
})

describe('withRetries in a list', () => {
  it('repeats a 429 as long as the server asks it to wait, beyond maxRetries and the longest wait', async () => {
    const clock = fakeClock()
    clock.chance = 0
    const refusals = Array.from({ length: 5 }, () => apiError(429, 40_000, true))
    const attempt = failing(...refusals)
    await expect(withRetries(attempt, policy, clock, { pace: { notBeforeMs: 0 } })).resolves.toBe('done')
    expect(clock.waits).toEqual([40_000, 40_000, 40_000, 40_000, 40_000])
  })

  it('gives a 429 up at the deadline', async () => {
    const clock = fakeClock()
    clock.chance = 0
    const attempt = failing(...Array.from({ length: 9 }, () => apiError(429, 4000, true)))
    const options = { pace: { notBeforeMs: 0 }, deadlineAtMs: clock.now() + 10_000 }
    await expect(withRetries(attempt, policy, clock, options)).rejects.toMatchObject({ status: 429 })
    expect(clock.waits).toEqual([4000, 4000])
  })

  it('backs off by itself from a 429 that names no time', async () => {
    const clock = fakeClock()
    const attempt = failing(apiError(429), apiError(429), apiError(429))
    await withRetries(attempt, policy, clock, { pace: { notBeforeMs: 0 } })
    expect(clock.waits).toEqual([250, 500, 1000])
  })

  it('holds back the attempts of others, for an overload as for a rate', async () => {
    for (const status of [429, 503]) {
      const clock = fakeClock()
      clock.chance = 0
      const pace = { notBeforeMs: 0 }
      await withRetries(failing(apiError(status, 3000)), policy, clock, { pace })
      expect(pace.notBeforeMs).toBe(clock.now())
      pace.notBeforeMs += 2000
      await withRetries(failing(), policy, clock, { pace })
      expect(clock.waits).toEqual([3000, 2000])
    }
  })

  it('tells of each attempt that is made again', async () => {
    const clock = fakeClock()
    const told: unknown[] = []
    const lost = new PixvecConnectionError('http://a', new Error('reset'))
    const onRetry = (...words: unknown[]) => void told.push(words)
    await withRetries(failing(lost, apiError(503, 2000)), policy, clock, { onRetry })
    expect(told).toEqual([
      [1, lost, 250],
      [2, expect.objectContaining({ status: 503 }), 2500],
    ])
  })
})
