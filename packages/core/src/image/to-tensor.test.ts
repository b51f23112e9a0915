import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ModelManifest } from '../models/manifest.js'
import { resizeByRecipe } from './resize.js'
import { toTensor } from './to-tensor.js'

/** Made by Pillow 12.3.0 and numpy 2.4.6 with test/goldens/make-recipe-goldens.py. Tolerance: none. */
const goldens: {
  name: string
  from: [number, number]
  input: ModelManifest['input']
  recipe: ModelManifest['recipe']
  tensor: string
}[] = JSON.parse(readFileSync(new URL('../../test/goldens/recipes.json', import.meta.url), 'utf8'))

/** The picture that the golden's script draws as well. */
function picture([width, height]: [number, number]) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 7 + i * 31) % 251)
  return { data, width, height }
}

describe('resizeByRecipe and toTensor, beside Pillow and numpy', () => {
  for (const { name, from, input, recipe, tensor } of goldens) {
    it(`make the same bits: ${name}`, () => {
      const made = toTensor(resizeByRecipe(picture(from), recipe, 4_000_000), input, recipe.normalize)
      expect(made).toBeInstanceOf(input.type === 'float32' ? Float32Array : Uint8Array)
      expect(Buffer.from(made.buffer, made.byteOffset, made.byteLength).toString('base64')).toBe(tensor)
    })
  }
})

describe('toTensor', () => {
  const input = {
    name: 'image',
    layout: 'NHWC',
    type: 'uint8',
    channels: 'RGB',
    width: 4,
    height: 4,
  } as const

  it('refuses a picture of another size than the input, with both sizes', () => {
    expect(() => toTensor(picture([4, 5]), input)).toThrow('The recipe gives 4 × 5; the model takes 4 × 4.')
  })

  it('hands pixels over as they are where the graph takes bytes', () => {
    const image = picture([4, 4])
    expect(toTensor(image, input)).toBe(image.data)
  })
})
