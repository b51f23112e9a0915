import { catalogue } from './catalogue/index.js'
import { builtInModel } from './load-model.js'

/** Ids of the models that give a dimension: the built-in one, then those of the catalogue. */
export function modelsGiving(dimension: number): string[] {
  const { id, dimensions } = builtInModel().manifest
  return [{ id, dimensions }, ...catalogue]
    .filter((model) => model.dimensions.includes(dimension))
    .map((model) => model.id)
}
