import { describe, expect, it } from 'vitest'
import { resizeByRecipe, resizedSize } from './resize.js'

const recipe = { resize: { mode: 'shortest-edge', size: 142, filter: 'bicubic' }, centreCrop: 128 } as const

/** Red grows from left to right, green from top to bottom. */
function gradient(width: number, height: number) {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[(y * width + x) * 3] = (255 * (x + 0.5)) / width
      data[(y * width + x) * 3 + 1] = (255 * (y + 0.5)) / height
    }
  }
  return { data, width, height }
}

describe('resizeByRecipe', () => {
  it('keeps the ratio and truncates the long edge', () => {
    const sizeOf = (width: number, height: number) => resizedSize({ width, height }, recipe.resize)
    expect(sizeOf(640, 480)).toEqual({ width: 189, height: 142 })
    expect(sizeOf(480, 640)).toEqual({ width: 142, height: 189 })
    expect(sizeOf(7, 7)).toEqual({ width: 142, height: 142 })
  })

  it('cuts the middle of the resized picture', () => {
    const image = resizeByRecipe(gradient(640, 480), recipe, 4_000_000)
    expect([image.width, image.height, image.data.length]).toEqual([128, 128, 128 * 128 * 3])
    // The crop shows columns 30 … 158 of 189 and rows 7 … 135 of 142.
    const at = (x: number, y: number) => [...image.data.subarray((y * 128 + x) * 3, (y * 128 + x) * 3 + 2)]
    expect(at(0, 0)[0]).toBeCloseTo((255 * 30.5) / 189, -0.7)
    expect(at(127, 127)[0]).toBeCloseTo((255 * 157.5) / 189, -0.7)
    expect(at(0, 0)[1]).toBeCloseTo((255 * 7.5) / 142, -0.7)
    expect(at(127, 127)[1]).toBeCloseTo((255 * 134.5) / 142, -0.7)
  })

  it('refuses a picture whose middle step would be too large, with both figures', () => {
    expect(() => resizeByRecipe(gradient(2000, 2000), recipe, 100_000)).toThrow(
      /needs 2\d{5} pixels between its two passes; the limit is 100000/,
    )
  })

  for (const [width, height] of [
    [1, 1],
    [1, 20_000],
    [20_000, 1],
    [2, 3],
    [127, 3000],
    [30_000, 150],
  ] as const) {
    it(`takes ${width} × ${height} in bounded memory`, () => {
      const image = resizeByRecipe(gradient(width, height), recipe, 4_000_000)
      expect(image.data).toHaveLength(128 * 128 * 3)
    })
  }
})
