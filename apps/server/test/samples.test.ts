import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { createEmbedder, type Embedder } from '@pixvec/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { samples } from './pixvec.js'

let embedder: Embedder
beforeAll(async () => {
  embedder = await createEmbedder()
})
afterAll(() => embedder.close())

test('samples of one subject are nearer than any of different subjects, with the built-in model', async () => {
  const embedded = await Promise.all(
    samples.map(async (path) => ({
      subject: basename(path).replace(/-\d\.jpg$/, ''),
      vector: (await embedder.embed({ image: readFileSync(path) })).vector,
    })),
  )
  const same: number[] = []
  const different: number[] = []
  for (const [index, one] of embedded.entries()) {
    for (const other of embedded.slice(index + 1)) {
      const similarity = one.vector.reduce((sum, value, at) => sum + value * other.vector[at]!, 0)
      if (one.subject === other.subject) same.push(similarity)
      else different.push(similarity)
    }
  }
  expect(same).toHaveLength(3)
  expect(different).toHaveLength(12)
  expect(Math.min(...same)).toBeGreaterThan(Math.max(...different) + 0.3)
})

test('samples are small: they are cloned by everybody', () => {
  for (const path of samples) expect(readFileSync(path).length, path).toBeLessThan(60_000)
})
