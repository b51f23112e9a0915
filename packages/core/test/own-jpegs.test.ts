import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testData } from '../src/testing/test-data.js'
import { besideSharp, centre, wholePicture } from './beside-sharp.js'

const odd = testData('conformance')
const photos = testData('retrieval/caltech101-dev')

function jpegsIn(path: string): string[] {
  if (statSync(path).isDirectory()) return readdirSync(path).flatMap((name) => jpegsIn(join(path, name)))
  return /\.jpe?g$/i.test(path) ? [path] : []
}

/** How many are decoded here; fails where a pixel is other than that of libvips. */
async function decodedHere(paths: readonly string[]): Promise<number> {
  let ours = 0
  for (const path of paths) {
    const bytes = new Uint8Array(readFileSync(path))
    const outcomes = [await besideSharp(bytes, centre)]
    const whole = wholePicture(bytes)
    if (whole?.resize.mode === 'squash' && whole.resize.width * whole.resize.height < 3_000_000)
      outcomes.push(await besideSharp(bytes, whole))
    for (const outcome of outcomes) expect(['same', 'left'], `${path}: ${outcome}`).toContain(outcome)
    ours += Number(outcomes[0] === 'same')
  }
  return ours
}

describe('resizeJpeg on pictures from everywhere', () => {
  it.skipIf(!odd)(
    'gives the pixels of libvips for odd files, or leaves them to it (needs conformance)',
    async () => {
      expect(await decodedHere(jpegsIn(odd!))).toBeGreaterThan(60)
    },
    120_000,
  )

  it.skipIf(!photos)(
    'gives the pixels of libvips for every photo, and leaves none to it (needs caltech101-dev)',
    async () => {
      const paths = jpegsIn(photos!)
      expect(await decodedHere(paths)).toBe(paths.length)
    },
    120_000,
  )
})
