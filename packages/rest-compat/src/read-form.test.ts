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

describe('readPairs', () => {
  it('reads a parsed query string, where several values of one name are a list', () => {
    expect(readPairs({ key: ['first', 'last'], img: 'a b', other: '1' })).toEqual({ key: 'last', img: 'a+b' })
  })
})
