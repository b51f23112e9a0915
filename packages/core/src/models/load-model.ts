import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ModelInfo } from '../types.js'
import { type ModelBundle, ModelManifest } from './manifest.js'

/** The manifest of the model that ships with this package. */
const builtInManifest = fileURLToPath(new URL('../../models/pixvec-pilot/pixvec.json', import.meta.url))

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

/** What callers may know of a model. */
export function describeModel({ manifest }: ModelBundle): ModelInfo {
  return {
    id: manifest.id,
    revision: manifest.sha256.slice(0, 12),
    dimensions: manifest.dimensions,
    defaultDimension: manifest.dimensions.includes(512) ? 512 : manifest.dimensions[0]!,
    inputTokens: manifest.tokens.input,
    licence: manifest.licence,
    inputSize: manifest.input.width,
  }
}
