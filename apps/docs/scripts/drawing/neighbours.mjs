import { cosine } from './cosine.mjs'

export const dimensions = [512, 1024]
export const places = 5

/** The first places, which a query's own subject could fill: it has so many other pictures in the gallery. */
export const firstPlaces = 2

/** Missed queries that are drawn: all are named. */
export const mostDrawn = 6

/**
 * Every picture as a query among all the others.
 * @param {{ name: string, subject: string, vectors: Record<number, Float32Array> }[]} pictures
 * @returns for each: the picture, and `nearest[dimension]`, the others that are nearest, with their cosine and
 *   whether they are of the query's subject
 */
export function neighbours(pictures) {
  return pictures.map((query) => {
    /** @type {Record<number, { name: string, isSame: boolean, score: number }[]>} */
    const nearest = {}
    for (const dimension of dimensions) {
      nearest[dimension] = pictures
        .filter((other) => other !== query)
        .map((other) => ({
          name: other.name,
          isSame: other.subject === query.subject,
          score: cosine(query.vectors[dimension], other.vectors[dimension]),
        }))
        .sort((a, b) => b.score - a.score)
        .slice(0, places)
    }
    return { name: query.name, subject: query.subject, nearest }
  })
}

/**
 * Queries with a picture of another subject among their first places, with any of the dimensions.
 * @param {ReturnType<typeof neighbours>} results
 */
export function missed(results) {
  return results.filter(({ nearest }) =>
    dimensions.some((dimension) => intruders(nearest[dimension]).length > 0),
  )
}

/**
 * Pictures of another subject in the first places of a query.
 * @param {{ name: string, isSame: boolean, score: number }[]} nearest
 */
export function intruders(nearest) {
  return nearest.slice(0, firstPlaces).filter(({ isSame }) => !isSame)
}

/**
 * Queries whose first `count` are not the same pictures in the same order for all dimensions.
 * @param {ReturnType<typeof neighbours>} results
 * @param {number} count
 */
export function reordered(results, count) {
  const names = (list) => list.slice(0, count).map(({ name }) => name)
  return results.filter(({ nearest }) => {
    const orders = dimensions.map((dimension) => names(nearest[dimension]).join(' '))
    return orders.some((order) => order !== orders[0])
  })
}
