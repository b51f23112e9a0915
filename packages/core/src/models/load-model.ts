import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ModelInfo } from '../types.js'
import { type ModelBundle, ModelManifest } from './manifest.js'

/** The manifest of the model that ships with this package. */
const builtInManifest = fileURLToPath(new URL('../../models/built-in/pixvec.json', import.meta.url))

/** The model that ships with this package: works offline, from the first start. */
export function builtInModel(): ModelBundle {
  return loadModel(builtInManifest)
}

/**
 * Reads a manifest. The model file itself is opened later, in the worker, where its hash is checked.
 * @param manifestPath  path of a `pixvec.json`
 * @throws Error naming the file and each wrong field
 */
export function loadModel(manifestPath: string): ModelBundle {
  const path = resolve(manifestPath)
  const parsed = ModelManifest.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`The manifest ${path} is not valid: ${issues.join('; ')}.`)
  }
  return { manifest: parsed.data, path: join(dirname(path), parsed.data.file) }
}

/** Every file that a session reads, with what it must hash to: the model, then its external data. */
export function filesOf({ manifest, path }: ModelBundle): { path: string; sha256: string }[] {
  const folder = dirname(path)
  const data = manifest.externalData ?? []
  return [
    { path, sha256: manifest.sha256 },
    ...data.map(({ file, sha256 }) => ({ path: join(folder, file), sha256 })),
  ]
}

/** What callers may know of a model. */
export function describeModel({ manifest }: ModelBundle): ModelInfo {
  return {
    id: manifest.id,
    revision: revisionOf(manifest),
    dimensions: manifest.dimensions,
    defaultDimension: manifest.dimensions.includes(512) ? 512 : manifest.dimensions[0]!,
    inputTokens: manifest.tokens.input,
    licence: manifest.licence,
    inputSize: manifest.input.width,
  }
}

/** The same files give the same revision. The graph alone does not tell weights beside it apart. */
function revisionOf({ sha256, externalData = [] }: ModelManifest): string {
  if (externalData.length === 0) return sha256.slice(0, 12)
  const all = [sha256, ...externalData.map((data) => data.sha256)].join('\n')
  return createHash('sha256').update(all).digest('hex').slice(0, 12)
}
