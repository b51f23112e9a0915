/** Items that are linked, each to at least one of the others. */
export interface DuplicateGroup {
  /** Places among all, in their order. */
  readonly members: readonly number[]
  /** The least and the greatest cosine of a linked pair. */
  readonly least: number
  readonly greatest: number
}

export interface NearDuplicates {
  readonly groups: readonly DuplicateGroup[]
  /** The nearest pair of all, linked or not; undefined with fewer than two items. */
  readonly nearest: { readonly one: number; readonly other: number; readonly similarity: number } | undefined
}

/** Two equal vectors have a cosine of 1 but for the last bits of a float32. */
const rounding = 1e-6

/** Pairs at or above the threshold, put together where they share an item; the largest group first. */
export function findNearDuplicates(
  count: number,
  similarity: (one: number, other: number) => number,
  threshold: number,
): NearDuplicates {
  const parent = Array.from({ length: count }, (_, at) => at)
  const rootOf = (at: number): number => {
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!
      at = parent[at]!
    }
    return at
  }
  let nearest: NearDuplicates['nearest']
  const linked: { one: number; similarity: number }[] = []
  for (let one = 0; one < count; one++) {
    for (let other = 0; other < one; other++) {
      const value = similarity(one, other)
      if (!nearest || value > nearest.similarity) nearest = { one: other, other: one, similarity: value }
      if (value < threshold - rounding) continue
      linked.push({ one, similarity: value })
      parent[rootOf(one)] = rootOf(other)
    }
  }

  const groups = new Map<number, { members: number[]; least: number; greatest: number }>()
  for (const { one, similarity: value } of linked) {
    const root = rootOf(one)
    const group = groups.get(root) ?? { members: [], least: 1, greatest: -1 }
    groups.set(root, group)
    group.least = Math.min(group.least, value)
    group.greatest = Math.max(group.greatest, value)
  }
  for (let at = 0; at < count; at++) groups.get(rootOf(at))?.members.push(at)
  return { groups: [...groups.values()].sort((a, b) => b.members.length - a.members.length), nearest }
}
