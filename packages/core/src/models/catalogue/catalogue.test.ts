import { describe, expect, it } from 'vitest'
import { readPreprocessorConfig } from '../preprocessor-config.js'
import { catalogue, findInCatalogue } from './index.js'

describe('catalogue', () => {
  it('has at least the seven encoders that people ask for', () => {
    const dimensions = Object.fromEntries(catalogue.map(({ id, dimensions }) => [id, dimensions]))
    expect(dimensions).toMatchObject({
      'clip-vit-b-32': [512],
      'clip-vit-b-16': [512],
      'clip-rn50': [1024],
      'siglip2-l-16-256': [1024],
      'pe-core-b-16-224': [1024],
      'dinov2-l-14': [1024],
      'nomic-embed-vision-v1.5': [768],
    })
  })

  it.each(catalogue.map((entry) => [entry.id, entry] as const))('%s is told in full', (id, entry) => {
    expect(id).toMatch(/^[a-z0-9][a-z0-9.-]*$/)
    expect(entry.repository).toMatch(/^[\w.-]+\/[\w.-]+$/)
    expect(entry.licence).toMatch(/^(MIT|Apache-2\.0|BSD-3-Clause)$/)
    expect(Object.keys(entry.sources)).toEqual(expect.arrayContaining(['tokens', 'licence']))
    expect(entry.dimensions.every((size) => size <= entry.length)).toBe(true)
    if (entry.processor === 'repository') return
    const { input } = readPreprocessorConfig(entry.processor)
    expect([input.width, input.height]).toEqual([entry.inputSize, entry.inputSize])
  })

  it('squashes where the published recipe squashes', () => {
    const modes = catalogue.flatMap(({ id, processor }) =>
      processor === 'repository' ? [] : [[id, readPreprocessorConfig(processor).recipe.resize.mode]],
    )
    expect(Object.fromEntries(modes)).toEqual({
      'clip-vit-b-32': 'shortest-edge',
      'clip-vit-b-16': 'shortest-edge',
      'clip-rn50': 'shortest-edge',
      'pe-core-b-16-224': 'squash',
      'dinov2-l-14': 'shortest-edge',
      'siglip2-l-16-256': 'squash',
    })
  })

  it('has no id and no repository twice', () => {
    const names = catalogue.flatMap(({ id, repository }) => [id, repository])
    expect(new Set(names).size).toBe(names.length)
  })

  it('finds by id and by repository', () => {
    expect(findInCatalogue('immich-app/RN50__openai')?.id).toBe('clip-rn50')
    expect(findInCatalogue('clip-rn50')?.id).toBe('clip-rn50')
    expect(findInCatalogue('clip')).toBeUndefined()
  })
})
