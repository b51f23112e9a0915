import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, release, totalmem, type } from 'node:os'
import { fileURLToPath } from 'node:url'
import { availableCores } from '@pixvec/core'
import sharp from 'sharp'
import type { BenchRun } from './results.js'

const require = createRequire(import.meta.url)
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The machine, without its name. */
export function describeMachine(): BenchRun['machine'] {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableCores(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${process.arch}`,
  }
}

/** Versions of what is measured. The peer's is the one that its folder asks for. */
export function describeVersions(): Record<string, string> {
  const peer = JSON.parse(readFileSync(new URL('../peer/package.json', import.meta.url), 'utf8'))
  return {
    node: process.version,
    'onnxruntime-node': require('onnxruntime-node/package.json').version,
    sharp: sharp.versions.sharp!,
    '@huggingface/transformers': peer.dependencies['@huggingface/transformers'],
  }
}

/** The commit, and whether what was measured may differ from it. */
export function describeRevision(): Pick<BenchRun, 'revision' | 'modified'> {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  const { status, stdout } = git('rev-parse', '--short=12', 'HEAD')
  if (status !== 0) return { revision: null, modified: true }
  // What a run itself has written is no change of what is measured.
  const changed = git('status', '--porcelain', '--', '.', ':!apps/bench/results').stdout.trim()
  return { revision: stdout.trim(), modified: changed !== '' }
}
