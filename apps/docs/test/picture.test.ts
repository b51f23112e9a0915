import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEmbedder } from '@pixvec/core'
import { expect, test } from 'vitest'
import { docs, samples } from './harness/repository.js'

test("the picture of a result shows the model's own similarities, to 0.02", async () => {
  const names = readdirSync(samples).filter((name) => name.endsWith('.jpg'))
  const embedder = await createEmbedder()
  const vectors: Float32Array[] = []
  for (const name of names.sort()) {
    vectors.push((await embedder.embed({ image: readFileSync(join(samples, name)) })).vector)
  }
  const { id, revision } = embedder.model
  await embedder.close()
  const real = vectors.flatMap((one) =>
    vectors.map((other) => one.reduce((sum, x, i) => sum + x * other[i]!, 0)),
  )

  const svg = readFileSync(join(docs, 'public/similarity.svg'), 'utf8')
  expect(svg).toContain(`model ${id}, revision ${revision}`)
  const shown = [...svg.matchAll(/text-anchor="middle"[^>]*>(-?[\d.]+)</g)].map((match) => Number(match[1]))
  expect(shown).toHaveLength(real.length)
  expect(shown.filter((value, i) => Math.abs(value - real[i]!) > 0.02)).toEqual([])
})
