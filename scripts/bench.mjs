// `pnpm bench [what]`: builds what is measured, then measures, in this very process, so that a signal reaches
// what must end the others. The other words are the program's: pnpm bench --quick, pnpm bench compare --help
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { main, root, setUp } from './setup.mjs'

await main(async () => {
  setUp({ build: 'all' })
  const [first = '', ...rest] = process.argv.slice(2)
  // A word that is no option names a program of apps/bench.
  const isNamed = /^[a-z][a-z-]*$/.test(first) && existsSync(programOf(first))
  const program = programOf(isNamed ? first : 'bench')
  process.argv = [process.execPath, program, ...(isNamed ? rest : process.argv.slice(2))]
  await import(pathToFileURL(program).href)
})

function programOf(name) {
  return join(root, 'apps', 'bench', 'dist', `${name}.js`)
}
