import { expect, test } from 'vitest'
import { createSimilarityTable } from './similarity-table.js'

const vectors = {
  east: Float32Array.of(1, 0),
  north: Float32Array.of(0, 1),
  northEast: Float32Array.of(1, 1),
  west: Float32Array.of(-1, 0),
}

function tableOf(...names: (keyof typeof vectors)[]) {
  const table = createSimilarityTable<string>()
  for (const name of names) table.add(name, vectors[name])
  return table
}

test('knows the cosine of each pair, whichever comes first', () => {
  const table = tableOf('east', 'north', 'northEast', 'west')
  expect(table.similarity(0, 1)).toBeCloseTo(0)
  expect(table.similarity(0, 2)).toBeCloseTo(Math.SQRT1_2)
  expect(table.similarity(2, 0)).toBeCloseTo(Math.SQRT1_2)
  expect(table.similarity(3, 0)).toBeCloseTo(-1)
  expect(table.similarity(2, 2)).toBe(1)
})

test('keeps the cosines of those that stay, and goes on', () => {
  const table = tableOf('east', 'north', 'northEast').only((name) => name !== 'north')
  expect(table.items).toEqual(['east', 'northEast'])
  expect(table.similarity(0, 1)).toBeCloseTo(Math.SQRT1_2)
  table.add('west', vectors.west)
  expect(table.similarity(2, 1)).toBeCloseTo(-Math.SQRT1_2)
})
