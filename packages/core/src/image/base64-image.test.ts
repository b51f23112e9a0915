import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { PixvecError } from '../errors.js'
import { decodeBase64Image } from './base64-image.js'

const limit = 1_000_000

function codeOf(img: string, maxImageBytes = limit): string {
  try {
    decodeBase64Image(img, maxImageBytes)
    return 'none'
  } catch (error) {
    if (PixvecError.isInstance(error)) return error.code
    throw error
  }
}

test('gives the same bytes for every spelling of base64', () => {
  for (let length = 1; length < 70; length++) {
    const file = randomBytes(length)
    const standard = file.toString('base64')
    const spellings = [
      standard,
      standard.replace(/=+$/, ''),
      file.toString('base64url'),
      `data:image/jpeg;base64,${standard}`,
      `DATA:;BASE64,${standard}`,
      `  data:image/png;charset=utf-8;base64,\n${standard}\n`,
      standard.replace(/(.{4})/g, '$1\r\n'),
      `\t${standard} \n`,
    ]
    for (const spelling of spellings) {
      expect(Buffer.from(decodeBase64Image(spelling, limit)).equals(file), JSON.stringify(spelling)).toBe(
        true,
      )
    }
  }
})

test('takes nothing for a missing image', () => {
  for (const img of ['', ' \n', '====', 'data:image/png;base64,', 'data:image/png;base64,\n=']) {
    expect(codeOf(img), img).toBe('MISSING_IMAGE')
  }
})

test('refuses a character that is not base64, wherever it stands', () => {
  const valid = randomBytes(30).toString('base64')
  for (const character of ['%', '*', '=', '\u0000', '.', 'é', 'Ł', '﻿', '😀', ',', '\u00a0']) {
    for (const position of [1, 17, 39]) {
      const img = valid.slice(0, position) + character + valid.slice(position)
      expect(codeOf(img), `${character} at ${position}`).toBe('INVALID_BASE64')
      expect(codeOf(`${img}\n${valid}`), `${character} at ${position}, with a line break`).toBe(
        'INVALID_BASE64',
      )
    }
  }
})

test('names the character and its position, and no more of the text', () => {
  expect(() => decodeBase64Image('AAAA%2BAA', limit)).toThrow(
    'Expected base64 in `img`; character "%" at position 4 is none. It looks percent-encoded: send it without.',
  )
})

test('refuses a length that no base64 has', () => {
  expect(codeOf('AAAAA')).toBe('INVALID_BASE64')
  expect(codeOf('AAAA\nA')).toBe('INVALID_BASE64')
})

test('refuses a data URI that is not base64', () => {
  for (const img of [
    'data:image/png,%89PNG',
    'data:image/svg+xml;utf8,<svg/>',
    'data:',
    'data:image/png;base64',
  ]) {
    expect(codeOf(img), img).toBe('INVALID_BASE64')
  }
})

test('says that URL input is off for anything that looks like an address', () => {
  for (const img of [
    'https://example.com/cat.jpg',
    ' HTTP://example.com/cat.jpg',
    '//example.com/cat.jpg',
    '//localhost:8080/cat.jpg',
    'file:///etc/passwd',
    's3://bucket/cat.jpg',
    'blob:abc',
  ]) {
    expect(codeOf(img), img).toBe('URL_INPUT_DISABLED')
  }
})

test('takes base64 that begins with two slashes for base64', () => {
  expect(Buffer.from(decodeBase64Image('//s=', limit))).toEqual(Buffer.from([0xff, 0xfb]))
})

test('refuses a file over the limit, to the byte, and not for its line breaks', () => {
  const file = randomBytes(3_000)
  const wrapped = file.toString('base64').replace(/(.{76})/g, '$1\r\n')
  for (const img of [file.toString('base64'), file.toString('base64url'), wrapped]) {
    expect(codeOf(img, 3_000)).toBe('none')
    expect(codeOf(img, 2_999)).toBe('IMAGE_TOO_LARGE')
  }
  expect(codeOf('A'.repeat(100_000), 100)).toBe('IMAGE_TOO_LARGE')
})
