import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtInModel } from '@pixvec/core'
import { tinyFolder } from '@pixvec/core/testing'
import { describe, expect, it } from 'vitest'
import type { ModelSettings } from '../config.js'
import { findModelFor, findModels } from './find-models.js'
import { listModels } from './list-models.js'

const builtIn = builtInModel().manifest.id
const none = mkdtempSync(join(tmpdir(), 'pixvec-models-'))
const hub = { endpoint: 'http://127.0.0.1:1', token: undefined, isOffline: true, cache: none, models: none }
const settings = (given: Partial<ModelSettings>): ModelSettings => ({
  model: undefined,
  bySize: {},
  further: [],
  ...given,
})

const short = tinyFolder({ length: 512, facts: { id: 'short' } })
const long = tinyFolder({ length: 1024, facts: { id: 'long' } })
const tiny = tinyFolder({ facts: { id: 'tiny' } })

const found = async (given: Partial<ModelSettings>) =>
  (await findModels(settings(given), hub)).map(({ bundle, defaultFor }) => [bundle.manifest.id, defaultFor])

describe('findModels', () => {
  it('finds the built-in model when nothing is said', async () => {
    expect(await found({})).toEqual([[builtIn, [512, 1024]]])
  })

  it('finds the default, and further ones beside it', async () => {
    expect(await found({ model: tiny, further: [builtIn, short] })).toEqual([
      ['tiny', [16]],
      [builtIn, []],
      ['short', []],
    ])
  })

  it('finds one model for each size; what is not set is the built-in one', async () => {
    expect(await found({ bySize: { 512: short, 1024: long } })).toEqual([
      ['short', [512]],
      ['long', [1024]],
    ])
    expect(await found({ bySize: { 1024: long } })).toEqual([
      [builtIn, [512]],
      ['long', [1024]],
    ])
  })

  it('loads a model once that is named twice', async () => {
    expect(await found({ bySize: { 512: builtIn, 1024: builtIn }, further: [builtIn, tiny] })).toEqual([
      [builtIn, [512, 1024]],
      ['tiny', []],
    ])
  })

  it('names the variable whose model does not give its size', async () => {
    await expect(found({ bySize: { 512: long } })).rejects.toThrow(
      `PIXVEC_MODEL_512: model long gives 1024, not 512. The built-in model, ${builtIn}, gives it. See: pixvec models list`,
    )
  })

  it('names two folders that say the same id', async () => {
    const twin = tinyFolder({ facts: { id: 'tiny' } })
    await expect(found({ model: tiny, further: [twin] })).rejects.toThrow(
      /^PIXVEC_MODELS: there are two models tiny, .*model\.onnx and .*model\.onnx\. Give one of them another "id"/,
    )
  })

  it('says what to do about a model that is not here', async () => {
    await expect(found({ further: ['clip-rn50'] })).rejects.toThrow('Bring it: pixvec models pull clip-rn50')
  })
})

describe('findModelFor', () => {
  const idFor = async (asked: { model?: string; dimension?: number }, given: Partial<ModelSettings> = {}) =>
    (await findModelFor(asked, settings(given), hub)).manifest.id

  it('takes the model that is named, loaded by a server or not', async () => {
    expect(await idFor({ model: tiny }, { model: short })).toBe('tiny')
  })

  it('takes the model of the size, else the first', async () => {
    const bySize = { 512: short, 1024: long }
    expect(await idFor({}, { bySize })).toBe('short')
    expect(await idFor({ dimension: 1024 }, { bySize })).toBe('long')
    expect(await idFor({ dimension: 1024 }, { model: tiny })).toBe('tiny')
    expect(await idFor({})).toBe(builtIn)
  })
})

describe('listModels', () => {
  it('tells what a server with these settings loads, and for which sizes', async () => {
    const listed = async (given: Partial<ModelSettings>) =>
      (await listModels(hub, settings(given)))
        .filter(({ isServed }) => isServed)
        .map(({ id, state, defaultFor }) => [id, state, defaultFor])
    expect(await listed({})).toEqual([[builtIn, 'built-in', [512, 1024]]])
    expect(await listed({ model: tiny, further: [builtIn] })).toEqual([
      [builtIn, 'built-in', []],
      ['tiny', 'folder', [16]],
    ])
    expect(await listed({ bySize: { 1024: long } })).toEqual([
      [builtIn, 'built-in', [512]],
      ['long', 'folder', [1024]],
    ])
    expect(await listed({ bySize: { 512: builtIn }, further: [short, short] })).toEqual([
      [builtIn, 'built-in', [512, 1024]],
      ['short', 'folder', []],
    ])
  })
})
