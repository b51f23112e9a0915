import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEmbedder } from '@pixvec/core'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { samples } from './pixvec.js'

type Shade = (u: number, v: number) => readonly number[]
type Size = { readonly width: number; readonly height: number }

const folder = new URL('../gallery/', import.meta.url)
const gallery = readdirSync(folder).map((name) => fileURLToPath(new URL(name, folder)))
const all = [...samples, ...gallery]

const nameOf = (path: string) => path.match(/([\w-]+)\.jpg$/)![1]!
const subjectOf = (path: string) => nameOf(path).replace(/-\d$/, '')

test('the gallery and the samples have three pictures of each of twelve subjects', () => {
  const names = all.map(nameOf).sort()
  const subjects = [...new Set(all.map(subjectOf))].sort()
  expect(subjects).toHaveLength(12)
  expect(names).toEqual(subjects.flatMap((subject) => [1, 2, 3].map((number) => `${subject}-${number}`)))
})

test('pictures of the gallery are small: they are cloned by everybody', () => {
  const sizes = all.map((path) => readFileSync(path).length)
  expect(Math.max(...sizes)).toBeLessThan(60_000)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(900_000)
})

test('every picture is what the code draws, as far as JPEG keeps it', async () => {
  const drawn = await import(new URL('../samples/draw/pictures.mjs', import.meta.url).href)
  const { pixel }: { pixel(shade: Shade, x: number, y: number, size: Size): number[] } = await import(
    new URL('../samples/draw/render.mjs', import.meta.url).href
  )
  const shades: Record<string, Shade> = { ...drawn.samples, ...drawn.gallery }
  expect(Object.keys(shades).sort()).toEqual(all.map(nameOf).sort())
  for (const path of all) {
    const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 640, height: 480, channels: 3 })
    let difference = 0
    let count = 0
    for (let y = 12; y < info.height; y += 24) {
      for (let x = 12; x < info.width; x += 24) {
        const colour = pixel(shades[nameOf(path)]!, x, y, info)
        for (const [c, value] of colour.entries()) {
          difference += Math.abs(value - data[(y * info.width + x) * 3 + c]!)
          count++
        }
      }
    }
    expect(difference / count, nameOf(path)).toBeLessThan(12)
  }
})

test('two thirds of all pictures find one of their own subject first, with the built-in model', async () => {
  const embedder = await createEmbedder()
  const embedded = await Promise.all(
    all.map(async (path) => ({
      path,
      vector: (await embedder.embed({ image: readFileSync(path) })).vector,
    })),
  )
  await embedder.close()
  const cosine = (one: Float32Array, other: Float32Array) =>
    one.reduce((sum, value, at) => sum + value * other[at]!, 0)
  const found = embedded.filter((query) => {
    const [nearest] = embedded
      .filter((other) => other !== query)
      .sort((a, b) => cosine(query.vector, b.vector) - cosine(query.vector, a.vector))
    return subjectOf(nearest!.path) === subjectOf(query.path)
  })
  expect(found.length).toBeGreaterThanOrEqual((2 / 3) * all.length)
})
