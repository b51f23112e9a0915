import { InvalidDimensionError, UnknownModelError } from '../errors.js'
import type { Dimension, ModelInfo } from '../types.js'

/** What a call asks for. Both are checked here, whatever they are. */
export interface Asked {
  readonly model?: unknown
  readonly dimension?: unknown
}

/** Which model answers a call, with how many numbers. */
export interface Route {
  readonly model: ModelInfo
  readonly dimension: Dimension
}

/**
 * The one rule of who answers: the model that is named; else the one that is the default for the size; else
 * the first.
 * @param models  those that are loaded, the default first
 * @throws UnknownModelError, InvalidDimensionError: both name what is loaded
 */
export function routeOf({ model: id, dimension }: Asked, models: readonly ModelInfo[]): Route {
  if (id !== undefined) {
    const model = models.find((each) => each.id === id)
    if (!model) {
      throw new UnknownModelError(
        id,
        models.map((each) => each.id),
      )
    }
    return { model, dimension: sizeOf(model, dimension, models) }
  }
  if (dimension === undefined) return { model: models[0]!, dimension: models[0]!.defaultDimension }
  const byDefault = models.find(({ defaultFor }) => gives(defaultFor, dimension))
  if (byDefault) return { model: byDefault, dimension: dimension as Dimension }
  const answering = models.filter(({ defaultFor }) => defaultFor.length > 0)
  const allowed = answering.flatMap(({ defaultFor }) => defaultFor).sort((a, b) => a - b)
  const one = answering.length === 1 ? answering[0]!.id : undefined
  throw new InvalidDimensionError(dimension, allowed, one, giving(dimension, models))
}

function sizeOf(model: ModelInfo, dimension: unknown, models: readonly ModelInfo[]): Dimension {
  if (dimension === undefined) return model.defaultDimension
  if (gives(model.dimensions, dimension)) return dimension as Dimension
  throw new InvalidDimensionError(dimension, model.dimensions, model.id, giving(dimension, models))
}

/** Ids of the loaded models that give a size. */
function giving(dimension: unknown, models: readonly ModelInfo[]): string[] {
  return models.filter(({ dimensions }) => gives(dimensions, dimension)).map(({ id }) => id)
}

function gives(dimensions: readonly Dimension[], dimension: unknown): boolean {
  return (dimensions as readonly unknown[]).includes(dimension)
}
