import { spawnSync } from 'node:child_process'
import type { Fence } from './fences.js'
import { postgresWithVectors } from './postgres.js'

/** Modules that the tests bring when a machine lacks them. */
const brought = ['requests']
const known = new Map<string, boolean>()

/**
 * What this machine lacks to run a block, in words; undefined when it lacks nothing.
 */
export function missingFor({ language, code }: Fence): string | undefined {
  if (language === 'python') {
    if (!has('python3', ['--version'])) return 'no python3 here'
    const modules = [...code.matchAll(/^(?:import|from) (\w+)/gm)].map((match) => match[1]!)
    const module = modules.find((name) => !brought.includes(name) && !hasModule(name))
    if (module) return `no Python module ${module} here`
  }
  if (code.includes('DATABASE_URL') && !postgresWithVectors()) return 'no PostgreSQL with pgvector here'
  return undefined
}

/** @param name  of a Python module */
export function hasModule(name: string): boolean {
  return has('python3', ['-c', `import ${name}`])
}

function has(program: string, args: string[]): boolean {
  const key = [program, ...args].join(' ')
  if (!known.has(key)) known.set(key, spawnSync(program, args).status === 0)
  return known.get(key)!
}
