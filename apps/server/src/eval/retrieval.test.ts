import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type LabelledVector, type RetrievalMetrics, retrieval } from './retrieval.js'

interface Golden {
  readonly name: string
  readonly vectors: readonly (readonly number[])[]
  readonly labels: readonly string[]
  readonly isQuery: readonly boolean[]
  readonly metrics: RetrievalMetrics
}

const goldens: Golden[] = JSON.parse(
  readFileSync(new URL('../../test/goldens/retrieval.json', import.meta.url), 'utf8'),
)

function pictures({ vectors, labels, isQuery }: Golden, wanted: boolean): LabelledVector[] {
  return vectors
    .map((vector, i) => ({ vector: Float32Array.from(vector), label: labels[i]! }))
    .filter((_, i) => isQuery[i] === wanted)
}

describe('retrieval', () => {
  for (const golden of goldens) {
    it(`gives the figures of metrics.py: ${golden.name}`, () => {
      expect(retrieval(pictures(golden, true), pictures(golden, false))).toEqual(golden.metrics)
    })
  }

  it('divides by what can be found, and by 20 at most', () => {
    const at = (x: number, label: string): LabelledVector => ({
      vector: Float32Array.from([Math.cos(x), Math.sin(x)]),
      label,
    })
    const query = [at(0, 'a')]
    // Right at the first and the third place, of two: (1 + 2/3) / 2.
    expect(retrieval(query, [at(0.1, 'a'), at(0.2, 'b'), at(0.3, 'a')])['mAP@20']).toBe(83.3)
    // All 30 are right, and no more than 20 are looked at.
    const many = Array.from({ length: 30 }, (_, i) => at(0.01 * i, 'a'))
    expect(retrieval(query, many)).toEqual({ 'P@1': 100, 'P@5': 100, 'mAP@20': 100 })
  })
})
