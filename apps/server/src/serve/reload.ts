import type { EventEmitter } from 'node:events'
import type { Embedder, ModelInfo, ModelToServe } from '@pixvec/core'
import type { Logger } from 'pino'

export interface ReloadOptions {
  readonly embedder: Pick<Embedder, 'replaceModels'>
  /** Reads what the settings name, as it is on disk now. */
  readonly find: () => Promise<readonly ModelToServe[]>
  readonly log: Pick<Logger, 'info' | 'error'>
  /** Where the signal comes from. @default process */
  readonly source?: Pick<EventEmitter, 'on' | 'off'>
}

export interface ReloadWatch {
  /** Resolves when what was asked for by now is done. */
  settled(): Promise<void>
  /** Gives the signal back to Node. */
  release(): void
}

/** What is asked of a process when it is told that its terminal has closed, or, without one, to read again. */
export function hangupReloads(
  terminals: readonly { readonly isTTY?: boolean }[] = [process.stdin, process.stdout, process.stderr],
  platform: NodeJS.Platform = process.platform,
): boolean {
  // Windows sends it when the console window closes, and never for anything else.
  return platform !== 'win32' && !terminals.some(({ isTTY }) => isTTY)
}

/**
 * At SIGHUP the models are read from disk again and exchanged: what has changed is loaded and warmed up beside
 * what serves, then takes its place. No request is refused. When something is wrong, what serves goes on.
 */
export function watchForReload({ embedder, find, log, source = process }: ReloadOptions): ReloadWatch {
  let working: Promise<void> | undefined
  let isAskedAgain = false

  async function reload(): Promise<void> {
    const begin = performance.now()
    try {
      const { loaded, kept, retired } = await embedder.replaceModels(await find())
      const ms = Math.round(performance.now() - begin)
      log.info({ loaded: names(loaded), kept: names(kept), retired: names(retired), ms }, 'models read again')
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown)
      log.error({ reason }, 'the models cannot be exchanged: those of before serve on')
    }
  }

  /** Signals that come meanwhile are one more time, afterwards: files may have changed since it began. */
  async function reloadAll(): Promise<void> {
    do {
      isAskedAgain = false
      await reload()
    } while (isAskedAgain)
    working = undefined
  }

  const onHangup = () => {
    if (working) isAskedAgain = true
    else working = reloadAll()
  }
  source.on('SIGHUP', onHangup)
  return {
    settled: async () => working,
    release: () => source.off('SIGHUP', onHangup),
  }
}

const names = (models: readonly ModelInfo[]) => models.map(({ id, revision }) => `${id} ${revision}`)
