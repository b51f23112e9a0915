import type { Embedder } from '@pixvec/core'
import { InvalidArgumentError } from 'commander'
import { CommandFailure } from '../command-failure.js'
import type { Config } from '../config.js'
import type { FailedFile } from '../embed/embed-files.js'

/** One process embeds for one user: its own concurrency must never meet its own queue limit. */
export function embedderOptions(config: Config, concurrency: number) {
  const { limits } = config.embedder
  return { ...config.embedder, limits: { ...limits, maxQueue: Math.max(limits.maxQueue, concurrency) } }
}

/** @throws CommandFailure with the sizes that the model gives */
export function checkDimension(dimension: number | undefined, { model }: Embedder): void {
  if (dimension === undefined || model.dimensions.includes(dimension)) return
  const given = model.dimensions.join(' or ')
  throw new CommandFailure(`--dimension must be ${given} with ${model.id}; received ${dimension}.`, 2)
}

/** Which files have no vector, and why, one a line. */
export function listFailures(failed: readonly FailedFile[], total: number): string {
  const lines = failed.map(({ file, error }) => `  ${file}: ${error}`)
  return `${failed.length} of ${total} failed:\n${lines.join('\n')}`
}

/** An option's value as a number. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Expected a positive whole number.')
  return Number(text)
}
