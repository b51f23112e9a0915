import { describe, expect, it } from 'vitest'
import { readJson } from './read-json.js'

const read = (text: string) => readJson(Buffer.from(text))

describe('readJson', () => {
  it('keeps the fields of the wire and ignores others', () => {
    expect(read('{"img":"QUJD","key":"k","dimension":1024,"extra":{"a":1}}')).toEqual({
      img: 'QUJD',
      key: 'k',
      dimension: 1024,
    })
  })

  it('takes an empty body for no fields', () => {
    expect(read('')).toEqual({})
  })

  it('reads past a byte order mark', () => {
    expect(read('\uFEFF{"key":"k"}')).toEqual({ key: 'k' })
  })

  it('lets the last of two equal fields win', () => {
    expect(read('{"key":"first","key":"last"}')).toEqual({ key: 'last' })
  })

  it('finds no fields in a prototype that the body brings along', () => {
    const fields = read('{"__proto__":{"key":"k","img":"QUJD"},"constructor":{"prototype":{"key":"k"}}}')
    expect(fields).toEqual({})
    expect(({} as { key?: unknown }).key).toBeUndefined()
  })

  it.each([
    ['[]', 'an array'],
    ['null', 'null'],
    ['"img"', 'a string'],
    ['17', 'a number'],
    ['true', 'a boolean'],
  ])('refuses %s and says that it is %s', (text, kind) => {
    expect(() => read(text)).toThrow(`received ${kind}`)
  })

  it.each(['{', '{"img":', '{"img":"QUJD"', 'img=QUJD', ' ', "{'img':'x'}", '{"img":"a\nb"}', '\u00ff'])(
    'refuses broken JSON: %j',
    (text) => {
      expect(() => read(text)).toThrow(expect.objectContaining({ code: 'MALFORMED_REQUEST' }))
    },
  )

  it('says where the JSON breaks and quotes nothing of the body', () => {
    const broken = () => read('{"key":"secret-key" "img":1}')
    expect(broken).toThrow('(character 20)')
    expect(broken).not.toThrow('secret')
  })
})
