import { CommandFailure } from '../command-failure.js'

/** Why a model could not be had. */
export type ModelFailureKind =
  | 'offline'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'rate-limited'
  | 'hub-failed'
  | 'unreachable'
  | 'cut'
  | 'wrong-hash'
  | 'disk-full'
  | 'disk'
  | 'locked'
  | 'unusable'
  | 'stopped'

/** A model could not be had, or is not what it should be. Nothing half-written is in its place. */
export class ModelFailure extends CommandFailure {
  constructor(
    readonly kind: ModelFailureKind,
    message: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, kind === 'stopped' ? 130 : 1)
    if (options.cause !== undefined) this.cause = options.cause
  }
}
