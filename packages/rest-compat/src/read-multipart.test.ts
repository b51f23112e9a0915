import { LongText } from '@pixvec/core'
import { describe, expect, it } from 'vitest'
import { readMultipart } from './read-multipart.js'

const boundary = 'XX'
const contentType = `multipart/form-data; boundary=${boundary}`
const png = Buffer.from('89504e470d0a1a0a0000000d0d0a2d2d58', 'hex')

interface PartOptions {
  filename?: string
  headers?: readonly string[]
}

function part(name: string, content: string | Buffer, { filename, headers = [] }: PartOptions = {}): Buffer {
  const file = filename === undefined ? '' : `; filename="${filename}"`
  const lines = [`Content-Disposition: form-data; name="${name}"${file}`, ...headers]
  return Buffer.concat([
    Buffer.from(`--${boundary}\r\n${lines.join('\r\n')}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ])
}

function form(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)])
}

describe('readMultipart', () => {
  it.each(['file', 'img'])('reads a file in field %s, fields in any order', async (name) => {
    const image = part(name, png, { filename: 'a.png', headers: ['Content-Type: image/png'] })
    const key = part('key', 'k')
    const dimension = part('dimension', '1024')
    const expected = { img: png, key: 'k', dimension: '1024' }
    expect(await readMultipart(form(image, key, dimension), contentType)).toEqual(expected)
    expect(await readMultipart(form(dimension, key, image), contentType)).toEqual(expected)
  })

  it('takes the bytes of a part that has no Content-Type', async () => {
    expect(await readMultipart(form(part('file', png, { filename: 'a' })), contentType)).toEqual({ img: png })
  })

  it('sees by the bytes that a part without filename and Content-Type is a file', async () => {
    expect(await readMultipart(form(part('img', png)), contentType)).toEqual({ img: png })
  })

  it('takes base64 text in img', async () => {
    const fields = await readMultipart(form(part('img', png.toString('base64'))), contentType)
    expect(fields).toEqual({ img: png.toString('base64') })
  })

  it('leaves a file that calls itself base64 to be decoded as text', async () => {
    const headers = ['Content-Type: image/png', 'Content-Transfer-Encoding: base64']
    const body = form(part('file', png.toString('base64'), { filename: 'a.png', headers }))
    expect(await readMultipart(body, contentType)).toEqual({ img: png.toString('base64') })
  })

  it('keeps a large file whole across slices', async () => {
    const large = Buffer.alloc(300_000, Buffer.from('\r\n--X\u0000\u00ff', 'latin1'))
    const fields = await readMultipart(
      form(part('key', 'k'), part('file', large, { filename: 'a' })),
      contentType,
    )
    expect(Buffer.compare(fields.img as Buffer, large)).toBe(0)
  })

  it('hands on a large file without a copy', async () => {
    const large = Buffer.alloc(300_000, 7)
    const body = form(part('key', 'k'), part('file', large, { filename: 'a' }))
    const img = (await readMultipart(body, contentType)).img as Buffer
    expect(img.buffer).toBe(body.buffer)
    expect(Buffer.compare(img, large)).toBe(0)
  })

  it('leaves long base64 text to be read in pieces', async () => {
    const text = 'QUJD'.repeat(20_000)
    const { img } = await readMultipart(form(part('img', text), part('key', 'k')), contentType)
    expect(img).toBeInstanceOf(LongText)
    expect(await (img as LongText).text()).toBe(text)
  })

  it('lets the last of two equal text fields win', async () => {
    const body = form(part('key', 'first'), part('img', 'QUJD'), part('key', 'last'), part('img', 'REVG'))
    expect(await readMultipart(body, contentType)).toEqual({ key: 'last', img: 'REVG' })
  })

  it('refuses more than one file and says so', async () => {
    const body = form(part('file', png, { filename: 'a' }), part('img', png, { filename: 'b' }))
    await expect(readMultipart(body, contentType)).rejects.toMatchObject({
      code: 'MALFORMED_REQUEST',
      message: expect.stringContaining('received 2 files'),
    })
  })

  it('refuses a file beside an image as text', async () => {
    const body = form(part('file', png, { filename: 'a' }), part('img', 'QUJD'))
    await expect(readMultipart(body, contentType)).rejects.toMatchObject({ code: 'MALFORMED_REQUEST' })
  })

  it('ignores the empty file input of a browser when the image comes as text', async () => {
    const body = form(part('file', '', { filename: '' }), part('img', 'QUJD'))
    expect(await readMultipart(body, contentType)).toEqual({ img: 'QUJD' })
  })

  it('names a file that came in a field of another name', async () => {
    const body = form(part('image', png, { filename: 'a' }))
    expect(await readMultipart(body, contentType)).toEqual({ strayFile: 'image' })
  })

  it('is not harmed by names that mean something to JavaScript, nor by parts without a name', async () => {
    const nameless = Buffer.from(`--${boundary}\r\nContent-Disposition: form-data\r\n\r\nx\r\n`)
    const body = form(part('__proto__', 'x'), part('constructor', 'x'), nameless, part('key', 'k'))
    expect(await readMultipart(body, contentType)).toEqual({ key: 'k' })
  })

  it('takes an empty form and an empty body for no fields', async () => {
    expect(await readMultipart(form(), contentType)).toEqual({})
    expect(await readMultipart(Buffer.alloc(0), contentType)).toEqual({})
  })

  it.each(['multipart/form-data', 'multipart/form-data; boundary', 'multipart/form-data; boundary='])(
    'refuses %s: no boundary',
    async (header) => {
      await expect(readMultipart(form(part('img', 'QUJD')), header)).rejects.toMatchObject({
        code: 'MALFORMED_REQUEST',
        message: expect.stringContaining('boundary'),
      })
    },
  )

  it('refuses a body with another boundary than the header says', async () => {
    const other = 'multipart/form-data; boundary=YY'
    await expect(readMultipart(form(part('img', 'QUJD')), other)).rejects.toMatchObject({
      code: 'MALFORMED_REQUEST',
    })
  })

  it('settles wherever a body is cut off, and always as malformed', async () => {
    const body = form(part('key', 'k'), part('file', png, { filename: 'a' }), part('dimension', '512'))
    const closed = body.length - 2
    for (let length = 1; length < closed; length++) {
      await expect(
        readMultipart(body.subarray(0, length), contentType),
        `${length} bytes`,
      ).rejects.toMatchObject({
        code: 'MALFORMED_REQUEST',
      })
    }
  })

  it('settles for every body with one damaged byte', async () => {
    const body = form(part('key', 'k'), part('file', png, { filename: 'a' }))
    for (let at = 0; at < body.length; at++) {
      const damaged = Buffer.from(body)
      damaged[at] = damaged[at]! ^ 0x55
      const outcome = await readMultipart(damaged, contentType).catch((thrown: unknown) => thrown)
      if (outcome instanceof Error) expect(outcome).toMatchObject({ status: 400 })
      else expect(outcome).toBeTypeOf('object')
    }
  })

  it('gives up early on more parts than a form may have', async () => {
    const many = Buffer.from(part('x', '').toString().repeat(200_000))
    await expect(readMultipart(form(many), contentType)).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      details: { maxFields: 32 },
    })
  })

  it('refuses a text field that no key or dimension would need', async () => {
    await expect(readMultipart(form(part('key', 'k'.repeat(9000))), contentType)).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      details: { limitBytes: 8192, receivedBytes: 9000 },
    })
  })
})
