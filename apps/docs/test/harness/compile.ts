import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import type { Fence } from './fences.js'
import { docs, root } from './repository.js'

const sourceFolder = join(docs, 'test-results/examples/src')
const outputFolder = join(docs, 'test-results/examples/out')
const typescript = createRequire(import.meta.url).resolve('typescript/bin/tsc')

/**
 * Compiles all TypeScript blocks at once, as strictly as the product. Each is a module of its own; those
 * of one page lie in one folder, so that one may import the other by its title.
 * @returns the compiler's complaints by block, `file:line`; a block that is fine has none
 */
export function compileExamples(fences: readonly Fence[], serverUrl: string): Map<string, string> {
  rmSync(dirname(sourceFolder), { recursive: true, force: true })
  for (const fence of fences) {
    const path = join(sourceFolder, moduleName(fence, '.ts'))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${toServer(fence.code, serverUrl)}\nexport {}\n`)
  }
  const config = join(sourceFolder, 'tsconfig.json')
  writeFileSync(config, JSON.stringify(compilerConfig))
  mkdirSync(outputFolder, { recursive: true })
  writeFileSync(join(outputFolder, 'package.json'), '{"type":"module"}')
  linkPackages()
  const complaints = new Map<string, string>()
  for (const line of compile(config).split('\n')) {
    const fence = fences.find((one) => line.includes(moduleName(one, '.ts')))
    if (fence) complaints.set(nameOf(fence), `${complaints.get(nameOf(fence)) ?? ''}${line}\n`)
    else if (/error TS/.test(line)) throw new Error(line)
  }
  return complaints
}

/** Path of a block's compiled module. */
export function compiledPath(fence: Fence): string {
  return join(outputFolder, moduleName(fence, '.js'))
}

/** `file:line`, as the tests name a block. */
export function nameOf(fence: Fence): string {
  return `${fence.file}:${fence.line}`
}

/** The address that the documentation uses → the address of the running server. */
export function toServer(code: string, url: string): string {
  return code.replaceAll('http://127.0.0.1:8080', url).replaceAll('127.0.0.1:8080', new URL(url).host)
}

function moduleName(fence: Fence, extension: '.ts' | '.js'): string {
  const page = fence.file.replaceAll(/[^\w]+/g, '-')
  const name = fence.title?.replace(/\.ts$/, '') ?? `line-${fence.line}`
  return join(page, `${name}${extension}`)
}

const compilerConfig = {
  extends: relative(sourceFolder, join(root, 'tsconfig.base.json')),
  compilerOptions: {
    outDir: outputFolder,
    rootDir: sourceFolder,
    lib: ['ES2023', 'DOM'],
    declaration: false,
    sourceMap: false,
    declarationMap: false,
  },
  include: ['**/*.ts'],
}

/** What a user would install for an example, which this workspace keeps elsewhere. */
function linkPackages(): void {
  const modules = join(dirname(sourceFolder), 'node_modules')
  mkdirSync(modules, { recursive: true })
  symlinkSync(join(root, 'packages/gateway/node_modules/fastify'), join(modules, 'fastify'))
}

function compile(config: string): string {
  try {
    return execFileSync(process.execPath, [typescript, '-p', config, '--pretty', 'false'], {
      encoding: 'utf8',
    })
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}
