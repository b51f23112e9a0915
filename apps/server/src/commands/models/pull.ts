import { catalogue, describeModel, findInCatalogue } from '@pixvec/core'
import type { Command } from 'commander'
import { CommandFailure } from '../../command-failure.js'
import { closest } from '../../config/closest.js'
import { readConfig } from '../../config.js'
import { interruptible } from '../../interrupt.js'
import { lockedSource } from '../../models/add-model.js'
import type { HubSettings } from '../../models/hub-settings.js'
import { type LockFile, modelIdPattern, readLock } from '../../models/lock-file.js'
import { megabytes } from '../../models/megabytes.js'
import type { PullSource } from '../../models/pull-model.js'

const help = `
What has come is kept when the connection breaks or Ctrl-C stops it: the next pull goes on from there.
Every file is checked against the SHA-256 that the hub states before it takes its place. The commit and
the hashes are locked: a later pull brings the same files, or stops.

Examples:
  pixvec models pull clip-vit-b-32
  pixvec models pull dinov2-l-14@main
  HF_ENDPOINT=https://mirror.example pixvec models pull clip-rn50`

export function addPull(models: Command): void {
  models
    .command('pull')
    .description('Bring a model of the catalogue here, or bring back what is missing of one.')
    .argument('<id[@revision]>', 'id of a model, with a branch, tag or commit if it should be another')
    .option('--no-progress', 'no progress bar (there is none without a terminal)')
    .addHelpText('after', help)
    .action(async (name: string, { progress }: { progress: boolean }) => {
      const { id, revision } = parted(name)
      const { hub } = readConfig()
      await pullAndTell(await sourceOf(id, hub), revision, hub, progress)
    })
}

/** Pulls, shows how it goes, and tells what is here then. */
export async function pullAndTell(
  source: PullSource,
  revision: string | undefined,
  settings: HubSettings,
  isProgressWanted: boolean,
): Promise<void> {
  // Loaded when asked for: nothing else of the command can reach the network.
  const [{ pullModel }, { pullProgress }] = await Promise.all([
    import('../../models/pull-model.js'),
    import('../../models/pull-progress.js'),
  ])
  const interrupt = interruptible()
  const report = pullProgress(process.stderr, isProgressWanted)
  try {
    const { signal } = interrupt
    const { lock, wasHere } = await pullModel({ source, revision, settings, signal, report })
    report.stop()
    process.stdout.write(summary(lock, wasHere))
  } finally {
    report.stop()
    interrupt.release()
  }
}

/** What is here now, and how to use it. */
export function summary(lock: LockFile, wasHere: boolean): string {
  const { id, revision, dimensions } = describeModel({ manifest: lock.manifest, path: lock.model })
  const size = megabytes(lock.files.reduce((sum, file) => sum + file.size, 0))
  const from =
    lock.source.kind === 'hub' ? `${lock.source.repository}, commit ${lock.source.commit}` : lock.source.path
  return [
    `${id} is here${wasHere ? ' already, and its files are those of its lock' : ''}.`,
    '',
    `  Gives     ${dimensions.join(' or ')} numbers`,
    `  Size      ${size}`,
    `  From      ${from}`,
    `  Revision  ${revision}`,
    '',
    `Serve it: PIXVEC_MODEL=${id} pixvec serve`,
    '',
  ].join('\n')
}

/** `name@revision` → its parts. */
export function parted(name: string): { id: string; revision: string | undefined } {
  const at = name.indexOf('@')
  if (at === -1) return { id: name, revision: undefined }
  const revision = name.slice(at + 1)
  if (!/^[\w./-]+$/.test(revision)) {
    throw new CommandFailure(
      `Expected a branch, tag or commit after @; received ${JSON.stringify(revision)}.`,
      2,
    )
  }
  return { id: name.slice(0, at), revision }
}

async function sourceOf(name: string, { models }: HubSettings): Promise<PullSource> {
  const { catalogueSource } = await import('../../models/pull-model.js')
  const entry = findInCatalogue(name)
  if (entry) return catalogueSource(entry)
  const lock = modelIdPattern.test(name) ? await readLock(models, name) : undefined
  const again = lock && lockedSource(lock)
  if (again) return again
  if (lock) throw new CommandFailure(`${name} was added as a folder; there is nothing to pull.`)
  if (name.includes('/')) {
    throw new CommandFailure(`${name} is not in the catalogue. Add it: pixvec models add ${name}`)
  }
  const ids = catalogue.map(({ id }) => id)
  const meant = closest(name, ids)
  throw new CommandFailure(
    `There is no model ${JSON.stringify(name)} in the catalogue.${meant ? ` Did you mean ${meant}?` : ''} It has ${ids.join(', ')}.`,
  )
}
