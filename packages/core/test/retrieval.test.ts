import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createEmbedder } from '../src/embedder.js'
import { testData } from '../src/testing/test-data.js'

const folder = testData('retrieval/caltech101-dev')

interface Photo {
  readonly path: string
  readonly label: string
  readonly split: string
}

function readLabels(root: string): Photo[] {
  const [, ...lines] = readFileSync(join(root, 'labels.tsv'), 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [path, label, split] = line.split('\t') as [string, string, string]
    return { path, label, split }
  })
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

describe('the built-in model on photos of 30 categories', () => {
  for (const dimension of [512, 1024]) {
    it.skipIf(!folder)(
      `puts photos of one category nearer than photos of two, at ${dimension} (needs retrieval/caltech101-dev)`,
      async () => {
        const photos = readLabels(folder!)
        const embedder = await createEmbedder({ limits: { maxQueue: 1000 } })
        const embedded = await Promise.all(
          photos.map(async (photo) => {
            const { vector } = await embedder.embed({
              image: readFileSync(join(folder!, photo.path)),
              dimension,
            })
            return { ...photo, vector }
          }),
        )
        await embedder.close()

        const sums = { same: 0, sameCount: 0, other: 0, otherCount: 0 }
        for (const [i, one] of embedded.entries()) {
          for (const another of embedded.slice(i + 1)) {
            const similarity = dot(one.vector, another.vector)
            if (one.label === another.label) {
              sums.same += similarity
              sums.sameCount++
            } else {
              sums.other += similarity
              sums.otherCount++
            }
          }
        }
        const gallery = embedded.filter(({ split }) => split === 'gallery')
        const queries = embedded.filter(({ split }) => split === 'query')
        const right = queries.filter(({ vector, label }) => {
          const nearest = gallery.reduce((best, photo) =>
            dot(photo.vector, vector) > dot(best.vector, vector) ? photo : best,
          )
          return nearest.label === label
        })
        const figures = {
          dimension,
          same: sums.same / sums.sameCount,
          other: sums.other / sums.otherCount,
          precisionAt1: right.length / queries.length,
        }
        process.stdout.write(`${JSON.stringify(figures)}\n`)

        expect(figures.same).toBeGreaterThan(figures.other + 0.1)
        // The model's card says about 92 %; chance is 3.3 %.
        expect(figures.precisionAt1).toBeGreaterThan(0.92)
      },
      120_000,
    )
  }
})
