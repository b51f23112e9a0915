// Writes schema.graphql from the built package. Run by `pnpm generate`; CI compares.
import { writeFile } from 'node:fs/promises'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { createSchema } from '../dist/graphql/schema.js'

const nothing = {
  host: { embed: () => Promise.reject(new Error('The schema is only printed.')), models: [] },
  maxImageBytes: 0,
}
const schema = await createSchema(nothing)
const header = '# Generated from packages/gateway/src/graphql by scripts/emit-schema.mjs. Do not edit.\n\n'
await writeFile(
  new URL('../schema.graphql', import.meta.url),
  `${header}${printSchema(lexicographicSortSchema(schema))}\n`,
)
