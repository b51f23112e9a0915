import { statSync } from 'node:fs'
import {
  builtInModel,
  type CatalogueEntry,
  catalogue,
  describeModel,
  filesOf,
  findInCatalogue,
  type ModelBundle,
} from '@pixvec/core'
import { findModel } from './find-model.js'
import type { HubSettings } from './hub-settings.js'
import { type LockFile, lockedIds, readLock } from './lock-file.js'
import { placeOf } from './verify-model.js'

/** A model that is here, or that can be had. */
export interface ListedModel {
  readonly id: string
  /**
   * `built-in` comes with the program; `here` was pulled or added; `incomplete` has lost files since;
   * `folder` is the one that PIXVEC_MODEL names; `to pull` is known to the catalogue.
   */
  readonly state: 'built-in' | 'here' | 'incomplete' | 'folder' | 'to pull'
  /** Of models that are here. */
  readonly revision?: string
  readonly dimensions: readonly number[]
  readonly bytes: number
  readonly inputSize: number
  readonly inputTokens: number
  readonly licence: string
  /** Used when nothing else is asked for. */
  readonly isDefault: boolean
}

/** Every model: the built-in one, those that are here, then those that can be had. Asks no network. */
export async function listModels(
  settings: HubSettings,
  configured: string | undefined,
): Promise<ListedModel[]> {
  const builtIn = builtInModel()
  const wanted =
    configured === undefined ? builtIn.manifest.id : (findInCatalogue(configured)?.id ?? configured)
  const listed = [fromBundle(builtIn, 'built-in')]
  for (const id of await lockedIds(settings.models)) {
    const lock = await readLock(settings.models, id)
    if (lock) listed.push(fromLock(lock, settings))
  }
  const known = new Set(listed.map(({ id }) => id))
  listed.push(...catalogue.filter(({ id }) => !known.has(id)).map(fromCatalogue))
  if (/[\\/]|^\.{1,2}$/.test(wanted)) {
    listed.splice(1, 0, { ...fromBundle(await findModel(wanted, settings), 'folder'), isDefault: true })
    return listed
  }
  return listed.map((model) => ({ ...model, isDefault: model.id === wanted }))
}

function fromBundle(bundle: ModelBundle, state: ListedModel['state']): ListedModel {
  const { id, revision, dimensions, inputSize, inputTokens, licence } = describeModel(bundle)
  const bytes = filesOf(bundle).reduce((sum, { path }) => sum + statSync(path).size, 0)
  return { id, state, revision, dimensions, bytes, inputSize, inputTokens, licence, isDefault: false }
}

function fromLock(lock: LockFile, settings: HubSettings): ListedModel {
  const path = placeOf(lock, lock.model, settings)
  const { id, revision, dimensions, inputSize, inputTokens, licence } = describeModel({
    manifest: lock.manifest,
    path,
  })
  const isWhole = lock.files.every(
    (file) => statSync(placeOf(lock, file.path, settings), { throwIfNoEntry: false })?.size === file.size,
  )
  const bytes = lock.files.reduce((sum, { size }) => sum + size, 0)
  const state = isWhole ? 'here' : 'incomplete'
  return { id, state, revision, dimensions, bytes, inputSize, inputTokens, licence, isDefault: false }
}

function fromCatalogue(entry: CatalogueEntry): ListedModel {
  const { id, dimensions, bytes, inputSize, tokens, licence } = entry
  return {
    id,
    state: 'to pull',
    dimensions,
    bytes,
    inputSize,
    inputTokens: tokens,
    licence,
    isDefault: false,
  }
}
