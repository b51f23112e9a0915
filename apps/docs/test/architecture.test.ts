import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readText, root } from './harness/repository.js'

const sources = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => `/${entry.name}`)
  .concat(['packages', 'apps'].flatMap((folder) => sourcesBelow(folder)))

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('every source file that %s names is there', (page) => {
  const named = [...readText(page).matchAll(/`([\w./-]+\.(?:ts|cjs|mjs))`/g)].map((match) => match[1]!)
  expect(named.length).toBeGreaterThan(1)
  expect(named.filter((name) => !sources.some((path) => path.endsWith(`/${name}`)))).toEqual([])
})

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) =>
    ['src', 'test', 'assembly'].flatMap((part) =>
      filesIn(join(folder, name, part)).flatMap((path) => [
        `/${join(folder, name, part, path)}`,
        `/${join(name, part, path)}`,
      ]),
    ),
  )
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
}
