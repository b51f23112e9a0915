import { builtInModel, describeModel, type ModelInfo } from '@pixvec/core'
import type { Command } from 'commander'

const help = `
Examples:
  pixvec models list
  pixvec models list --json`

export function addModels(program: Command): void {
  const models = program
    .command('models')
    .description('What models there are.')
    .helpCommand(false)
    .addHelpText('after', help)
  models
    .command('list')
    .description('List the models, with the sizes that they give.')
    .option('--json', 'as JSON')
    .addHelpText('after', help)
    .action(({ json }: { json?: boolean }) => {
      const listed = listModels()
      process.stdout.write(json ? `${JSON.stringify(listed, null, 2)}\n` : table(listed))
    })
}

interface ListedModel extends ModelInfo {
  /** Used when nothing else is asked for. */
  readonly isDefault: boolean
}

function listModels(): ListedModel[] {
  return [{ ...describeModel(builtInModel()), isDefault: true }]
}

function table(models: readonly ListedModel[]): string {
  const rows = [
    ['MODEL', 'REVISION', 'DIMENSIONS', 'INPUT', 'TOKENS', 'LICENCE', 'DEFAULT'],
    ...models.map((model) => [
      model.id,
      model.revision,
      model.dimensions.join(', '),
      `${model.inputSize}×${model.inputSize}`,
      String(model.inputTokens),
      model.licence,
      model.isDefault ? 'yes' : 'no',
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
