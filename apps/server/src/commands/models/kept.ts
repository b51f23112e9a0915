import { builtInModel, filesOf, findInCatalogue, sha256Of } from '@pixvec/core'
import type { Command } from 'commander'
import { CommandFailure } from '../../command-failure.js'
import { readConfig } from '../../config.js'
import { hubCache } from '../../models/hub-cache.js'
import type { HubSettings } from '../../models/hub-settings.js'
import { type LockFile, lockedIds, modelIdPattern, readLock, removeLock } from '../../models/lock-file.js'
import { showModel } from '../../models/show-model.js'
import { checkModel, placeOf } from '../../models/verify-model.js'

/** `verify`: reads every file again. */
export function addVerify(models: Command, setExitCode: (code: number) => void): void {
  models
    .command('verify')
    .description('Read every file of the models that are here and compare it with its hash.')
    .argument('[ids...]', 'models to verify (default: all that are here)')
    .addHelpText(
      'after',
      '\nExit status: 0 all are right, 1 some are not.\n\nExamples:\n  pixvec models verify\n  pixvec models verify clip-vit-b-32',
    )
    .action(async (ids: string[]) => {
      const { hub } = readConfig()
      const builtIn = builtInModel().manifest.id
      const wanted = ids.length > 0 ? ids : [builtIn, ...(await lockedIds(hub.models))]
      for (const id of wanted) {
        const wrong = id === builtIn ? await wrongBuiltIn() : await wrongFiles(await kept(id, hub), hub)
        process.stdout.write(
          wrong.length === 0 ? `${id}: right\n` : `${id}: missing or changed: ${wrong.join(', ')}\n`,
        )
        if (wrong.length > 0) setExitCode(1)
      }
    })
}

/** `remove`: takes the files away that no other model shows. A folder that was added stays. */
export function addRemove(models: Command): void {
  models
    .command('remove')
    .description('Remove a model that is here, with its lock. A folder that was added stays as it is.')
    .argument('<id>', 'id of a model')
    .addHelpText('after', '\nExamples:\n  pixvec models remove clip-vit-b-32')
    .action(async (name: string) => {
      const { hub } = readConfig()
      const lock = await kept(name, hub)
      const { source, files, manifest } = lock
      // The lock goes first: a model without one is not here, whatever happens to its files then.
      await removeLock(hub.models, manifest.id)
      if (source.kind === 'hub') await hubCache(hub.cache, source.repository).remove(source.commit, files)
      const what = source.kind === 'hub' ? 'its files are removed' : `${source.path} stays as it is`
      process.stdout.write(`${manifest.id} is not here any more; ${what}.\n`)
    })
}

/** `show`: all that is known of a model. */
export function addShow(models: Command): void {
  models
    .command('show')
    .description(
      'Show all that is known of a model: files, hashes, recipe, licence, and the source of each fact.',
    )
    .argument('<id>', 'id of a model')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  pixvec models show clip-vit-b-32\n  pixvec models show clip-vit-b-32 --json',
    )
    .action(async (name: string, { json }: { json?: boolean }) => {
      const { hub } = readConfig()
      process.stdout.write(await showModel(name, hub, json === true))
    })
}

async function wrongBuiltIn(): Promise<string[]> {
  const wrong: string[] = []
  for (const { path, sha256 } of filesOf(builtInModel())) {
    if ((await sha256Of(path).catch(() => undefined)) !== sha256) wrong.push(path)
  }
  return wrong
}

async function wrongFiles(lock: LockFile, hub: HubSettings): Promise<string[]> {
  return (await checkModel(lock, hub)).map(({ path }) => placeOf(lock, path, hub))
}

async function kept(name: string, { models }: HubSettings): Promise<LockFile> {
  const builtIn = builtInModel().manifest.id
  if (name === builtIn) throw new CommandFailure(`${name} comes with the program and cannot be removed.`)
  const id = findInCatalogue(name)?.id ?? name
  const lock = modelIdPattern.test(id) ? await readLock(models, id) : undefined
  if (lock) return lock
  const here = await lockedIds(models)
  throw new CommandFailure(
    `Model ${name} is not here; ${here.length > 0 ? `here are ${here.join(', ')}` : 'none was pulled or added'}.`,
  )
}
