/** A picture as a vector, with what it shows. */
export interface LabelledVector {
  /** L2 norm 1. */
  readonly vector: Float32Array
  readonly label: string
}

/** How well queries find pictures of their own label, in per cent, to one decimal. */
export interface RetrievalMetrics {
  /** Queries whose nearest picture has their label. */
  readonly 'P@1': number
  /** Pictures with the query's label among the nearest 5, on average. */
  readonly 'P@5': number
  /**
   * Mean average precision over the nearest 20. The average precision of a query is divided by as many as could
   * be found: 20, or the pictures of its label in the gallery where these are fewer.
   */
  readonly 'mAP@20': number
}

const depth = 20

/**
 * Looks for each query among the gallery, by cosine; of equally near ones the earlier comes first.
 * @source training/pixvec_training/metrics.py: the same figures
 */
export function retrieval(
  queries: readonly LabelledVector[],
  gallery: readonly LabelledVector[],
): RetrievalMetrics {
  const possible = new Map<string, number>()
  for (const { label } of gallery) possible.set(label, (possible.get(label) ?? 0) + 1)
  let [first, firstFive, averages] = [0, 0, 0]
  for (const query of queries) {
    const isRight = nearest(query.vector, gallery).map(({ label }) => label === query.label)
    first += isRight[0] ? 1 : 0
    firstFive += isRight.slice(0, 5).filter(Boolean).length
    averages += averagePrecision(isRight, possible.get(query.label) ?? 0)
  }
  return {
    'P@1': percent(first / queries.length),
    'P@5': percent(firstFive / (queries.length * Math.min(5, gallery.length))),
    'mAP@20': percent(averages / queries.length),
  }
}

function averagePrecision(isRight: readonly boolean[], possible: number): number {
  let [found, sum] = [0, 0]
  for (const [index, right] of isRight.entries()) {
    if (!right) continue
    found += 1
    sum += found / (index + 1)
  }
  return sum / Math.min(depth, Math.max(possible, 1))
}

/** The nearest pictures of a gallery, the nearest first. */
function nearest(vector: Float32Array, gallery: readonly LabelledVector[]): LabelledVector[] {
  const best: { readonly picture: LabelledVector; readonly score: number }[] = []
  for (const picture of gallery) {
    const score = dot(vector, picture.vector)
    if (best.length === depth && score <= best.at(-1)!.score) continue
    let at = best.length
    while (at > 0 && best[at - 1]!.score < score) at--
    best.splice(at, 0, { picture, score })
    if (best.length > depth) best.pop()
  }
  return best.map(({ picture }) => picture)
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Python's `round(100 * share, 1)`: of two that are equally near, the even one. */
function percent(share: number): number {
  const value = 100 * share
  // Only odd multiples of a quarter lie exactly between two decimals.
  if (Math.abs(value * 4) % 2 !== 1) return Number(value.toFixed(1))
  const below = Math.floor(value * 10)
  return (below % 2 === 0 ? below : below + 1) / 10
}
