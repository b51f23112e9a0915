import { stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { filesOf, type ModelBundle, openModelFolder } from '@pixvec/core'
import type { HubSettings } from './hub-settings.js'
import { type LockFile, readLock, writeLock } from './lock-file.js'
import { ModelFailure } from './model-failure.js'
import type { PullSource } from './pull-model.js'

/** A model that is here → the same once more, for bringing back what was lost. */
export function lockedSource({ source, files, model, manifest }: LockFile): PullSource | undefined {
  if (source.kind !== 'hub') return undefined
  const isPublished = files.some(({ path }) => path === 'preprocessor_config.json')
  if (!isPublished) return undefined
  const { output, input, dimensions, licence, tokens } = manifest
  return {
    id: manifest.id,
    repository: source.repository,
    revision: source.revision,
    file: model,
    processor: 'repository',
    facts: {
      licence,
      input: input.name,
      output: output.name,
      length: output.length,
      dimensions,
      tokens: tokens.input,
      ...(output.pool && { pool: output.pool }),
    },
  }
}

/**
 * Locks a folder as a model: it stays where it is, and runs only as long as its files are those of now.
 * @throws ModelFailure when the folder is no model, or its id is taken
 */
export async function addFolder(
  folder: string,
  id: string | undefined,
  settings: Pick<HubSettings, 'models'>,
): Promise<LockFile> {
  const path = resolve(folder)
  const bundle = await opened(path)
  const manifest = { ...bundle.manifest, id: id ?? bundle.manifest.id }
  const before = await readLock(settings.models, manifest.id)
  if (before && !(before.source.kind === 'folder' && before.source.path === path)) {
    throw new ModelFailure(
      'locked',
      `There is a model ${manifest.id} already. Choose another name with --id, or remove it: pixvec models remove ${manifest.id}`,
    )
  }
  const files = await Promise.all(
    filesOf(bundle).map(async (file) => ({
      path: relative(dirname(bundle.path), file.path),
      size: (await stat(file.path)).size,
      sha256: file.sha256,
    })),
  )
  const lock: LockFile = {
    lockVersion: 1,
    source: { kind: 'folder', path: dirname(bundle.path) },
    files,
    model: basename(bundle.path),
    manifest,
  }
  await writeLock(settings.models, lock)
  return lock
}

async function opened(folder: string): Promise<ModelBundle> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new ModelFailure(
      'not-found',
      `${folder} is no folder; a model's folder holds ${join(folder, 'model.onnx')}.`,
    )
  }
  try {
    return await openModelFolder(folder)
  } catch (cause) {
    throw new ModelFailure('unusable', (cause as Error).message, { cause })
  }
}
