import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DroppedFile } from './visitor.js'

const folderOf = (name: string) => (/^(houses|mountains|spheres)-[12]$/.test(name) ? 'samples' : 'gallery')

/** Absolute path of one of the pictures that ship with the server: `cat-1`. */
export function galleryPath(name: string): string {
  return fileURLToPath(new URL(`../../server/${folderOf(name)}/${name}.jpg`, import.meta.url))
}

export function galleryFile(name: string): DroppedFile {
  return { name: `${name}.jpg`, type: 'image/jpeg', bytes: readFileSync(galleryPath(name)) }
}
