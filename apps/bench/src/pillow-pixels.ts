import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ModelManifest } from '@pixvec/core'

/** What Pillow made of the pictures of the benchmark: pixels after resize and crop, as PNG. */
const folder = new URL('../goldens/', import.meta.url)

interface Index {
  /** Version that made them. */
  readonly pillow: string
  /** File name → SHA-256 of the JPEG that it was made of. */
  readonly pictures: Readonly<Record<string, string>>
}

type PixelRecipe = Pick<ModelManifest['recipe'], 'resize' | 'centreCrop' | 'offsetRounding'>

/** The part of a recipe that decides about pixels; models that share it share the reference. */
export function pixelRecipe({ resize, centreCrop, offsetRounding }: ModelManifest['recipe']): PixelRecipe {
  return {
    resize,
    ...(centreCrop !== undefined && { centreCrop }),
    ...(offsetRounding !== undefined && { offsetRounding }),
  }
}

/** Name of the reference of a picture under a recipe. */
export function pillowPixelsName(corpus: string, recipe: ModelManifest['recipe']): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(pixelRecipe(recipe)))
    .digest('hex')
  return `${corpus}-${hash.slice(0, 8)}.png`
}

/**
 * Path of the reference, or undefined where there is none for this recipe, or another encoder made the JPEG
 * another file. `goldens/README.md` says how to make one.
 */
export function findPillowPixels(
  corpus: string,
  jpeg: Uint8Array,
  recipe: ModelManifest['recipe'],
): string | undefined {
  const name = pillowPixelsName(corpus, recipe)
  const { pictures } = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as Index
  const path = fileURLToPath(new URL(name, folder))
  const isSame = pictures[name] === createHash('sha256').update(jpeg).digest('hex')
  return isSame && existsSync(path) ? path : undefined
}
