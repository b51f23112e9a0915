import { builtInModel, describeModel, filesOf, findInCatalogue, type ModelManifest } from '@pixvec/core'
import { CommandFailure } from '../command-failure.js'
import type { HubSettings } from './hub-settings.js'
import { type LockFile, modelIdPattern, readLock } from './lock-file.js'
import { megabytes } from './megabytes.js'
import { placeOf } from './verify-model.js'

/**
 * All that is known of a model, here or in the catalogue, as text for people or as JSON.
 * @throws CommandFailure when there is no such model
 */
export async function showModel(name: string, settings: HubSettings, asJson: boolean): Promise<string> {
  const facts = await factsOf(name, settings)
  if (asJson) return `${JSON.stringify(facts, null, 2)}\n`
  const rows = Object.entries(facts).flatMap(([key, value]) => lines(key, value))
  const width = Math.max(...rows.map(([key]) => key.length))
  return `${rows.map(([key, value]) => `${key.padEnd(width)}  ${value}`).join('\n')}\n`
}

async function factsOf(name: string, settings: HubSettings): Promise<Record<string, unknown>> {
  const builtIn = builtInModel()
  if (name === builtIn.manifest.id) {
    const files = filesOf(builtIn).map(({ path, sha256 }) => `${path}, sha256 ${sha256}`)
    return { ...ofManifest(builtIn.manifest, builtIn.path), from: 'built in', files }
  }
  const entry = findInCatalogue(name)
  const id = entry?.id ?? name
  const lock = modelIdPattern.test(id) ? await readLock(settings.models, id) : undefined
  const known = entry && {
    title: entry.title,
    textToo: entry.pairsWithText,
    verified: entry.verified === 'by-us' ? 'run by us' : 'documented, not run by us',
    sources: entry.sources,
  }
  if (lock) return { ...ofManifest(lock.manifest, lock.model), ...ofLock(lock, settings), ...known }
  if (!entry) {
    throw new CommandFailure(`There is no model ${JSON.stringify(name)}. See: pixvec models list`)
  }
  return {
    id: entry.id,
    state: 'to pull',
    from: `${entry.repository}@${entry.revision}`,
    dimensions: entry.dimensions,
    bytes: entry.bytes,
    file: entry.file,
    input: `${entry.inputSize} × ${entry.inputSize}`,
    tokens: entry.tokens,
    licence: entry.licence,
    recipe: entry.processor === 'repository' ? 'preprocessor_config.json of the repository' : entry.processor,
    ...known,
  }
}

function ofManifest(manifest: ModelManifest, path: string): Record<string, unknown> {
  const { id, revision, dimensions, licence, inputTokens } = describeModel({ manifest, path })
  const { input, output, recipe } = manifest
  return {
    id,
    revision,
    dimensions,
    licence,
    tokens: inputTokens,
    input: `${input.name}, ${input.width} × ${input.height}, ${input.type}, ${input.layout}`,
    output: `${output.name}, ${output.length} numbers${output.pool ? `, ${output.pool}` : ''}`,
    recipe,
  }
}

function ofLock(lock: LockFile, settings: HubSettings): Record<string, unknown> {
  const { source } = lock
  return {
    from:
      source.kind === 'hub'
        ? `${source.repository}, ${source.revision}, commit ${source.commit}`
        : source.path,
    files: lock.files.map(
      ({ path, size, sha256 }) => `${placeOf(lock, path, settings)}, ${megabytes(size)}, sha256 ${sha256}`,
    ),
  }
}

function lines(key: string, value: unknown): [string, string][] {
  if (key === 'bytes') return [['size', megabytes(value as number)]]
  if (key === 'files') return (value as string[]).map((file) => ['file', file])
  if (key === 'sources') {
    return Object.entries(value as object).map(([fact, source]) => [`source of ${fact}`, String(source)])
  }
  if (typeof value === 'boolean') return [[key, value ? 'yes' : 'no']]
  return [
    [
      key,
      Array.isArray(value)
        ? value.join(', ')
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value),
    ],
  ]
}
