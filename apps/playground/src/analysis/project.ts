import { PCA } from 'ml-pca'
import { UMAP } from 'umap-js'

/**
 * Vectors → places in a square of edge 1, near ones near each other.
 *
 * PCA is the plane in which the vectors differ most: the same for the same pictures, and rough. UMAP keeps
 * neighbours together and says nothing of far distances. Fewer than five pictures are always laid out by PCA.
 * @param vectors  `count` vectors of one length, one after the other
 */
export function project(method: 'pca' | 'umap', vectors: Float32Array, count: number): Float32Array {
  const length = vectors.length / Math.max(1, count)
  const rows = Array.from({ length: count }, (_, at) => [...vectors.subarray(at * length, (at + 1) * length)])
  if (count < 3)
    return Float32Array.from({ length: 2 * count }, (_, i) => (count === 1 || i % 2 ? 0.5 : i / 2))
  return spread(method === 'umap' && count >= 5 ? byUmap(rows) : byPca(rows))
}

function byPca(rows: number[][]): number[][] {
  // Two components of a thousand: NIPALS finds them without the others.
  const pca = new PCA(rows, { method: 'NIPALS', nCompNIPALS: 2 })
  return pca.predict(rows, { nComponents: 2 }).to2DArray()
}

function byUmap(rows: number[][]): number[][] {
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(8, rows.length - 1),
    minDist: 0.25,
    // The same pictures give the same map.
    random: createRandom(1),
  })
  return umap.fit(rows)
}

/** Fills the square in both directions. */
function spread(points: number[][]): Float32Array {
  const places = new Float32Array(points.length * 2)
  for (const axis of [0, 1]) {
    const values = points.map((point) => point[axis] ?? 0)
    const least = values.reduce((a, b) => Math.min(a, b))
    const range = values.reduce((a, b) => Math.max(a, b)) - least
    for (const [at, value] of values.entries()) {
      places[at * 2 + axis] = range > 0 ? (value - least) / range : 0.5
    }
  }
  return places
}

/** Mulberry32: small, even enough for a layout, and it can be repeated. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
