import { errorCodes, errorTable } from '@pixvec/core'
import { code, table } from './markdown.mjs'

/** The error table of core, by HTTP status. */
export async function renderErrors() {
  const rows = errorCodes.map((name) => {
    const { status, retryable, when } = errorTable[name]
    return [code(name), String(status), retryable ? 'yes' : 'no', when]
  })
  return table(['Code', 'Status', 'Try again?', 'When'], rows)
}
