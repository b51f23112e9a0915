import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { PixvecError } from '../errors.js'
import { decodeBase64Image } from './base64-image.js'
import { decodeInPieces } from './decode-in-pieces.js'
import { decodeLongBase64Image } from './decode-long-image.js'
import { LentMemory } from './lent-memory.js'
import { LongText } from './long-text.js'

const limit = 700_000
const file = randomBytes(400_000)
const standard = file.toString('base64')
const valid = standard.slice(0, 400_000)

const outcomes = {
  async long(img: string, maxImageBytes: number) {
    return decodeInPieces(LongText.of(Buffer.from(img, 'latin1')), maxImageBytes)
  },
  async thread(img: string, maxImageBytes: number) {
    return decodeLongBase64Image(LongText.of(Buffer.from(img, 'latin1')), maxImageBytes)
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
  await decodeInPieces(LongText.of(Buffer.from(standard)), limit)
  clearImmediate(timer)
  expect(turns).toBeGreaterThanOrEqual(3)
})

test('gives the same from the thread, errors and their facts included', async () => {
  for (const img of [
    standard,
    `${standard}!`,
    `${valid.slice(0, -1)}A`,
    ' '.repeat(200_000),
    `http://${valid}`,
  ]) {
    for (const max of [limit, 299_999]) {
      expect(await outcome('thread', img, max)).toEqual(await outcome('short', img, max))
    }
  }
  const broken = decodeLongBase64Image(LongText.of(Buffer.from(`${valid}%AA`)), limit)
  await expect(broken).rejects.toMatchObject({
    code: 'INVALID_BASE64',
    status: 400,
    details: { position: valid.length },
  })
})

const lines = standard.replace(/.{76}/g, '$&\r\n')
const spelled = {
  json: JSON.stringify(lines).slice(1, -1).replaceAll('/', '\\/').replaceAll('+', '\\u002B'),
  form: encodeURIComponent(lines),
} as const

test.each(['json', 'form'] as const)('undoes the escapes of %s wherever a piece ends', async (spelling) => {
  for (let shift = 0; shift < 12; shift++) {
    const head = `data:image/jpeg;x=${'a'.repeat(shift)};base64,`
    const text = LongText.of(
      Buffer.from(`${spelling === 'form' ? encodeURIComponent(head) : head}${spelled[spelling]}`),
      spelling,
    )
    expect(Buffer.from(await decodeInPieces(text, limit)).equals(file), `${shift}`).toBe(true)
  }
})

test.each(['json', 'form'] as const)(
  'finds the fault of %s where the text as it is read has it',
  async (spelling) => {
    for (const at of [100, 200_000, 500_000]) {
      const img = `${spelled[spelling].slice(0, at).replace(/[\\%].{0,5}$/, '')}*${spelled[spelling].slice(at + 6)}`
      const read = await LongText.of(Buffer.from(img), spelling).text()
      const failure = await decodeInPieces(LongText.of(Buffer.from(img), spelling), limit).catch(
        (error: unknown) => error,
      )
      expect(failure).toMatchObject({ code: 'INVALID_BASE64', details: { position: read.indexOf('*') } })
    }
  },
)

test('decodes several texts of one body, and one of them twice, all at once', async () => {
  const body = Buffer.from(`${standard}${standard.slice(0, 200_000)}`)
  const memory = new LentMemory(body.buffer)
  const first = new LongText({ memory, start: 0, end: standard.length })
  const second = new LongText({ memory, start: standard.length, end: body.length })
  const images = await Promise.all([first, second, first].map((text) => decodeLongBase64Image(text, limit)))
  expect(images.map((image) => Buffer.from(image).equals(file))).toEqual([true, false, true])
  expect(Buffer.from(images[1]!).equals(file.subarray(0, 150_000))).toBe(true)
})
