import { configurationTable } from 'pixvec'
import { code, table } from './markdown.mjs'

/** Every PIXVEC_ variable, from the schema that reads it. */
export async function renderConfiguration() {
  const rows = configurationTable().map(({ name, type, default: value, description }) => [
    code(name),
    grouped(value),
    `${description} *${grouped(capitalised(type))}.*`,
  ])
  return table(['Variable', 'Default', 'What it does'], rows)
}

/**
 * 28000000 → 28_000_000, as the variable may be written too.
 * @param {string} text
 */
function grouped(text) {
  return text.replace(/\d{5,}/g, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, '_'))
}

/** @param {string} text */
function capitalised(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
