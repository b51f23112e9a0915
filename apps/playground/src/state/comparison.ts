import { signal } from '@preact/signals'
import { createSimilarityTable, type SimilarityTable } from '../vectors/similarity-table.js'
import { dimension } from './connection.js'
import { type Picture, pictures } from './pictures.js'

/** The pictures that have a vector of the dimension shown, in the order in which they were added, and how near they lie to each other. */
export interface Comparison {
  readonly pictures: readonly Picture[]
  /** Cosine of two of them, by their places in `pictures`. */
  similarity(one: number, other: number): number
  /** Place of a picture; −1 for one that has no vector yet. */
  indexOf(id: number | undefined): number
}

const table: { current: SimilarityTable<Picture>; dimension: number } = {
  current: createSimilarityTable(),
  dimension: 0,
}
export const comparison = signal<Comparison>(snapshot())

/** Brings the comparison up to date with the pictures and the dimension. What was compared is not compared again. */
export function updateComparison(): void {
  const wanted = dimension.value
  if (table.dimension !== wanted) {
    table.current = createSimilarityTable()
    table.dimension = wanted
  }
  const listed = new Set(pictures.value)
  if (table.current.items.some((picture) => !listed.has(picture))) {
    table.current = table.current.only((picture) => listed.has(picture))
  }
  const known = new Set(table.current.items)
  for (const picture of pictures.value) {
    const embedding = picture.embeddings.get(wanted)
    if (embedding && !known.has(picture)) table.current.add(picture, embedding.embedding)
  }
  comparison.value = snapshot()
}

function snapshot(): Comparison {
  const { current } = table
  // Answers come in any order; the pictures keep theirs, and so does all that is made of them.
  const places = current.items.map((_, place) => place)
  places.sort((a, b) => current.items[a]!.id - current.items[b]!.id)
  const items = places.map((place) => current.items[place]!)
  return {
    pictures: items,
    similarity: (one, other) => current.similarity(places[one]!, places[other]!),
    indexOf: (id) => items.findIndex((picture) => picture.id === id),
  }
}
