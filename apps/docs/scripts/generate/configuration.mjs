import { configurationTable } from 'pixvec'
import { code, table } from './markdown.mjs'

/** Every PIXVEC_ variable, from the schema that reads it. */
export async function renderConfiguration() {
  const rows = configurationTable().map((row) => [code(row.name), row.type, row.default, row.description])
  return table(['Variable', 'Value', 'Default', 'What it does'], rows)
}
