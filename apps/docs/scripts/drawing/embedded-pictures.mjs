import { readdir, readFile } from 'node:fs/promises'
import { createEmbedder } from '@pixvec/core'

/** The six pictures of the examples, and the gallery beside them: all drawn by code. */
export const samples = new URL('../../../server/samples/', import.meta.url)
export const gallery = new URL('../../../server/gallery/', import.meta.url)

/**
 * The pictures of some folders, each embedded by the built-in model.
 * @param {URL[]} folders
 * @param {number[]} dimensions  at least one
 * @returns the model, and by name: the file's bytes, the subject, and `vectors[dimension]` of unit length
 */
export async function embeddedPictures(folders, dimensions) {
  const files = (await Promise.all(folders.map(picturesIn))).flat()
  const embedder = await createEmbedder()
  try {
    const pictures = []
    for (const { name, url } of files.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const image = await readFile(url)
      /** @type {Record<number, Float32Array>} */
      const vectors = {}
      for (const dimension of dimensions) {
        vectors[dimension] = (await embedder.embed({ image, dimension })).vector
      }
      pictures.push({ name, subject: name.replace(/-\d+$/, ''), image, vectors })
    }
    return { model: embedder.model, pictures }
  } finally {
    await embedder.close()
  }
}

async function picturesIn(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jpg'))
  return names.map((name) => ({ name: name.replace('.jpg', ''), url: new URL(name, folder) }))
}
