import { existsSync } from 'node:fs'
import { createEmbedder } from '@pixvec/core'
import { type Command, Option } from 'commander'
import { CommandFailure } from '../command-failure.js'
import { readConfig } from '../config.js'
import { createProgress } from '../embed/progress.js'
import { type Evaluation, evaluateModel } from '../eval/evaluate-model.js'
import { type LabelledPicture, readLabelsTable } from '../eval/labels-table.js'
import { interruptible } from '../interrupt.js'
import { findModelFor } from '../models/find-models.js'
import { checkDimension, embedderOptions, listFailures, positiveInteger } from './embedding-options.js'

interface EvalOptions {
  readonly model?: string
  readonly dimension?: number
  readonly format: 'text' | 'json'
  readonly concurrency?: number
  readonly progress: boolean
}

const help = `
The table is tab-separated. Its first line names the columns: path (relative to the table), label, and
split, which is query or gallery; other columns are ignored. Each query is looked for in the gallery:

  P@1     queries whose nearest picture has their label, in per cent
  P@5     pictures of the query's label among the nearest 5
  mAP@20  mean average precision over the nearest 20, each divided by min(20, pictures of the label)

Exit status: 0 done, 1 the table or a picture is wrong (no figures then), 2 wrong usage, 130 Ctrl-C.

Examples:
  pixvec eval labels.tsv
  pixvec eval labels.tsv --dimension 1024 --format json
  pixvec eval labels.tsv --model ./my-model`

export function addEval(program: Command): void {
  program
    .command('eval')
    .summary('compare models on pictures of your own')
    .description(
      'Measure how well a model finds pictures of the same kind, in this process: no server, no network.',
    )
    .argument('<labels.tsv>', 'table of pictures with their labels')
    .option('-m, --model <id|folder>', 'model that is here, or a folder (default: the configured one)')
    .option(
      '-d, --dimension <numbers>',
      "numbers in an embedding (default: the model's own)",
      positiveInteger,
    )
    .addOption(
      new Option('-f, --format <format>', 'format of the answer').choices(['text', 'json']).default('text'),
    )
    .option(
      '-c, --concurrency <images>',
      'images worked on at the same time (default: twice a batch)',
      positiveInteger,
    )
    .option('--no-progress', 'no progress bar (there is none without a terminal)')
    .addHelpText('after', help)
    .action(async (table: string, options: EvalOptions) => {
      process.stdout.write(await evaluate(table, options))
    })
}

async function evaluate(table: string, options: EvalOptions): Promise<string> {
  const config = readConfig()
  const pictures = await readLabelsTable(table)
  checkFiles(pictures, table)
  const concurrency = options.concurrency ?? 2 * (config.embedder.maxBatchSize ?? 1)
  const model = await findModelFor(options, config.models, config.hub)
  // From here on there are processes to be ended in order.
  const interrupt = interruptible()
  const embedder = await createEmbedder({ ...embedderOptions(config, concurrency), model })
  const progress = createProgress(pictures.length, process.stderr, options.progress)
  try {
    checkDimension(options.dimension, embedder)
    const { dimension } = options
    const { signal } = interrupt
    const done = await evaluateModel({
      embedder,
      pictures,
      dimension,
      concurrency,
      signal,
      onDone: progress.step,
    })
    progress.stop()
    if ('failed' in done) {
      throw new CommandFailure(
        `${listFailures(done.failed, pictures.length)}\nThere are no figures: those of the others would mislead. Mend these pictures, or take them out of ${table}.`,
      )
    }
    warnOfHopeless(done.evaluation)
    return options.format === 'json' ? `${JSON.stringify(done.evaluation, null, 2)}\n` : text(done.evaluation)
  } catch (thrown) {
    if (interrupt.signal.aborted) throw new CommandFailure('stopped: there are no figures.', 130)
    throw thrown
  } finally {
    progress.stop()
    interrupt.release()
    await embedder.close()
  }
}

/** A table of another folder names nothing that is there: said before a model is loaded. */
function checkFiles(pictures: readonly LabelledPicture[], table: string): void {
  const missing = pictures.filter(({ path }) => !existsSync(path))
  if (missing.length === 0) return
  const shown = missing.slice(0, 5).map(({ name }) => name)
  const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : ''
  throw new CommandFailure(
    `${missing.length} of the ${pictures.length} pictures of ${table} are not there: ${shown.join(', ')}${more}. Paths are relative to the table.`,
  )
}

function warnOfHopeless({ hopeless, queries }: Evaluation): void {
  if (hopeless === 0) return
  process.stderr.write(
    `pixvec: ${hopeless} of ${queries} queries have a label that no picture of the gallery has: they count, and find nothing.\n`,
  )
}

function text({
  model,
  revision,
  dimension,
  queries,
  gallery,
  labels,
  metrics,
  imagesPerSecond,
}: Evaluation): string {
  const rows = [
    ['Model', `${model}, revision ${revision}, ${dimension} numbers`],
    ['Pictures', `${queries + gallery}: ${queries} queries, a gallery of ${gallery}, ${labels} labels`],
    ...Object.entries(metrics).map(([name, value]) => [name, `${value.toFixed(1)} %`]),
    ['Speed', `${imagesPerSecond} images/s`],
  ]
  return `${rows.map(([name, value]) => `${name!.padEnd(8)}  ${value}`).join('\n')}\n`
}
