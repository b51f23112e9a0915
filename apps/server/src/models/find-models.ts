import { builtInModel, type ModelBundle, type ModelToServe } from '@pixvec/core'
import { CommandFailure } from '../command-failure.js'
import type { ModelSettings } from '../config.js'
import { findModel } from './find-model.js'
import type { HubSettings } from './hub-settings.js'

/** A model that the settings name, and which calls come to it. */
export interface WantedModel {
  /** The variable that names it, for messages. */
  readonly variable: string
  /** Undefined: the built-in one. */
  readonly name: string | undefined
  /** Undefined: all sizes that it gives. */
  readonly defaultFor: readonly number[] | undefined
}

const sizes = [512, 1024] as const

/** What the settings ask for, the default first. The same model may be named more than once. */
export function wantedModels({ model, bySize, further }: ModelSettings): WantedModel[] {
  const isBySize = sizes.some((size) => bySize[size] !== undefined)
  const defaults: WantedModel[] = isBySize
    ? sizes.map((size) => ({ variable: `PIXVEC_MODEL_${size}`, name: bySize[size], defaultFor: [size] }))
    : [{ variable: 'PIXVEC_MODEL', name: model, defaultFor: undefined }]
  return [...defaults, ...further.map((name) => ({ variable: 'PIXVEC_MODELS', name, defaultFor: [] }))]
}

/**
 * The models that the settings name, each once, the default first. Nothing is asked of the network.
 * @throws CommandFailure that names the variable and says what to do
 */
export async function findModels(
  settings: ModelSettings,
  hub: Pick<HubSettings, 'cache' | 'models'>,
): Promise<ModelToServe[]> {
  const found: (ModelToServe & { readonly defaultFor: readonly number[] })[] = []
  for (const { variable, name, defaultFor } of wantedModels(settings)) {
    const bundle = await findModel(name, hub)
    const { id, dimensions } = bundle.manifest
    checkGives(bundle, defaultFor ?? [], variable)
    const index = found.findIndex((other) => other.bundle.manifest.id === id)
    if (index < 0) {
      found.push({ bundle, defaultFor: defaultFor ?? dimensions })
      continue
    }
    const before = found[index]!
    if (before.bundle.path !== bundle.path) {
      throw new CommandFailure(
        `${variable}: there are two models ${id}, ${before.bundle.path} and ${bundle.path}. Give one of them another "id" in its pixvec.json.`,
      )
    }
    found[index] = { bundle, defaultFor: [...before.defaultFor, ...(defaultFor ?? [])] }
  }
  return found
}

/**
 * The one model that answers a command: the named one, else the one that the settings have for the size.
 * @throws CommandFailure that says what to do
 */
export async function findModelFor(
  asked: { readonly model?: string; readonly dimension?: number },
  settings: ModelSettings,
  hub: Pick<HubSettings, 'cache' | 'models'>,
): Promise<ModelBundle> {
  if (asked.model !== undefined) return findModel(asked.model, hub)
  const wanted = wantedModels(settings)
  const bySize = wanted.find(({ defaultFor }) => defaultFor?.some((size) => size === asked.dimension))
  const { name, variable, defaultFor = [] } = bySize ?? wanted[0]!
  const bundle = await findModel(name, hub)
  checkGives(bundle, defaultFor, variable)
  return bundle
}

function checkGives({ manifest }: ModelBundle, wanted: readonly number[], variable: string): void {
  const missing = wanted.find((size) => !manifest.dimensions.includes(size))
  if (missing === undefined) return
  const builtIn = builtInModel().manifest
  const hint = builtIn.dimensions.includes(missing) ? ` The built-in model, ${builtIn.id}, gives it.` : ''
  throw new CommandFailure(
    `${variable}: model ${manifest.id} gives ${manifest.dimensions.join(', ')}, not ${missing}.${hint} See: pixvec models list`,
  )
}
