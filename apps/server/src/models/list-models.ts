import { statSync } from 'node:fs'
import {
  builtInModel,
  type CatalogueEntry,
  catalogue,
  describeModel,
  findInCatalogue,
  type ModelBundle,
  sizeOf,
} from '@pixvec/core'
import type { ModelSettings } from '../config.js'
import { findModel, isFolderName } from './find-model.js'
import { wantedModels } from './find-models.js'
import type { HubSettings } from './hub-settings.js'
import { type LockFile, lockedIds, readLock } from './lock-file.js'
import { placeOf } from './verify-model.js'

/** A model that is here, or that can be had. */
export interface ListedModel {
  readonly id: string
  /**
   * `built-in` comes with the program; `here` was pulled or added; `incomplete` has lost files since;
   * `folder` is one that a setting names; `to pull` is known to the catalogue.
   */
  readonly state: 'built-in' | 'here' | 'incomplete' | 'folder' | 'to pull'
  /** Of models that are here. */
  readonly revision?: string
  readonly dimensions: readonly number[]
  readonly bytes: number
  readonly inputSize: number
  readonly inputTokens: number
  readonly licence: string
  /** Whether a server with these settings loads it. */
  readonly isServed: boolean
  /** Sizes that it then gives to calls which name no model. */
  readonly defaultFor: readonly number[]
}

/** Every model: the built-in one, those that are here, then those that can be had. Asks no network. */
export async function listModels(settings: HubSettings, configured: ModelSettings): Promise<ListedModel[]> {
  const listed: Known[] = [fromBundle(builtInModel(), 'built-in')]
  for (const id of await lockedIds(settings.models)) {
    const lock = await readLock(settings.models, id)
    if (lock) listed.push(fromLock(lock, settings))
  }
  const known = new Set(listed.map(({ id }) => id))
  listed.push(...catalogue.filter(({ id }) => !known.has(id)).map(fromCatalogue))
  const wanted = wantedModels(configured)
  const folders: Known[] = []
  for (const name of new Set(wanted.map((each) => each.name).filter(isFolderName))) {
    folders.push(fromBundle(await findModel(name, settings), 'folder', name))
  }
  listed.splice(1, 0, ...folders)
  return listed.map((model) => {
    const { name, ...shown } = model
    const served = wanted.filter((each) => (name ?? model.id) === nameOf(each.name))
    const sizes = served.flatMap(({ defaultFor }) => defaultFor ?? model.dimensions)
    return { ...shown, isServed: served.length > 0, defaultFor: sizes }
  })
}

/** A setting may name the built-in model by nothing at all, and one of the catalogue by its repository. */
function nameOf(name: string | undefined): string {
  if (name === undefined) return builtInModel().manifest.id
  return findInCatalogue(name)?.id ?? name
}

/** As it is known, before it is said what becomes of it. */
type Known = Omit<ListedModel, 'isServed' | 'defaultFor'> & {
  /** What a setting calls it, where that is not its id. */
  readonly name?: string
}

function fromBundle(bundle: ModelBundle, state: ListedModel['state'], name?: string): Known {
  const { id, revision, dimensions, inputSize, inputTokens, licence } = describeModel(bundle)
  return {
    id,
    state,
    revision,
    dimensions,
    bytes: sizeOf(bundle),
    inputSize,
    inputTokens,
    licence,
    ...(name !== undefined && { name }),
  }
}

function fromLock(lock: LockFile, settings: HubSettings): Known {
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
  return { id, state, revision, dimensions, bytes, inputSize, inputTokens, licence }
}

function fromCatalogue(entry: CatalogueEntry): Known {
  const { id, dimensions, bytes, inputSize, tokens, licence } = entry
  return {
    id,
    state: 'to pull',
    dimensions,
    bytes,
    inputSize,
    inputTokens: tokens,
    licence,
  }
}
