import {
  type Asked,
  InvalidDimensionError,
  type ModelInfo,
  type Route,
  UnknownModelError,
} from '@pixvec/core'
import { describe, expect, it } from 'vitest'
import { toEmbedParams } from './embed-params.js'

const modelOf = (id: string, dimensions: number[], defaultFor: number[]): ModelInfo => ({
  id,
  revision: 'r',
  dimensions,
  defaultDimension: dimensions[0]!,
  defaultFor,
  inputTokens: 1,
  licence: 'MIT',
  inputSize: 8,
})
const models = [modelOf('test-model', [512, 1024], [512, 1024]), modelOf('other', [192], [])]
/** As `host.route` does, in short. */
function route({ model: id, dimension }: Asked): Route {
  const model = models.find((each) => each.id === (id ?? 'test-model'))
  if (!model) throw new UnknownModelError(id, ['test-model', 'other'])
  const size = dimension ?? model.defaultDimension
  if (!model.dimensions.some((each) => each === size)) {
    throw new InvalidDimensionError(dimension, model.dimensions, model.id)
  }
  return { model, dimension: size as number }
}
const check = (fields: object) => toEmbedParams(fields, route, 1000)
const bytes = Buffer.from([1, 2, 3, 250])
const img = bytes.toString('base64')

describe('toEmbedParams', () => {
  it('decodes base64 and takes the default size of the model', async () => {
    const { image, dimension } = await check({ img })
    expect(Buffer.compare(image, bytes)).toBe(0)
    expect(dimension).toBe(512)
  })

  it('hands on the bytes of a file as they are, without a copy', async () => {
    expect((await check({ img: bytes })).image).toBe(bytes)
  })

  it.each([
    [1024, 1024],
    ['1024', 1024],
    [' 512 ', 512],
    ['', 512],
    [null, 512],
    [undefined, 512],
  ])('reads dimension %j as %i', async (dimension, expected) => {
    expect((await check({ img, dimension })).dimension).toBe(expected)
  })

  it.each([
    ['abc', '"abc"'],
    [512.5, '512.5'],
    ['512.5', '"512.5"'],
    [true, 'true'],
    [256, '256'],
    [-512, '-512'],
    ['-512', '"-512"'],
    [0, '0'],
    [1e300, '1e+300'],
    ['9'.repeat(50), '99999'],
    [[512], 'an array'],
    [{}, 'an object'],
  ])('refuses dimension %j, and says what came and what may come', async (dimension, said) => {
    await expect(check({ img, dimension })).rejects.toMatchObject({
      code: 'INVALID_DIMENSION',
      message: expect.stringContaining(said),
    })
    await expect(check({ img, dimension })).rejects.toThrow('512 or 1024 of model test-model')
  })

  it('hands on the model that is named, and takes its own size', async () => {
    expect(await check({ img, model: ' other ' })).toMatchObject({ model: 'other', dimension: 192 })
    for (const model of ['', null, undefined, ' '])
      expect((await check({ img, model })).model).toBeUndefined()
  })

  it('refuses a model that is not loaded, a size that it does not give, and what names none', async () => {
    await expect(check({ img, model: 'none' })).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' })
    await expect(check({ img, model: 'other', dimension: 512 })).rejects.toThrow('192 of model other')
    await expect(check({ img, model: ['other'] })).rejects.toMatchObject({
      code: 'MALFORMED_REQUEST',
      message: expect.stringContaining('received an array'),
    })
  })

  it.each([
    [5, 'a number'],
    [['QUJD'], 'an array'],
    [null, 'null'],
    [true, 'a boolean'],
    [{ data: 'QUJD' }, 'an object'],
  ])('refuses img %j: %s is no base64', async (wrong, kind) => {
    await expect(check({ img: wrong })).rejects.toMatchObject({
      code: 'MALFORMED_REQUEST',
      message: expect.stringContaining(`received ${kind}`),
    })
  })

  it.each([{}, { img: '' }, { img: new Uint8Array(0) }, { url: '' }])(
    'misses the image in %j',
    async (fields) => {
      await expect(check(fields)).rejects.toMatchObject({ code: 'MISSING_IMAGE' })
    },
  )

  it('names the field in which a file came by mistake', async () => {
    await expect(check({ strayFile: 'image' })).rejects.toThrow('`image`')
  })

  it.each([
    { img: 'https://example.com/a.jpg' },
    { img: 'HTTP://EXAMPLE.COM/a.jpg' },
    { url: 'https://example.com/a.jpg' },
    { img: '', url: 'https://example.com/a.jpg' },
  ])('says of %j that URL input is off', async (fields) => {
    await expect(check(fields)).rejects.toMatchObject({
      code: 'URL_INPUT_DISABLED',
      message: expect.stringContaining('URL input is off'),
    })
  })

  it('takes the image of img when url came as well', async () => {
    expect((await check({ img, url: 'https://example.com/a.jpg' })).image).toEqual(bytes)
  })

  it('refuses base64 of more bytes than an image may have', async () => {
    await expect(check({ img: Buffer.alloc(1001).toString('base64') })).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
    })
  })
})
