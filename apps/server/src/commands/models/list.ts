import type { Command } from 'commander'
import { readConfig } from '../../config.js'
import { type ListedModel, listModels } from '../../models/list-models.js'
import { megabytes } from '../../models/megabytes.js'

const help = `
States:
  built-in    comes with the program
  here        pulled or added
  incomplete  was here; files are missing. Pull it again.
  folder      a folder that PIXVEC_MODEL or its like names
  to pull     known to the catalogue: pixvec models pull <id>

SERVED tells what a server with these settings loads, and for which sizes it answers when no model
is named. What a running server has loaded, its GraphQL query models tells.

Examples:
  pixvec models list
  pixvec models list --json`

export function addList(models: Command): void {
  models
    .command('list')
    .description('List the models that are here and those that can be had, with the sizes that they give.')
    .option('--json', 'as JSON')
    .addHelpText('after', help)
    .action(async ({ json }: { json?: boolean }) => {
      const { hub, models } = readConfig()
      const listed = await listModels(hub, models)
      process.stdout.write(json ? `${JSON.stringify(listed, null, 2)}\n` : table(listed))
    })
}

function served({ isServed, defaultFor }: ListedModel): string {
  if (defaultFor.length > 0) return `for ${defaultFor.join(', ')}`
  return isServed ? 'by name' : 'no'
}

function table(models: readonly ListedModel[]): string {
  const rows = [
    ['MODEL', 'STATE', 'REVISION', 'DIMENSIONS', 'SIZE', 'INPUT', 'TOKENS', 'LICENCE', 'SERVED'],
    ...models.map((model) => [
      model.id,
      model.state,
      model.revision ?? '-',
      model.dimensions.join(', '),
      megabytes(model.bytes),
      `${model.inputSize}×${model.inputSize}`,
      String(model.inputTokens),
      model.licence,
      served(model),
    ]),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  return `${rows.map(line).join('\n')}\n`
}
