import { LongText } from '@pixvec/core'
import { describe, expect, it } from 'vitest'
import { readJson } from './read-json.js'

const read = (text: string) => readJson(Buffer.from(text))

describe('readJson', () => {
  it('keeps the fields of the wire and ignores others', async () => {
    expect(await read('{"img":"QUJD","key":"k","dimension":1024,"extra":{"a":1}}')).toEqual({
      img: 'QUJD',
      key: 'k',
      dimension: 1024,
    })
  })

  it('takes an empty body for no fields', async () => {
    expect(await read('')).toEqual({})
  })

  it('reads past a byte order mark', async () => {
    expect(await read('\uFEFF{"key":"k"}')).toEqual({ key: 'k' })
  })

  it('lets the last of two equal fields win', async () => {
    expect(await read('{"key":"first","key":"last"}')).toEqual({ key: 'last' })
  })

  it('finds no fields in a prototype that the body brings along', async () => {
    const fields = await read(
      '{"__proto__":{"key":"k","img":"QUJD"},"constructor":{"prototype":{"key":"k"}}}',
    )
    expect(fields).toEqual({})
    expect(({} as { key?: unknown }).key).toBeUndefined()
  })

  it.each([
    ['[]', 'an array'],
    ['null', 'null'],
    ['"img"', 'a string'],
    ['17', 'a number'],
    ['true', 'a boolean'],
  ])('refuses %s and says that it is %s', async (text, kind) => {
    await expect(read(text)).rejects.toThrow(`received ${kind}`)
  })

  it.each(['{', '{"img":', '{"img":"QUJD"', 'img=QUJD', ' ', "{'img':'x'}", '{"img":"a\nb"}', '\u00ff'])(
    'refuses broken JSON: %j',
    async (text) => {
      await expect(read(text)).rejects.toMatchObject({ code: 'MALFORMED_REQUEST' })
    },
  )

  it('says where the JSON breaks and quotes nothing of the body', async () => {
    const failure = await read('{"key":"secret-key" "img":1}').catch((error: Error) => error.message)
    expect(failure).toContain('(character 20)')
    expect(failure).not.toContain('secret')
  })

  const long = 'QUJD'.repeat(20_000)

  it('leaves a long image as it was spelled, and reads all else', async () => {
    const { img, ...rest } = await read(JSON.stringify({ key: 'k', img: long, dimension: 1024, url: long }))
    expect(img).toBeInstanceOf(LongText)
    expect(await (img as LongText).text()).toBe(long)
    expect(rest).toEqual({ key: 'k', dimension: 1024, url: long })
  })

  it.each([
    [`["${long}"]`, 'received an array'],
    [`"${long}"`, 'received a string'],
    [`{"img":"${long}"`, 'not valid JSON'],
    [`{"img":"${long}" "key":"secret-key"}`, 'not valid JSON. Build'],
    [`{"img":"${long}\n"}`, 'not valid JSON. Build'],
    [`{"img":"${long}\\x"}`, 'not valid JSON. Build'],
    [`{"note":"${long}\\x","img":"QUJD"}`, 'not valid JSON. Build'],
  ])('refuses a large body as it would a small one, case %#', async (text, message) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'MALFORMED_REQUEST',
      message: expect.stringContaining(message),
    })
  })
})
