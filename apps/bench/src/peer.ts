import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const peerFolder = fileURLToPath(new URL('../peer', import.meta.url))

/** Installs transformers.js where it is missing: half a gigabyte, so only where it is asked for, and once. */
export function installPeer(): void {
  if (existsSync(`${peerFolder}/node_modules`)) return
  process.stderr.write('Installing transformers.js to compare with …\n')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: peerFolder,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error('transformers.js could not be installed. --no-peer measures without it.')
}
