// `pnpm generate:check`: generates again what is committed beside its source, and fails on a difference.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { main, root, run } from './setup.mjs'

await main(() => {
  const before = fingerprint()
  const status = run('turbo', ['run', 'generate', '--output-logs=errors-only'])
  if (status !== 0) return status
  const after = fingerprint()
  const changed = [...after].filter(([file, hash]) => before.get(file) !== hash).map(([file]) => file)
  if (changed.length === 0) return 0
  process.stderr.write(
    `Generated files were out of date; commit them:\n${changed.map((file) => `  ${file}\n`).join('')}`,
  )
  return 1
})

/** Every tracked or new file → the hash of its content in the working tree. */
function fingerprint() {
  const listed = git(['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'])
  const files = listed.filter((file) => file && existsSync(join(root, file)))
  const hashes = git(['hash-object', '--stdin-paths'], files.join('\n'))
  return new Map(files.map((file, i) => [file, hashes[i]]))
}

function git(args, input) {
  const { stdout, status, stderr } = spawnSync('git', args, {
    cwd: root,
    input,
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  if (status !== 0) throw new Error(stderr)
  return stdout.split('\n')
}
