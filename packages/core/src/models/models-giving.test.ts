import { expect, it } from 'vitest'
import { InvalidDimensionError } from '../errors.js'
import { builtInModel } from './load-model.js'
import { modelsGiving } from './models-giving.js'

const builtIn = builtInModel().manifest.id

it('tells who gives a dimension, the built-in model first', () => {
  expect(modelsGiving(512)).toEqual([builtIn, 'clip-vit-b-32', 'clip-vit-b-16'])
  expect(modelsGiving(768)).toEqual(['nomic-embed-vision-v1.5'])
  expect(modelsGiving(100)).toEqual([])
})

it('names them in the error for a dimension that a model does not give', () => {
  const error = new InvalidDimensionError(512, [1024], 'clip-rn50')
  expect(error.message).toBe(
    'Dimension must be 1024 of model clip-rn50; received 512. Leave it out for 1024. ' +
      `Models that give 512: ${builtIn}, clip-vit-b-32, clip-vit-b-16.`,
  )
  expect(new InvalidDimensionError('512', [1024]).details).toMatchObject({ models: error.details.models })
  expect(error.details).toMatchObject({
    allowed: [1024],
    models: [builtIn, 'clip-vit-b-32', 'clip-vit-b-16'],
  })
  expect(new InvalidDimensionError(100, [192], 'mine').message).toBe(
    'Dimension must be 192 of model mine; received 100. Leave it out for 192.',
  )
})

it('names the loaded ones instead where there are any: a caller can ask them at once', () => {
  const error = new InvalidDimensionError(1024, [512], 'one', ['two', 'three'])
  expect(error.message).toBe(
    'Dimension must be 512 of model one; received 1024. Leave it out for 512. ' +
      'Loaded models that give 1024: two, three. Name one as `model`.',
  )
  expect(error.details).toMatchObject({ allowed: [512], models: ['two', 'three'] })
})
