import { describe, expect, it } from 'vitest'
import { builtInModel } from './load-model.js'
import { ModelManifest } from './manifest.js'

const { manifest } = builtInModel()
const normalize = { scale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }

/** What the schema says against the built-in manifest with other input and recipe. */
function complaints(input: object, recipe: object): string[] {
  const changed = {
    ...manifest,
    input: { ...manifest.input, ...input },
    recipe: { ...manifest.recipe, ...recipe },
  }
  return ModelManifest.safeParse(changed).error?.issues.map(({ message }) => message) ?? []
}

describe('ModelManifest', () => {
  it('takes the built-in manifest, and one of float32', () => {
    expect(complaints({}, {})).toEqual([])
    expect(complaints({ type: 'float32', layout: 'NCHW', channels: 'BGR' }, { normalize })).toEqual([])
  })

  it('names where input and recipe disagree', () => {
    const { height } = manifest.input
    expect(complaints({ width: 130 }, {})).toEqual([
      `gives ${height} × ${height}; the input takes 130 × ${height}`,
    ])
    expect(complaints({}, { centreCrop: undefined })).toContain(
      'resize by the shortest edge needs a centreCrop',
    )
    expect(complaints({ width: 950, height: 950 }, { centreCrop: 950 })).toEqual([
      'centreCrop 950 × 950 is larger than the resized picture',
    ])
  })

  it('wants numbers for float32, and none for uint8', () => {
    expect(complaints({ type: 'float32' }, {})).toEqual([
      'normalize is missing; an input of type float32 needs it',
    ])
    expect(complaints({}, { normalize })).toEqual([
      'normalize is for inputs of type float32; this one is uint8',
    ])
  })

  it('wants colours as #rrggbb', () => {
    expect(complaints({}, { alpha: { flattenOn: 'white' } })).not.toEqual([])
  })
})
