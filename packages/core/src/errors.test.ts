import { describe, expect, it } from 'vitest'
import {
  errorCodes,
  errorTable,
  ImageTooLargeError,
  InternalError,
  InvalidDimensionError,
  internalMessage,
  OverloadedError,
  PixvecError,
  publicError,
} from './errors.js'

describe('the error table', () => {
  it('gives every code a status of a failure and a sentence', () => {
    for (const code of errorCodes) {
      expect(errorTable[code].status).toBeGreaterThanOrEqual(400)
      expect(errorTable[code].when).toMatch(/^[A-Z`].*\.$/s)
    }
  })

  it('never calls a 4xx retryable but for those that time heals', () => {
    const retryable = errorCodes.filter((code) => errorTable[code].status < 500 && errorTable[code].retryable)
    expect(retryable).toEqual(['REQUEST_TIMEOUT', 'RATE_LIMITED'])
  })
})

describe('PixvecError', () => {
  it('carries code, status, retryable and facts', () => {
    const error = new OverloadedError('full', 1500)
    expect(error).toMatchObject({ code: 'OVERLOADED', status: 503, retryable: true, retryAfterMs: 1500 })
    expect(error.name).toBe('OverloadedError')
    expect(new ImageTooLargeError('big', { pixels: 5 }).retryAfterMs).toBeUndefined()
  })

  it('says what was expected, what came and what to do', () => {
    expect(new InvalidDimensionError(100, [512, 1024], 'm').message).toBe(
      'Dimension must be 512 or 1024 of model m; received 100. Leave it out for 512.',
    )
    expect(new InvalidDimensionError('x'.repeat(1000), [512]).message.length).toBeLessThan(200)
  })

  it('is told from other errors', () => {
    expect(PixvecError.isInstance(new InternalError('x'))).toBe(true)
    expect(PixvecError.isInstance(new Error('x'))).toBe(false)
    expect(PixvecError.isInstance(undefined)).toBe(false)
  })
})

describe('publicError', () => {
  it('lets through what callers can act on', () => {
    const error = new InvalidDimensionError(1, [512])
    expect(publicError(error)).toBe(error)
  })

  it('masks our own faults and keeps their cause for the log', () => {
    for (const thrown of [new TypeError('secret path'), new InternalError('secret path'), 'secret path']) {
      const error = publicError(thrown)
      expect(error).toMatchObject({ code: 'INTERNAL', status: 500, message: internalMessage })
      expect(error.cause).toBe(thrown)
    }
  })
})
