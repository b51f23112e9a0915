import { expect, test } from 'vitest'
import { findNearDuplicates } from './near-duplicates.js'
import { nearestTo } from './neighbours.js'

/** Points on a line: the nearer, the more alike. */
const points = [0, 0.01, 5, 0.03, 5.02, 9]
const similarity = (one: number, other: number) => 1 - Math.abs(points[one]! - points[other]!) / 10

test('puts pairs together that share a picture, the largest group first', () => {
  const { groups } = findNearDuplicates(points.length, similarity, 0.998)
  expect(groups.map(({ members }) => members)).toEqual([
    [0, 1, 3],
    [2, 4],
  ])
  expect(groups[0]!.greatest).toBeCloseTo(0.999)
  expect(groups[0]!.least).toBeCloseTo(0.998)
})

test('with nothing above the threshold it still tells of the nearest pair', () => {
  const { groups, nearest } = findNearDuplicates(points.length, similarity, 0.9999)
  expect(groups).toEqual([])
  expect(nearest).toMatchObject({ one: 0, other: 1 })
})

test('one picture alone has no pair', () => {
  expect(findNearDuplicates(1, similarity, 0)).toEqual({ groups: [], nearest: undefined })
})

test('neighbours come nearest first, without the picture itself', () => {
  expect(nearestTo(0, points.length, similarity, 3).map(({ at }) => at)).toEqual([1, 3, 2])
})
