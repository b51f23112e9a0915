import { InvalidArgumentError } from 'commander'

/** The value of an option that is a number above 0. @throws InvalidArgumentError, which commander shows */
export function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('Expected a number above 0.')
  return value
}

/** The value of an option that is a whole number above 0. @throws InvalidArgumentError, which commander shows */
export function whole(text: string): number {
  const value = positive(text)
  if (!Number.isInteger(value)) throw new InvalidArgumentError('Expected a whole number.')
  return value
}
