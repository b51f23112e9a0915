import { LongText } from '@pixvec/core'
import { describe, expect, it } from 'vitest'
import { readForm, readPairs } from './read-form.js'

const read = (text: string) => readForm(Buffer.from(text))

describe('readForm', () => {
  it('keeps the fields of the wire and ignores others', () => {
    expect(read('img=QUJD&key=k%20k&dimension=1024&submit=Go&__proto__=x')).toEqual({
      img: 'QUJD',
      key: 'k k',
      dimension: '1024',
    })
  })

  it('gives base64 back its pluses, escaped or not', () => {
    expect(read('img=a%2Bb%2Fc%3D')).toEqual({ img: 'a+b/c=' })
    expect(read('img=a+b/c=')).toEqual({ img: 'a+b/c=' })
    expect(read('img=a b/c=')).toEqual({ img: 'a+b/c=' })
  })

  it('lets the last of two equal fields win', () => {
    expect(read('key=first&img=QUJD&key=last&img=REVG')).toEqual({ key: 'last', img: 'REVG' })
  })

  it('takes an empty body for no fields', () => {
    expect(read('')).toEqual({})
  })

  it('refuses broken escapes in a field that it reads, and in no other', () => {
    expect(() => read('key=%zz')).toThrow(expect.objectContaining({ code: 'MALFORMED_REQUEST' }))
    expect(() => read('img=%E0%A4%A')).toThrow('`img`')
    expect(read('note=%E9&key=k')).toEqual({ key: 'k' })
  })

  it('takes a name without a value for none', () => {
    expect(read('key&keys&img=&&=x')).toEqual({ img: '' })
  })

  it('takes as many fields as a form may have, and not one more', () => {
    expect(read(`${'x=1&'.repeat(31)}key=k`)).toEqual({ key: 'k' })
    expect(() => read(`${'x=1&'.repeat(32)}key=k`)).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }),
    )
  })
})

describe('readForm with a long image', () => {
  const text = `${'QUJD+/'.repeat(40_000)}QQ==`

  it.each([
    ['as a library escapes it', encodeURIComponent(text)],
    ['with pluses and slashes left alone', text],
    ['with spaces for pluses', text.replaceAll('+', ' ')],
    ['with every character escaped', text.replace(/./g, (c) => `%${c.charCodeAt(0).toString(16)}`)],
  ])('leaves it as it was spelled: %s', async (_name, spelled) => {
    const { img, ...rest } = read(`dimension=1024&img=${spelled}&key=k`)
    expect(img).toBeInstanceOf(LongText)
    expect(await (img as LongText).text()).toBe(text)
    expect(rest).toEqual({ dimension: '1024', key: 'k' })
  })

  it('cuts no escape and no escaped character in two', async () => {
    for (const character of ['+', 'é', '€', '😀']) {
      for (let shift = 0; shift < 16; shift++) {
        const img = `${'A'.repeat(131_072 - shift)}${character.repeat(3)}B`
        expect(await (read(`img=${encodeURIComponent(img)}`).img as LongText).text()).toBe(img)
      }
    }
  })

  it('refuses broken escapes when it is read', async () => {
    const { img } = read(`img=${text}%E0%A4%A`)
    await expect((img as LongText).text()).rejects.toMatchObject({
      code: 'MALFORMED_REQUEST',
      message: expect.stringContaining('`img`'),
    })
  })
})

describe('readPairs', () => {
  it('reads a parsed query string, where several values of one name are a list', () => {
    expect(readPairs({ key: ['first', 'last'], img: 'a b', other: '1' })).toEqual({ key: 'last', img: 'a+b' })
  })
})
