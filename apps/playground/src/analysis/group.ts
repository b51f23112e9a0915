import { agnes } from 'ml-hclust'
import type { GroupsAnswer } from './messages.js'

const maxGroups = 40

/**
 * Groups of items that are alike, from the bottom up: the two nearest groups become one, until one is left. The
 * distance of two groups is the mean of their pairs' (average linkage), of two items 1 − cosine.
 * @param similarities  cosines, `count` × `count`
 */
export function group(similarities: Float32Array, count: number): GroupsAnswer {
  const one = Uint16Array.from({ length: count }, () => 0)
  if (count < 2) return { labels: [one], suggested: 1, order: one }
  const distances = Array.from({ length: count }, (_, i) =>
    Array.from({ length: count }, (_, j) => (i === j ? 0 : Math.max(0, 1 - similarities[i * count + j]!))),
  )
  const tree = agnes(distances, { method: 'average', isDistanceMatrix: true })
  const labels = Array.from({ length: Math.min(maxGroups, count) }, (_, i) =>
    i === 0 ? one : labelsOf(tree.group(i + 1).children, count),
  )
  return { labels, suggested: 1 + bestAt(labels, distances), order: Uint16Array.from(tree.indices()) }
}

/** The largest group is number 0. */
function labelsOf(clusters: readonly { indices(): number[] }[], count: number): Uint16Array {
  const labels = new Uint16Array(count)
  const members = clusters.map((cluster) => cluster.indices()).sort((a, b) => b.length - a.length)
  for (const [label, group] of members.entries()) for (const at of group) labels[at] = label
  return labels
}

/** Where the mean silhouette is greatest: items near their own group and far from the next. */
function bestAt(labels: readonly Uint16Array[], distances: number[][]): number {
  let best = 0
  let bestSilhouette = Number.NEGATIVE_INFINITY
  for (const [at, grouping] of labels.entries()) {
    // One group has no other, and groups of one say nothing.
    if (at === 0 || at + 1 >= grouping.length) continue
    const value = silhouette(grouping, distances, at + 1)
    if (value > bestSilhouette) [best, bestSilhouette] = [at, value]
  }
  return best
}

function silhouette(labels: Uint16Array, distances: number[][], groups: number): number {
  const sizes = new Float64Array(groups)
  for (const label of labels) sizes[label]!++
  let sum = 0
  for (const [i, own] of labels.entries()) {
    if (sizes[own] === 1) continue
    const totals = new Float64Array(groups)
    for (const [j, label] of labels.entries()) totals[label]! += distances[i]![j]!
    const inside = totals[own]! / (sizes[own]! - 1)
    let outside = Number.POSITIVE_INFINITY
    for (let other = 0; other < groups; other++) {
      if (other !== own) outside = Math.min(outside, totals[other]! / sizes[other]!)
    }
    sum += (outside - inside) / Math.max(inside, outside, 1e-12)
  }
  return sum / labels.length
}
