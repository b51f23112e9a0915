import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { compactBase64 } from './compact-base64.js'
import { LongText, type SpellingName } from './long-text.js'

function compact(spelled: string, spelling: SpellingName) {
  const piece = Buffer.from(spelled)
  const target = Buffer.alloc(piece.length)
  const found = compactBase64(piece, LongText.of(piece, spelling).rules, target)
  return found && { ...found, text: target.toString('latin1', 0, found.symbols) }
}

test.each<[SpellingName, string, string]>([
  ['plain', 'AB+/', 'AB+/'],
  ['plain', 'AB \r\n\t-_x', 'AB-_x'],
  ['json', 'AB\\/CD', 'AB/CD'],
  ['json', 'AB\\r\\nCD\\t\\u002B\\u002f', 'ABCD+/'],
  ['form', 'AB%2BCD%2f', 'AB+CD/'],
  ['form', 'AB+C D%0D%0Ax%20y', 'AB+C+Dx+y'],
])('%s: %s is %s', (spelling, spelled, text) => {
  expect(compact(spelled, spelling)).toMatchObject({ text, symbols: text.length })
})

test('counts characters as the parser of the spelling does', () => {
  expect(compact('A\\r\\nB\\/C D', 'json')?.characters).toBe('A\r\nB/C D'.length)
  expect(compact('A%0D%0AB%2FC D', 'form')?.characters).toBe('A\r\nB/C+D'.length)
})

test.each<[SpellingName, string]>([
  ['plain', 'AB=='],
  ['plain', 'ABCD '],
  ['plain', 'AB%2B'],
  ['plain', 'é'],
  ['json', 'AB\\n'],
  ['json', 'AB\\u0141C'],
  ['json', 'AB\\bC'],
  ['json', 'AB\\"C'],
  ['form', 'AB%2'],
  ['form', 'AB%'],
  ['form', 'AB%zzC'],
  ['form', 'AB%E9C'],
  ['form', 'AB%3D'],
])('leaves %s %j to who reads it as it is spelled', (spelling, spelled) => {
  expect(compact(spelled, spelling)).toBeUndefined()
})

test('gives the symbols that reading would, whatever stands among them', () => {
  const marks = { json: ['\\/', '\\n', '\\u002b', ' '], form: ['%2F', '%0a', '+', ' ', '%20'] }
  for (const [spelling, spelled] of Object.entries(marks) as ['json' | 'form', string[]][]) {
    let text = 'A'
    for (const byte of randomBytes(2_000)) text += spelled[byte % (spelled.length * 4)] ?? 'Qz'
    text += 'B'
    const read = LongText.of(Buffer.from(text), spelling).rules.read(Buffer.from(text))
    expect(compact(text, spelling)).toMatchObject({
      text: read.replace(/\s/g, ''),
      characters: read.length,
    })
  }
})
