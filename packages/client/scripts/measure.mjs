// `pnpm measure`: what the client costs whoever uses it. Prints a line a figure, leaves them in
// test-results/measure.json, and fails when the download is over its limit.
import { mkdir, writeFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import ts from 'typescript'
import { bundle } from './bundle.mjs'

/** Everything that the package exports, GraphQL documents included. */
const limitGzipBytes = 6000

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

const everything = Buffer.from(await bundle(here('test/consumer/everything.ts')))
const figures = {
  limitGzipBytes,
  gzipBytes: gzipSync(everything).length,
  minifiedBytes: everything.length,
  ...typeCheck(here('test/consumer/browser.ts')),
}
await mkdir(here('test-results'), { recursive: true })
await writeFile(here('test-results/measure.json'), `${JSON.stringify(figures, null, 2)}\n`)

say(
  `download: ${figures.gzipBytes} bytes of gzip, ${figures.minifiedBytes} minified; limit ${limitGzipBytes}`,
)
say(
  `type check of a page that uses it: ${figures.typeCheckMs} ms, ${figures.types} types more than without it`,
)
if (figures.gzipBytes >= limitGzipBytes) {
  say(`The client is over its limit of ${limitGzipBytes} bytes.`)
  process.exitCode = 1
}

/** A strict program of one file, against the types in `dist`, beside the same without the client. */
function typeCheck(file) {
  const check = (name, text) => {
    const options = {
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      types: [],
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      strict: true,
      noEmit: true,
    }
    const host = ts.createCompilerHost(options)
    const { readFile } = host
    host.readFile = (path) => (path === name ? (text ?? readFile(path)) : readFile(path))
    const started = performance.now()
    const program = ts.createProgram([name], options, host)
    const problems = ts.getPreEmitDiagnostics(program)
    if (problems.length > 0) throw new Error(ts.formatDiagnostics(problems, host))
    return { ms: Math.round(performance.now() - started), types: program.getTypeCount() }
  }
  const bare = check(file, 'export {}')
  const page = check(file)
  return { typeCheckMs: page.ms, types: page.types - bare.types }
}

function say(line) {
  process.stdout.write(`@pixvec/client ${line}\n`)
}
