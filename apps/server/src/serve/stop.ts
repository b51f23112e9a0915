import type { EventEmitter } from 'node:events'

/** Why a server stops. */
export type StopReason =
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'fault'; readonly error: unknown }

export interface StopWatch {
  /** Resolves at the first reason to stop. */
  readonly reason: Promise<StopReason>
  /** Gives the signals back to Node. */
  release(): void
}

export interface StopWatchOptions {
  /** Where signals and faults come from. @default process */
  readonly source?: Pick<EventEmitter, 'on' | 'off'>
  /** Called when a second signal asks to stop at once, and for a fault while stopping. */
  readonly stopNow: (reason: StopReason) => void
  /** @default performance.now */
  readonly now?: () => number
  /**
   * SIGHUP stops as well: so a terminal says that it closes.
   * @default true
   */
  readonly stopsOnHangup?: boolean
}

/**
 * One Ctrl-C under `npm start` arrives twice: from the terminal, which tells the whole process group,
 * and from npm, which passes on what it got. Within this time they are one.
 */
const sameSignalMs = 400

/** Watches for signals and for faults that nobody caught. */
export function watchForStop({
  source = process,
  stopNow,
  now = () => performance.now(),
  stopsOnHangup = true,
}: StopWatchOptions): StopWatch {
  const { promise, resolve } = withResolvers<StopReason>()
  let firstAt: number | undefined
  function stop(reason: StopReason): void {
    if (firstAt === undefined) {
      firstAt = now()
      resolve(reason)
    } else if (reason.kind === 'fault' || now() - firstAt >= sameSignalMs) {
      stopNow(reason)
    }
  }
  const onSignal = (signal: NodeJS.Signals) => stop({ kind: 'signal', signal })
  const onFault = (error: unknown) => stop({ kind: 'fault', error })
  const signals: readonly NodeJS.Signals[] = [
    'SIGINT',
    'SIGTERM',
    ...(stopsOnHangup ? (['SIGHUP'] as const) : []),
  ]
  const listeners = [
    ...signals.map((name) => [name, onSignal] as const),
    ['uncaughtException', onFault] as const,
    ['unhandledRejection', onFault] as const,
  ]
  for (const [name, listener] of listeners) source.on(name, listener)
  return {
    reason: promise,
    release: () => {
      for (const [name, listener] of listeners) source.off(name, listener)
    },
  }
}

/** `Promise.withResolvers` of Node 22. */
function withResolvers<T>() {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
