import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readText, root } from './harness/repository.js'

const listed = [...readText('decisions/dependencies.md').matchAll(/^\| `([^`]+)` \| \S/gm)].map(
  (match) => match[1]!,
)

test('decisions/dependencies.md gives a reason for every direct dependency', () => {
  const missing = directDependencies().filter((name) => !listed.includes(name))
  expect(missing).toEqual([])
})

test('decisions/dependencies.md lists nothing twice and nothing that is gone', () => {
  const direct = directDependencies()
  expect(listed.filter((name, i) => !direct.includes(name) || listed.indexOf(name) !== i)).toEqual([])
})

/** Names in any package.json of the workspace, without the workspace's own packages. */
function directDependencies(): string[] {
  const manifests = ['packages', 'apps']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name, 'package.json')))
    .concat('package.json')
  const names = manifests.flatMap((path) => {
    const { dependencies, devDependencies, peerDependencies, optionalDependencies } = JSON.parse(
      readText(path),
    )
    const all = { ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies }
    return Object.entries(all).filter(([, version]) => !String(version).startsWith('workspace:'))
  })
  return [...new Set(names.map(([name]) => name))].sort()
}
