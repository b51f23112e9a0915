import { cosineSimilarity } from '@pixvec/client'

/** Vectors compared each with each, once, as they come. */
export interface SimilarityTable<Item> {
  readonly items: readonly Item[]
  /** Compares one more with all that are there. */
  add(item: Item, vector: Float32Array): void
  /** Cosine of two, by their places in `items`. */
  similarity(one: number, other: number): number
  /** A table of those alone, compared already. */
  only(isKept: (item: Item) => boolean): SimilarityTable<Item>
}

interface Row<Item> {
  readonly item: Item
  readonly vector: Float32Array
  /** Cosines with the rows before it. */
  readonly cosines: Float32Array
}

export function createSimilarityTable<Item>(rows: readonly Row<Item>[] = []): SimilarityTable<Item> {
  const held = [...rows]
  const items = held.map(({ item }) => item)
  return {
    items,
    add(item, vector) {
      const cosines = Float32Array.from(held, (row) => cosineSimilarity(row.vector, vector))
      held.push({ item, vector, cosines })
      items.push(item)
    },
    similarity(one, other) {
      if (one === other) return 1
      return held[Math.max(one, other)]!.cosines[Math.min(one, other)]!
    },
    only(isKept) {
      const places = held.flatMap(({ item }, at) => (isKept(item) ? [at] : []))
      return createSimilarityTable(
        places.map((place, row) => {
          const { item, vector, cosines } = held[place]!
          return {
            item,
            vector,
            cosines: Float32Array.from({ length: row }, (_, at) => cosines[places[at]!]!),
          }
        }),
      )
    },
  }
}
