import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { cosine } from '../scripts/drawing/cosine.mjs'
import { embeddedPictures, gallery, samples } from '../scripts/drawing/embedded-pictures.mjs'
import { dimensions, missed, mostDrawn, neighbours } from '../scripts/drawing/neighbours.mjs'
import { docs } from './harness/repository.js'

const missedPath = join(docs, 'public/neighbours-missed.svg')
const text = readFileSync(join(docs, 'generated/neighbours.md'), 'utf8')
const drawings = [join(docs, 'public/neighbours.svg'), missedPath].filter((path) => existsSync(path))

let embedded: Awaited<ReturnType<typeof embeddedPictures>>
beforeAll(async () => {
  embedded = await embeddedPictures([samples, gallery], dimensions)
})

test('the drawings of neighbours and their text are of the built-in model', () => {
  const { id, revision } = embedded.model
  expect(text).toContain(`model \`${id}\`, revision \`${revision}\``)
  for (const path of drawings) {
    expect(readFileSync(path, 'utf8'), path).toContain(`model ${id}, revision ${revision}`)
  }
})

test("the drawings of neighbours show the model's own similarities, to 0.02", () => {
  const vectorsOf = (name: string) => embedded.pictures.find((one) => one.name === name)!.vectors
  for (const path of drawings) {
    const shown = [
      ...readFileSync(path, 'utf8').matchAll(/<title>([\w-]+) to ([\w-]+), (\d+) numbers: (-?[\d.]+)</g),
    ]
    expect(shown.length, path).toBeGreaterThanOrEqual(10)
    for (const [what, from, to, dimension, score] of shown) {
      const [one, other] = [vectorsOf(from!)[Number(dimension)]!, vectorsOf(to!)[Number(dimension)]!]
      expect(Math.abs(cosine(one, other) - Number(score)), what).toBeLessThan(0.02)
    }
  }
})

test('every query with another subject in its first two places is named, no other is, and the first are drawn', () => {
  const wrong = missed(neighbours(embedded.pictures)).map(({ name }) => name)
  expect([...text.matchAll(/^- \*\*([\w-]+)\*\*/gm)].map((match) => match[1])).toEqual(wrong)
  expect(existsSync(missedPath)).toBe(wrong.length > 0)
  const drawn = wrong.length > 0 ? readFileSync(missedPath, 'utf8') : ''
  expect([...new Set([...drawn.matchAll(/<title>([\w-]+) to /g)].map((match) => match[1]))]).toEqual(
    wrong.slice(0, mostDrawn),
  )
})
