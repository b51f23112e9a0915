import { mkdirSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import type { Plugin } from 'vite'

const folderOf = (path: string) => fileURLToPath(new URL(`../../server/${path}/`, import.meta.url))
const target = fileURLToPath(new URL('../cache/sample-sheet.webp', import.meta.url))

/** Width and height of a picture on the sheet, in pixels: twice what a large screen shows. */
const tile = { width: 144, height: 108 }
const rows = 3

/**
 * Draws one picture of all samples, a subject a column, for the first view: what people may start with, in a
 * twentieth of the bytes. It lies in `cache/`, where the page imports it.
 */
export function sampleSheet(): Plugin {
  return {
    name: 'sample-sheet',
    async buildStart() {
      const paths = ['gallery', 'samples']
        .map(folderOf)
        .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
        .filter((path) => path.endsWith('.jpg'))
        .sort((a, b) => (basename(a) < basename(b) ? -1 : 1))
      const tiles = await Promise.all(
        paths.map(async (path, i) => ({
          input: await sharp(path).resize(tile.width, tile.height).png().toBuffer(),
          left: Math.floor(i / rows) * tile.width,
          top: (i % rows) * tile.height,
        })),
      )
      mkdirSync(join(target, '..'), { recursive: true })
      await sharp({
        create: {
          width: Math.ceil(paths.length / rows) * tile.width,
          height: rows * tile.height,
          channels: 3,
          background: '#808080',
        },
      })
        .composite(tiles)
        .webp({ quality: 62, effort: 5 })
        .toFile(target)
    },
  }
}
