import { describe, expect, it } from 'vitest'
import type { ModelInfo } from '../types.js'
import { routeOf } from './route.js'

function modelOf(id: string, dimensions: number[], defaultFor: number[] = []): ModelInfo {
  return {
    id,
    revision: 'r',
    dimensions,
    defaultDimension: dimensions.includes(512) ? 512 : dimensions[0]!,
    defaultFor,
    inputTokens: 1,
    licence: 'MIT',
    inputSize: 8,
  }
}

const short = (asked: object, models: readonly ModelInfo[]) => {
  const { model, dimension } = routeOf(asked, models)
  return `${model.id} ${dimension}`
}

describe('one model and others beside it', () => {
  const models = [modelOf('first', [512, 1024], [512, 1024]), modelOf('tiny', [192]), modelOf('other', [512])]

  it('answers with the first when no model is named', () => {
    expect(short({}, models)).toBe('first 512')
    expect(short({ dimension: 1024 }, models)).toBe('first 1024')
  })

  it('answers with the one that is named, at its own size', () => {
    expect(short({ model: 'tiny' }, models)).toBe('tiny 192')
    expect(short({ model: 'other', dimension: 512 }, models)).toBe('other 512')
  })

  it('names what is loaded when the model is not', () => {
    expect(() => routeOf({ model: 'third' }, models)).toThrow(
      'Expected `model` to be one that is loaded: first, tiny, other; received "third". Leave it out for the configured one.',
    )
    expect(() => routeOf({ model: 7 }, models)).toThrow('received 7')
  })

  it('names the sizes of the model that was asked, and the loaded models that give another', () => {
    expect(() => routeOf({ model: 'tiny', dimension: 512 }, models)).toThrow(
      'Dimension must be 192 of model tiny; received 512. Leave it out for 192. Loaded models that give 512: first, other. Name one as `model`.',
    )
    expect(() => routeOf({ dimension: 192 }, models)).toThrow(
      'Dimension must be 512 or 1024 of model first; received 192. Leave it out for 512. Loaded models that give 192: tiny. Name one as `model`.',
    )
  })

  it.each(['512', Number.NaN, {}, null])('refuses %j as a size', (dimension) => {
    expect(() => routeOf({ dimension }, models)).toThrow(/^Dimension must be 512 or 1024 of model first; /)
  })
})

describe('a model for each size', () => {
  const models = [modelOf('small', [512, 768], [512]), modelOf('large', [1024], [1024])]

  it('answers with the one that is the default for the size', () => {
    expect(short({}, models)).toBe('small 512')
    expect(short({ dimension: 512 }, models)).toBe('small 512')
    expect(short({ dimension: 1024 }, models)).toBe('large 1024')
    expect(short({ model: 'small', dimension: 768 }, models)).toBe('small 768')
  })

  it('gives a size that is nobody’s default by name alone', () => {
    expect(() => routeOf({ dimension: 768 }, models)).toThrow(
      'Dimension must be 512 or 1024; received 768. Leave it out for 512. Loaded models that give 768: small. Name one as `model`.',
    )
  })
})
