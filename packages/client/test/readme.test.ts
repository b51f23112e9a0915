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
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ''], index) => ({
  name: `example-${index + 1}`,
  code,
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
  for (const { name, code } of examples) {
    const here = code.replace('http://127.0.0.1:8080', server.url).replace('key-one', server.key)
    await writeFile(join(folder, `${name}.mts`), here)
  }
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

describe('the examples of the README', () => {
  it('are seven, and all speak to one address with one key', () => {
    expect(examples.length).toBe(7)
    for (const { code } of examples)
      expect(code).toContain("baseUrl: 'http://127.0.0.1:8080', key: 'key-one'")
  })

  it('compile', () => {
    const program = ts.createProgram(
      examples.map(({ name }) => join(folder, `${name}.mts`)),
      {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.NodeNext,
        strict: true,
        skipLibCheck: true,
        noEmitOnError: true,
        lib: ['lib.es2023.d.ts'],
        types: ['node'],
      },
    )
    const problems = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics]
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([])
  }, 60_000)

  it.each(examples)(
    'run: $name',
    async ({ name }) => {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [`${name}.mjs`], { cwd: folder })
      expect(stdout.trim()).not.toBe('')
      expect(stdout).not.toMatch(/undefined|nothing within|no server there|something else/)
      expect(stderr).toBe('')
    },
    60_000,
  )
})
