import { describe, expect, it } from 'vitest'
import { carveJson } from './carve-json.js'

/** Carves, parses, and puts the long strings back in their places. */
async function parseCarved(body: Buffer): Promise<unknown> {
  const { json, texts } = await carveJson(body)
  const whole = new Map<string, string>()
  for (const [placeholder, text] of texts) whole.set(placeholder, await text.text())
  return restore(JSON.parse(json))

  function restore(value: unknown): unknown {
    if (typeof value === 'string') return whole.get(value) ?? value
    if (Array.isArray(value)) return value.map(restore)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [whole.get(key) ?? key, restore(inner)]),
    )
  }
}

function outcome(parse: () => unknown): Promise<unknown> {
  return Promise.resolve()
    .then(parse)
    .catch((error: Error) => error.name)
}

async function expectSame(body: Buffer, message: string) {
  const whole = await outcome(() => JSON.parse(body.toString('utf8')))
  const carved = await outcome(() => parseCarved(body))
  if (whole === 'SyntaxError') return expect(carved, message).toBe(whole)
  // As text: the assertion on a deep value of megabytes would take seconds.
  expect(JSON.stringify(carved) === JSON.stringify(whole), message).toBe(true)
}

/** Numbers that look random and are the same at every run. */
function createDice(seed: number) {
  let state = seed
  return (sides: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

describe('carveJson', () => {
  it('cuts out what is long, without a copy, and leaves the rest', async () => {
    const img = 'QUJD'.repeat(20_000)
    const { json, texts } = await carveJson(Buffer.from(JSON.stringify({ img, key: 'k', n: [1, null] })))
    expect(json.length).toBeLessThan(200)
    expect(JSON.parse(json)).toEqual({ img: [...texts.keys()][0], key: 'k', n: [1, null] })
    expect(await [...texts.values()][0]!.text()).toBe(img)
  })

  it('cuts nothing out of a small body', async () => {
    expect((await carveJson(Buffer.from('{"img":"QUJD"}'))).texts.size).toBe(0)
  })

  it('reads any JSON as JSON.parse does', async () => {
    const dice = createDice(3)
    const alphabet = ['QUJDRUZH', '+/', '\\', '"', '\n', 'é', '€', '😀', '\u2028', '\u0001', ' ', '\ud83d']
    const text = (length: number): string => {
      const kinds = dice(2) === 0 ? 1 : alphabet.length
      let out = ''
      while (out.length < length) out += alphabet[dice(kinds)]!.repeat(1 + dice(2000))
      return out
    }
    const value = (depth: number): unknown => {
      const kind = dice(depth > 3 ? 4 : 7)
      if (kind === 0) return dice(1e6) / 7
      if (kind === 1) return [true, false, null][dice(3)]
      if (kind === 2) return text(dice(30))
      if (kind === 3) return text(60_000 + dice(90_000))
      if (kind === 4) return Array.from({ length: dice(4) }, () => value(depth + 1))
      return Object.fromEntries(Array.from({ length: dice(4) }, () => [text(dice(9)), value(depth + 1)]))
    }
    for (let round = 0; round < 40; round++) {
      const json = JSON.stringify({ first: text(70_000), rest: value(0), [text(66_000)]: round })
      const spelled = [json, json.replaceAll('/', '\\/'), json.replace(/[^ -~]/g, escapeUnicode)][round % 3]!
      await expectSame(Buffer.from(spelled), `round ${round}`)
    }
  })

  it('refuses what JSON.parse refuses, wherever the damage is', async () => {
    const dice = createDice(5)
    const body = Buffer.from(
      JSON.stringify({ a: 'QUJD'.repeat(40_000), b: 'k"\\', c: [`é\n"${'x'.repeat(70_000)}`] }),
    )
    const characters = [0x22, 0x5c, 0x0a, 0x00, 0x7b, 0x2c, 0xff, 0x75, 0xc3]
    for (let round = 0; round < 120; round++) {
      const damaged = Buffer.from(body)
      for (let count = dice(3); count >= 0; count--) {
        damaged[dice(body.length)] = characters[dice(characters.length)]!
      }
      await expectSame(damaged, `round ${round}`)
      await expectSame(body.subarray(0, dice(body.length)), `cut off, round ${round}`)
    }
  })

  it('cuts no escape and no character in two, wherever they stand', async () => {
    for (const mark of ['\\n', '\\\\', '\\"', '\\/', '\\u00e9', '\\ud83d\\ude00', 'é', '€', '😀']) {
      for (let shift = 0; shift < 8; shift++) {
        const before = 'A'.repeat(131_072 - shift)
        await expectSame(Buffer.from(`{"img":"${before}${mark}${mark}tail"}`), `${mark} ${shift}`)
        await expectSame(Buffer.from(`["${'\\\\'.repeat(65_532)}${'A'.repeat(shift)}${mark}"]`), mark)
      }
    }
  })

  it('lets the last of two equal keys win', async () => {
    const long = 'A'.repeat(100_000)
    await expectSame(Buffer.from(`{"img":"${long}","img":"b"}`), 'short last')
    await expectSame(Buffer.from(`{"img":"b","img":"${long}B","img":"${long}C"}`), 'long last')
  })

  it('takes no string of a caller for a placeholder', async () => {
    const long = 'A'.repeat(100_000)
    const first = await carveJson(Buffer.from(JSON.stringify([long])))
    const [seen] = [...first.texts.keys()]
    await expectSame(Buffer.from(JSON.stringify([seen, long, '<100000 bytes of text, x-0>'])), 'look-alike')
  })

  it('gives up on a body of countless strings, and reads it all the same', async () => {
    const body = Buffer.from(JSON.stringify([...Array(10_000).fill('a'), 'B'.repeat(100_000)]))
    expect((await carveJson(body)).texts.size).toBe(0)
    await expectSame(body, 'many')
  })
})

function escapeUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
