import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { samplePng } from '@pixvec/core/testing'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from './start-server.js'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const readme = await readFile(join(packageFolder, 'README.md'), 'utf8')
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code], index) => ({
  name: `${index + 1}: ${code?.split('\n').find((line) => line.includes('await'))}`,
  code: code ?? '',
}))

let server: TestServer
// Inside the package, so that `@pixvec/client` is found as a reader's project finds it.
let folder: string

beforeAll(async () => {
  server = await startServer()
  await mkdir(join(packageFolder, 'test-results'), { recursive: true })
  folder = await mkdtemp(join(packageFolder, 'test-results', 'readme-'))
  await writeFile(join(folder, 'cat.jpg'), await samplePng(16, 16, 1))
  await writeFile(join(folder, 'dog.jpg'), await samplePng(16, 16, 2))
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

describe('the examples of the README', () => {
  it('are found', () => {
    expect(examples.length).toBe(5)
  })

  it.each(examples)(
    'compile and run: $name',
    async ({ code }) => {
      expect(code).toContain("'http://127.0.0.1:8080'")
      const here = code.replace('http://127.0.0.1:8080', server.url).replace('key-one', server.key)
      const source = join(folder, 'example.mts')
      await writeFile(source, here)
      expect(problemsOf(source)).toEqual([])
      const program = ts.transpileModule(here, {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
      })
      await writeFile(join(folder, 'example.mjs'), program.outputText)
      const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder })
      expect(stdout.trim()).not.toBe('')
      expect(stdout).not.toMatch(/undefined|nothing within|no server|something else/)
    },
    60_000,
  )
})

function problemsOf(file: string): string[] {
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    lib: ['lib.es2023.d.ts'],
    types: ['node'],
  })
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}
