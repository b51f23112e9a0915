import { expect, test } from 'vitest'
import { guardQueryText } from './literal-guard.js'

const large = 'A'.repeat(65_537)
const fits = 'A'.repeat(65_536)

function verdict(query: unknown): string {
  try {
    guardQueryText(query)
    return 'taken'
  } catch (error) {
    return (error as { code: string }).code
  }
}

test('refuses a large string and a large block string', () => {
  expect(verdict(`{ embedImage(img: "${large}") { id } }`)).toBe('LITERAL_TOO_LARGE')
  expect(verdict(`{ embedImage(img: """${large}""") { id } }`)).toBe('LITERAL_TOO_LARGE')
  expect(verdict(`{ a(s: "") b(s: "${large}") }`)).toBe('LITERAL_TOO_LARGE')
  expect(verdict(`{ a(s: "${large}`)).toBe('LITERAL_TOO_LARGE')
})

test('takes strings up to the limit, several of them as well', () => {
  expect(verdict(`{ embedImages(imgs: ["${fits}", "${fits}"]) { id } }`)).toBe('taken')
  expect(verdict(`{ embedImage(img: """${fits}""") { id } }`)).toBe('taken')
})

test('is not led astray by quotes in comments, escapes and block strings', () => {
  const name = 'a '.repeat(40_000)
  expect(verdict(`# it's "open\n{ ${name} }`)).toBe('taken')
  expect(verdict(`# "open\r{ ${name} a(s: "x") }`)).toBe('taken')
  expect(verdict(`{ a(s: "\\"") ${name} b(s: "\\\\") }`)).toBe('taken')
  expect(verdict(`{ a(s: """one " two \\""" three""") ${name} }`)).toBe('taken')
  expect(verdict(`{ a(s: "\\"${large}\\"") }`)).toBe('LITERAL_TOO_LARGE')
})

test('a text without large strings has a limit as well', () => {
  expect(verdict(`{ a } #${' '.repeat(4_194_304)}`)).toBe('MALFORMED_REQUEST')
})

test('leaves what is no text to Apollo', () => {
  for (const query of [undefined, null, 1, {}, []]) expect(verdict(query)).toBe('taken')
})

test('scans 20 MB of quotes without going back over them', () => {
  expect(verdict('"\\'.repeat(10_000_000))).toBe('LITERAL_TOO_LARGE')
  expect(verdict('""'.repeat(10_000_000))).toBe('MALFORMED_REQUEST')
})
