import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { builtInModel, catalogue, findInCatalogue, type ModelBundle, openModelFolder } from '@pixvec/core'
import { CommandFailure } from '../command-failure.js'
import { closest } from '../config/closest.js'
import type { HubSettings } from './hub-settings.js'
import { lockedIds, modelIdPattern, readLock } from './lock-file.js'
import { placeOf } from './verify-model.js'

/**
 * The model that a setting names: the id of the built-in one, of one that is here, or a folder. Nothing
 * is asked of the network. The files are hashed when they are loaded.
 * @param name  @default the built-in model
 * @throws CommandFailure that says what to do
 */
export async function findModel(
  name: string | undefined,
  settings: Pick<HubSettings, 'cache' | 'models'>,
): Promise<ModelBundle> {
  const builtIn = builtInModel()
  if (name === undefined || name === builtIn.manifest.id) return builtIn
  if (isFolderName(name)) return ownFolder(name)
  const id = findInCatalogue(name)?.id ?? name
  const lock = modelIdPattern.test(id) ? await readLock(settings.models, id) : undefined
  if (!lock) throw new CommandFailure(await whyNot(name, builtIn.manifest.id, settings))
  const path = placeOf(lock, lock.model, settings)
  const missing = lock.files.filter((file) => !existsSync(placeOf(lock, file.path, settings)))
  if (missing.length > 0) {
    const again = lock.source.kind === 'hub' ? ` Bring it back: pixvec models pull ${id}` : ''
    throw new CommandFailure(
      `Model ${id} is not whole: ${missing.map((file) => file.path).join(', ')} is not in ${dirname(path)}.${again}`,
    )
  }
  return { manifest: lock.manifest, path }
}

/** Whether a name is that of a folder: with a slash or a dot, and no repository of the catalogue. */
export function isFolderName(name: string | undefined): name is string {
  return name !== undefined && /[\\/]|^\.{1,2}$/.test(name) && !findInCatalogue(name)
}

async function ownFolder(folder: string): Promise<ModelBundle> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CommandFailure(`${folder} is no folder; a model's folder holds ${join(folder, 'model.onnx')}.`)
  }
  try {
    return await openModelFolder(folder)
  } catch (thrown) {
    throw new CommandFailure((thrown as Error).message)
  }
}

async function whyNot(
  name: string,
  builtIn: string,
  { models }: Pick<HubSettings, 'models'>,
): Promise<string> {
  const entry = findInCatalogue(name)
  if (entry) return `Model ${entry.id} is not here. Bring it: pixvec models pull ${entry.id}`
  const here = [builtIn, ...(await lockedIds(models))]
  const meant = closest(name, [...here, ...catalogue.map(({ id }) => id)])
  const hint = meant ? ` Did you mean ${meant}?` : ''
  return `There is no model ${JSON.stringify(name)}; here are ${here.join(', ')}.${hint} A folder is named with a slash, ./${name} for instance.`
}
