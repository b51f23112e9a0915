import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ModelInfo } from '../types.js'
import { type ModelBundle, ModelManifest } from './manifest.js'

/** The manifest of the model that ships with this package. */
const builtInManifest = fileURLToPath(new URL('../../models/built-in/pixvec.json', import.meta.url))

/** The model that ships with this package: works offline, from the first start. */
export function builtInModel(): ModelBundle {
  const bundle = loadModel(builtInManifest)
  // Its recipe is part of the program and changes with the file alone, so the hash of the file tells all.
  return { ...bundle, revision: bundle.manifest.sha256.slice(0, revisionDigits) }
}

const revisionDigits = 12

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

/** Bytes of all its files. */
export function sizeOf(bundle: ModelBundle): number {
  return filesOf(bundle).reduce((sum, { path }) => sum + statSync(path).size, 0)
}

/** What callers may know of a model. */
export function describeModel({ manifest, revision }: ModelBundle): ModelInfo {
  return {
    id: manifest.id,
    revision: revision ?? revisionOf(manifest),
    dimensions: manifest.dimensions,
    defaultDimension: manifest.dimensions.includes(512) ? 512 : manifest.dimensions[0]!,
    defaultFor: manifest.dimensions,
    inputTokens: manifest.tokens.input,
    licence: manifest.licence,
    inputSize: manifest.input.width,
  }
}

/**
 * All that makes a vector, as 12 digits: the files, and the recipe, for the same file behind another one gives
 * other vectors. Names, licence and the sizes on offer change none.
 */
function revisionOf({ sha256, externalData = [], input, output, recipe }: ModelManifest): string {
  const { name: _name, maxImages: _maxImages, ...taken } = input
  const files = [sha256, ...externalData.map((data) => data.sha256)]
  const all = JSON.stringify(inOrder({ files, taken, output, recipe }))
  return createHash('sha256').update(all).digest('hex').slice(0, revisionDigits)
}

/** Objects with their keys sorted: a file that is only written in another order is the same. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const sorted = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(sorted.map(([key, each]) => [key, inOrder(each)]))
}
