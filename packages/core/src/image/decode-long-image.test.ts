import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { PixvecError } from '../errors.js'
import { decodeBase64Image } from './base64-image.js'
import { decodeLongBase64Image } from './decode-long-image.js'
import { LongText } from './long-text.js'

const limit = 700_000
const file = randomBytes(400_000)
const standard = file.toString('base64')
const valid = standard.slice(0, 400_000)

const outcomes = {
  async long(img: string, maxImageBytes: number) {
    return decodeLongBase64Image(new LongText(Buffer.from(img, 'latin1')), maxImageBytes)
  },
  async short(img: string, maxImageBytes: number) {
    return decodeBase64Image(img, maxImageBytes)
  },
}

async function outcome(of: keyof typeof outcomes, img: string, maxImageBytes = limit) {
  try {
    return Buffer.from(await outcomes[of](img, maxImageBytes)).toString('base64')
  } catch (error) {
    if (PixvecError.isInstance(error)) return { code: error.code, message: error.message }
    throw error
  }
}

test('gives the same bytes for every spelling of base64', async () => {
  const spellings = [
    standard,
    standard.replace(/=+$/, ''),
    file.toString('base64url'),
    `data:image/jpeg;base64,${standard}`,
    `  data:image/png;charset=utf-8;base64,\n${standard}\n`,
    standard.replace(/(.{76})/g, '$1\r\n'),
    standard.replace(/(.{64})/g, '$1\n'),
    `\t ${standard} \n`,
    `${standard}${' '.repeat(300_000)}`,
    `${' '.repeat(300_000)}${standard}`,
  ]
  for (const spelling of spellings) expect(await outcome('long', spelling)).toBe(standard)
})

test('fails exactly as one go would, wherever the fault stands', async () => {
  const faults = ['%', '*', '=', '==', '\u0000', 'é', ',', '\u00a0', ' =', '\n\n', '']
  for (const position of [0, 1, 1_000, 131_071, 131_072, 131_073, 262_144, 399_999]) {
    for (const fault of faults) {
      const img = valid.slice(0, position) + fault + valid.slice(position)
      expect(await outcome('long', img), `${JSON.stringify(fault)} at ${position}`).toEqual(
        await outcome('short', img),
      )
    }
  }
})

test('agrees about what is missing, cut off, an address, or no base64', async () => {
  for (const img of [
    ' '.repeat(200_000),
    '='.repeat(400_000),
    `data:image/png;base64,${'='.repeat(200_000)}`,
    `data:image/png,${valid}`,
    `https://example.com/${valid}`,
    `${valid}A`,
    `${valid.slice(0, 131_072)}A`,
    `${valid}AB`,
    `${valid}ABC`,
    `${valid}${'='.repeat(200_000)}A`,
  ]) {
    expect(await outcome('long', img), img.slice(0, 60)).toEqual(await outcome('short', img))
  }
})

test('agrees about the limit, to the byte', async () => {
  const wrapped = standard.replace(/(.{76})/g, '$1\r\n')
  for (const max of [400_000, 399_999, 300_000, 199_999, 150_000, 1]) {
    for (const img of [standard, wrapped, `${standard}!`, `!${standard}`, file.toString('base64url')]) {
      expect(await outcome('long', img, max), `${max}`).toEqual(await outcome('short', img, max))
    }
  }
})

test('lets others have their turn while it decodes', async () => {
  let turns = 0
  const count = () => {
    turns++
    timer = setImmediate(count)
  }
  let timer = setImmediate(count)
  await decodeLongBase64Image(new LongText(Buffer.from(standard)), limit)
  clearImmediate(timer)
  expect(turns).toBeGreaterThanOrEqual(3)
})
