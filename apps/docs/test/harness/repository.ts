import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../../', import.meta.url))
export const docs = join(root, 'apps/docs')
export const samples = join(root, 'apps/server/samples')
export const gallery = join(root, 'apps/server/gallery')
export const pixvecBin = join(root, 'apps/server/bin/pixvec.js')

/** Every Markdown file whose examples are promised to work, below the root. */
export function documentedFiles(): string[] {
  const pages = readdirSync(docs, { withFileTypes: true })
    // Below node_modules lie the packages, by links, with all that they need: minutes of reading.
    .filter(({ name }) => !['node_modules', 'test-results', '.vitepress'].includes(name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? readdirSync(join(docs, entry.name), { recursive: true, encoding: 'utf8' }).map((path) =>
            join(entry.name, path),
          )
        : [entry.name],
    )
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('apps/docs', path))
  const readmes = ['packages', 'apps']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name, 'README.md')))
    .filter((path) => path !== 'apps/docs/README.md' && isThere(path))
  return ['README.md', 'CONTRIBUTING.md', ...readmes, ...pages].sort()
}

/** @param path  below the root */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function isThere(path: string): boolean {
  try {
    readText(path)
    return true
  } catch {
    return false
  }
}
