import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const playgroundFolder = fileURLToPath(new URL('./dist/', import.meta.url))

export async function copyPlayground(target) {
  // Whoever serves the copy compresses as they like.
  await cp(playgroundFolder, target, { recursive: true, filter: (path) => !/\.(br|gz)$/.test(path) })
  const page = join(target, 'index.html')
  const html = await readFile(page, 'utf8')
  const elsewhere = html.replace('data-server="self"', 'data-server="elsewhere"')
  if (elsewhere === html)
    throw new Error(`${page} does not say data-server="self". Build the playground anew.`)
  await writeFile(page, elsewhere)
}
