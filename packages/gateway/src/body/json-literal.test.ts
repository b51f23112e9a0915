import { describe, expect, it } from 'vitest'
import { readLiteral } from './json-literal.js'

/** What the parser says of a literal: its end is where it takes the text up to there. */
async function expectLikeParser(inside: string, behind = '') {
  const body = Buffer.from(`"${inside}"${behind}`)
  const literal = await readLiteral(body, 1)
  expect(literal?.end, inside.slice(0, 40)).toBe(Buffer.byteLength(inside) + 1)
  expect(literal?.isValid, inside.slice(0, 40)).toBe(parses(`"${inside}"`))
}

function parses(json: string): boolean {
  try {
    JSON.parse(json)
    return true
  } catch {
    return false
  }
}

describe('readLiteral', () => {
  it('finds the closing quote at every offset of a word', async () => {
    for (let length = 0; length < 24; length++) await expectLikeParser('A'.repeat(length), ', "more"')
  })

  it('knows every byte that may stand in a string, and every escape', async () => {
    for (let code = 0; code < 256; code++) {
      const character = String.fromCharCode(code)
      if (character !== '"' && character !== '\\') await expectLikeParser(`AAAA${character}AAAA`)
      if (code >= 0x20) await expectLikeParser(`AAA\\${character}AAAA`)
    }
  })

  it.each(['\\u00e9', '\\u00E9', '\\u00eg', '\\u12', '\\ud83d\\ude00', '\\\\u12', '\\\\\\u12', '\u{1f600}é'])(
    'agrees about %s wherever it stands',
    async (mark) => {
      for (let shift = 0; shift < 9; shift++) await expectLikeParser(`${'A'.repeat(shift)}${mark}AAAAAAA`)
    },
  )

  it('agrees where an escape reaches over the end of a turn', async () => {
    for (const mark of ['\\"', '\\\\', '\\u0041', '\\/']) {
      for (let shift = 0; shift < 8; shift++) {
        await expectLikeParser(`${'A'.repeat(262_140 - 1 + shift - 6)}${mark}${mark}A`)
      }
    }
  })

  it('finds no end where there is none', async () => {
    for (const open of ['', 'A', 'A\\', 'A\\"', 'A\\u', 'A\\u00', '\\'.repeat(7)]) {
      expect(await readLiteral(Buffer.from(`"${open}`), 1), open).toBeUndefined()
    }
  })

  it('reads a view that does not begin at a word', async () => {
    const body = Buffer.from(`xxx"${'A'.repeat(50)}\\n" `).subarray(3)
    expect(await readLiteral(body, 1)).toEqual({ end: 53, isValid: true })
  })

  it('lets others have their turn while it goes through escapes', async () => {
    let turns = 0
    const count = () => {
      turns++
      timer = setImmediate(count)
    }
    let timer = setImmediate(count)
    await readLiteral(Buffer.from(`"${'\\"'.repeat(700_000)}"`), 1)
    clearImmediate(timer)
    expect(turns).toBeGreaterThanOrEqual(5)
  })
})
