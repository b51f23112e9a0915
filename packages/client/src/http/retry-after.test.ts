import { describe, expect, it } from 'vitest'
import { parseRetryAfter } from './retry-after.js'

const now = Date.UTC(2026, 10, 22, 12, 0, 0)

describe('parseRetryAfter', () => {
  it.each([
    ['2', 2000],
    [' 120 ', 120_000],
    ['0', 0],
    ['0.5', 500],
    ['Sun, 22 Nov 2026 12:00:07 GMT', 7000],
    ['Sunday, 22-Nov-26 12:00:07 GMT', 7000],
    ['Sun, 22 Nov 2026 11:59:00 GMT', 0],
  ])('reads %j as %i ms', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected)
  })

  it.each([null, '', '  ', 'soon', '-1', '2026-11-22', 'NaN', 'Mon, never'])(
    'reads nothing from %j',
    (header) => {
      expect(parseRetryAfter(header, now)).toBeUndefined()
    },
  )
})
