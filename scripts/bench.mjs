// `pnpm bench [what]`: builds what is measured, then measures. The other words are the program's:
// pnpm bench --seconds 10, pnpm bench compare --help
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { main, root, run, setUp } from './setup.mjs'

await main(() => {
  setUp({ build: 'all' })
  const [first = '', ...rest] = process.argv.slice(2)
  // A word that is no option names a program of apps/bench.
  const isNamed = /^[a-z][a-z-]*$/.test(first) && existsSync(programOf(first))
  return run(
    process.execPath,
    isNamed ? [programOf(first), ...rest] : [programOf('bench'), first, ...rest].filter(Boolean),
  )
})

function programOf(name) {
  return join(root, 'apps', 'bench', 'dist', `${name}.js`)
}
