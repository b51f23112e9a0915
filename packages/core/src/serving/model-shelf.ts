import type { Waiter } from '../batching/fair-queue.js'
import { ShuttingDownError } from '../errors.js'
import { describeModel, sizeOf } from '../models/load-model.js'
import type { ModelBundle } from '../models/manifest.js'
import type { DecodeMode, ModelToServe } from '../options.js'
import type { ModelInfo } from '../types.js'
import type { ServedModel, ServedModelOptions } from './served-model.js'

/** What became of the models when others were put in their place. */
export interface ReplacedModels {
  /** Loaded and warmed up, each in processes of its own. */
  readonly loaded: readonly ModelInfo[]
  /** The same files and recipe as before: they went on as they were. */
  readonly kept: readonly ModelInfo[]
  /** No new image goes to them. They end when those on their way are answered. */
  readonly retired: readonly ModelInfo[]
}

export interface ModelShelfOptions {
  readonly decode: DecodeMode
  readonly start: (options: Pick<ServedModelOptions, 'model' | 'loadedBytes'>) => Promise<ServedModel>
}

/** The models that are loaded, the default first. */
export interface ModelShelf {
  readonly models: () => readonly ModelInfo[]
  find(id: string): ServedModel
  /**
   * Loads what is new, then exchanges all at once. When one cannot be loaded, everything stays as it was.
   * @throws Error saying which model is wrong and why
   */
  replace(models: readonly ModelToServe[]): Promise<ReplacedModels>
  /** Images that wait for a session of any model. */
  queued(): number
  /** Turns away the caller's newest image that waits: to be decoded, or for a session. @returns whose that was */
  turnAway(stage: 'undecoded' | 'decoded', caller: string, reason: Error): Waiter | undefined
  close(): Promise<void>
}

interface Place {
  readonly bundle: ModelBundle
  readonly info: ModelInfo
  readonly served: ServedModel
}

export function createModelShelf({ decode, start }: ModelShelfOptions): ModelShelf {
  let places: readonly Place[] = []
  /** Replaced, and not yet done with what they had begun. */
  const retiring = new Map<ServedModel, Promise<void>>()
  let replacing: Promise<unknown> = Promise.resolve()
  let isClosed = false

  /** One after the other: each builds on what the one before has left. */
  function replace(models: readonly ModelToServe[]): Promise<ReplacedModels> {
    const replaced = replacing.then(() => exchange(models))
    replacing = replaced.catch(() => {})
    return replaced
  }

  async function exchange(models: readonly ModelToServe[]): Promise<ReplacedModels> {
    if (isClosed) throw new ShuttingDownError()
    const wanted = describeAll(models, decode)
    const loadedBytes = models.reduce((sum, { bundle }) => sum + sizeIfThere(bundle), 0)
    const begun = wanted.map(async ({ bundle, info }) => {
      const kept = places.find((place) => isSame(place.bundle, bundle))
      return { bundle, info, served: kept?.served ?? (await start({ model: bundle, loadedBytes })) }
    })
    const next = await allOrNone(begun, (place) => isNew(place) && place.served.drain())
    const before = places
    places = next
    const gone = before.filter(({ served }) => !next.some((place) => place.served === served))
    for (const { served } of gone) retire(served)
    const wasThere = (place: Place) => before.some(({ served }) => served === place.served)
    return {
      loaded: next.filter((place) => !wasThere(place)).map(({ info }) => info),
      kept: next.filter(wasThere).map(({ info }) => info),
      retired: gone.map(({ info }) => info),
    }
  }

  function isNew({ served }: Place): boolean {
    return !places.some((place) => place.served === served)
  }

  function retire(served: ServedModel): void {
    const ended = served.drain().finally(() => retiring.delete(served))
    // A process that does not end well has ended all the same.
    ended.catch(() => {})
    retiring.set(served, ended)
  }

  function working(): ServedModel[] {
    return [...places.map(({ served }) => served), ...retiring.keys()]
  }

  function turnAway(stage: 'undecoded' | 'decoded', caller: string, reason: Error): Waiter | undefined {
    for (const { decodedAhead, batcher } of working()) {
      const turnedAway = (stage === 'undecoded' ? decodedAhead : batcher).turnAway(caller, reason)
      if (turnedAway) return turnedAway
    }
    return undefined
  }

  async function close(): Promise<void> {
    isClosed = true
    await replacing
    for (const { served } of places) retire(served)
    places = []
    await Promise.all(retiring.values())
  }

  return {
    models: () => places.map(({ info }) => info),
    find: (id) => places.find(({ info }) => info.id === id)!.served,
    replace,
    queued: () => working().reduce((sum, { batcher }) => sum + batcher.queued(), 0),
    turnAway,
    close,
  }
}

/** @throws Error when two models, or their defaults, do not go together */
function describeAll(models: readonly ModelToServe[], decode: DecodeMode) {
  const wanted = models.map(({ bundle, defaultFor }, index) => {
    const described = describeModel(bundle)
    // Vectors of both ways are near each other and not the same: nobody may mix them without seeing it.
    const revision = decode === 'exact' ? described.revision : `${described.revision}-fast`
    const byDefault = defaultFor ?? (index === 0 ? described.dimensions : [])
    return { bundle, info: { ...described, revision, defaultFor: byDefault } satisfies ModelInfo }
  })
  if (wanted.length === 0) throw new Error('At least one model must be served.')
  for (const [index, { info }] of wanted.entries()) {
    const others = wanted.slice(0, index).map((other) => other.info)
    if (others.some(({ id }) => id === info.id)) {
      throw new Error(`Two models have the id ${info.id}. Give one of them another id, or list it once.`)
    }
    for (const size of info.defaultFor) {
      if (!info.dimensions.includes(size)) {
        throw new Error(`Model ${info.id} does not give ${size}; it gives ${info.dimensions.join(', ')}.`)
      }
      const other = others.find(({ defaultFor }) => defaultFor.includes(size))
      if (other) throw new Error(`Models ${other.id} and ${info.id} are both the default for ${size}.`)
    }
  }
  return wanted
}

/** Whether a model that runs is what is asked for, so that it need not be loaded again. */
function isSame(one: ModelBundle, other: ModelBundle): boolean {
  return one.path === other.path && JSON.stringify(one.manifest) === JSON.stringify(other.manifest)
}

/** Whoever loads it says what is missing, in better words. */
function sizeIfThere(bundle: ModelBundle): number {
  try {
    return sizeOf(bundle)
  } catch {
    return 0
  }
}

/** All of them, or the first failure, after the others have been undone. */
async function allOrNone<T>(begun: readonly Promise<T>[], undo: (made: T) => unknown): Promise<T[]> {
  const settled = await Promise.allSettled(begun)
  const failed = settled.find((each) => each.status === 'rejected')
  const made = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  if (!failed) return made
  await Promise.all(made.map(undo))
  throw failed.reason
}
