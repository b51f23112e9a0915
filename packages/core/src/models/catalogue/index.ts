import { clipRn50 } from './clip-rn50.js'
import { clipVitB16 } from './clip-vit-b-16.js'
import { clipVitB32 } from './clip-vit-b-32.js'
import { dinov2L14 } from './dinov2-l-14.js'
import type { CatalogueEntry } from './entry.js'
import { nomicVision } from './nomic-embed-vision-v1.5.js'
import { peCoreB16 } from './pe-core-b-16-224.js'
import { siglip2L16 } from './siglip2-l-16-256.js'

export type { CatalogueEntry } from './entry.js'

/** Encoders under open licences that `pixvec models pull` knows: those of 512 first, then by size. */
export const catalogue: readonly CatalogueEntry[] = [
  clipVitB32,
  clipVitB16,
  clipRn50,
  peCoreB16,
  dinov2L14,
  siglip2L16,
  nomicVision,
]

/** The entry of an id, or of a repository's name. */
export function findInCatalogue(name: string): CatalogueEntry | undefined {
  return catalogue.find(({ id, repository }) => id === name || repository === name)
}
