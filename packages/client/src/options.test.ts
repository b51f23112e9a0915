import { describe, expect, it } from 'vitest'
import { resolveOptions } from './options.js'

const baseUrl = 'http://127.0.0.1:8080'

describe('client options', () => {
  it.each([
    [baseUrl, baseUrl],
    [`${baseUrl}/`, baseUrl],
    ['https://example.test/pixvec//', 'https://example.test/pixvec'],
  ])('takes %s as a base', (given, expected) => {
    expect(resolveOptions({ baseUrl: given }).baseUrl).toBe(expected)
  })

  it.each(['', '/', '127.0.0.1:8080', 'ftp://example.test', 'http://a:b@example.test', `${baseUrl}?key=a`])(
    'refuses the base %j',
    (given) => {
      expect(() => resolveOptions({ baseUrl: given })).toThrow(/baseUrl/)
    },
  )

  it('sends no Authorization without a key', () => {
    expect(resolveOptions({ baseUrl }).headers).toEqual({})
    expect(resolveOptions({ baseUrl, key: 'key-one' }).headers).toEqual({ authorization: 'Bearer key-one' })
  })

  it.each(['', 'secret\n', 'sec ret', 'sécret'])('refuses the key %j and does not repeat it', (key) => {
    const attempt = () => resolveOptions({ baseUrl, key })
    expect(attempt).toThrow(TypeError)
    expect(attempt).not.toThrow(/s.cret/)
  })

  it.each([
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { timeoutMs: 2 ** 31 },
    { deadlineMs: 0 },
    { maxRetries: -1 },
    { maxRetries: Number.POSITIVE_INFINITY },
    { retryDelayMs: -1 },
    { maxRetryDelayMs: -1 },
  ])('refuses %j and names it', (wrong) => {
    expect(() => resolveOptions({ baseUrl, ...wrong })).toThrow(new RegExp(Object.keys(wrong)[0] as string))
  })

  it('refuses a transport that it does not know', () => {
    expect(() => resolveOptions({ baseUrl, transport: 'soap' as never })).toThrow(/soap/)
  })
})
