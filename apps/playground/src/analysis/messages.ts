/** What the page asks of its worker. */
export type Task =
  | {
      readonly kind: 'map'
      readonly method: 'pca' | 'umap'
      /** `count` vectors, one after the other. */
      readonly vectors: Float32Array
      readonly count: number
    }
  | {
      readonly kind: 'groups'
      /** Cosines, `count` × `count`. */
      readonly similarities: Float32Array
      readonly count: number
    }

/** Places in a square of edge 1: x and y of each, one after the other. */
export interface MapAnswer {
  readonly places: Float32Array
}

export interface GroupsAnswer {
  /** For 1, 2, 3 … groups: the number of the group of each item. */
  readonly labels: readonly Uint16Array[]
  /** How many groups part the items best. */
  readonly suggested: number
  /** The items in an order that puts like beside like. */
  readonly order: Uint16Array
}
