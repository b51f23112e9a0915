import { expect, test } from 'vitest'
import { group } from './group.js'
import { project } from './project.js'

/** Three heaps of pictures in a space of 64, each around a direction of its own, interleaved. */
const count = 24
const length = 64
const noise = (seed: number) => (Math.sin(seed * 12.9898) * 43758.5453) % 1
const heapOf = (at: number) => at % 3
const vectors = new Float32Array(count * length)
for (let at = 0; at < count; at++) {
  const row = vectors.subarray(at * length, (at + 1) * length)
  for (let i = 0; i < length; i++) row[i] = 0.3 * noise(at * length + i)
  row[heapOf(at) * 20]! += 2
  const norm = Math.hypot(...row)
  for (let i = 0; i < length; i++) row[i]! /= norm
}
const row = (at: number) => vectors.subarray(at * length, (at + 1) * length)
const similarities = Float32Array.from({ length: count * count }, (_, i) => {
  const [one, other] = [row(Math.floor(i / count)), row(i % count)]
  return one.reduce((sum, value, at) => sum + value * other[at]!, 0)
})

test.each(['pca', 'umap'] as const)('%s lays pictures of one heap nearer together than heaps', (method) => {
  const places = project(method, vectors, count)
  const distance = (one: number, other: number) =>
    Math.hypot(places[one * 2]! - places[other * 2]!, places[one * 2 + 1]! - places[other * 2 + 1]!)
  const mean = (isWanted: (one: number, other: number) => boolean) => {
    const all: number[] = []
    for (let one = 0; one < count; one++) {
      for (let other = 0; other < one; other++) if (isWanted(one, other)) all.push(distance(one, other))
    }
    return all.reduce((a, b) => a + b) / all.length
  }
  const within = mean((one, other) => heapOf(one) === heapOf(other))
  const between = mean((one, other) => heapOf(one) !== heapOf(other))
  expect(within).toBeLessThan(0.5 * between)
  expect(Math.min(...places)).toBe(0)
  expect(Math.max(...places)).toBe(1)
  expect(project(method, vectors, count)).toEqual(places)
})

test('two pictures, and one, have places as well', () => {
  expect([...project('umap', vectors.subarray(0, 2 * length), 2)]).toEqual([0, 0.5, 1, 0.5])
  expect([...project('pca', vectors.subarray(0, length), 1)]).toEqual([0.5, 0.5])
  expect(project('umap', vectors.subarray(0, 4 * length), 4)).toHaveLength(8)
})

test('finds the three heaps, and says that there are three', () => {
  const { labels, suggested, order } = group(similarities, count)
  expect(suggested).toBe(3)
  const found = labels[2]!
  for (let at = 0; at < count; at++) {
    for (let other = 0; other < count; other++) {
      expect(found[at] === found[other]).toBe(heapOf(at) === heapOf(other))
    }
  }
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at))
  expect(labels.map((one) => new Set(one).size)).toEqual(labels.map((_, i) => i + 1))
})

test('one picture is one group', () => {
  expect(group(Float32Array.of(1), 1)).toMatchObject({ suggested: 1 })
})
