import { createEmbedder } from '@pixvec/core'
import { type Command, Option } from 'commander'
import { CommandFailure } from '../command-failure.js'
import { readConfig } from '../config.js'
import { embedFiles, type FailedFile } from '../embed/embed-files.js'
import {
  type Format,
  formats,
  jsonListWriter,
  jsonObjectWriter,
  ndjsonWriter,
  npyWriter,
  type Writer,
} from '../embed/formats.js'
import { findInputs } from '../embed/inputs.js'
import { OutputClosed, openOutputFile, standardOutput } from '../embed/output.js'
import { createProgress } from '../embed/progress.js'
import { interruptible } from '../interrupt.js'
import { findModelFor } from '../models/find-models.js'
import { checkDimension, embedderOptions, listFailures, positiveInteger } from './embedding-options.js'

interface EmbedOptions {
  readonly dimension?: number
  readonly model?: string
  readonly format: Format
  readonly out?: string
  readonly concurrency?: number
  readonly progress: boolean
}

const help = `
Formats:
  json    one image: the object that POST /imgembed answers. Several: a list of
          {file, embedding, dimension, model, revision} in the order of the input.
  ndjson  one such object a line, as each image is done. Kept when Ctrl-C stops it.
  npy     NumPy float32 [images, dimension] in the order of the input. Needs --out;
          the names of the rows go to <out>.files.json.

Exit status: 0 all embedded, 1 some failed (they are listed, the others are written),
2 wrong usage, 130 Ctrl-C.

Examples:
  pixvec embed cat.jpg
  pixvec embed photos/ --format ndjson --out photos.ndjson
  pixvec embed 'photos/**/*.png' --dimension 1024 --format npy --out photos.npy
  pixvec embed cat.jpg --model ./my-model
  cat cat.jpg | pixvec embed -`

export function addEmbed(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('embed')
    .summary('embed image files, without a server')
    .description(
      'Embed image files in this process: no server, no network. Without --model the model is that of PIXVEC_MODEL.',
    )
    .argument('<images...>', 'files, folders (searched below), patterns in quotes, or - for standard input')
    .option(
      '-d, --dimension <numbers>',
      'numbers in an embedding: 512 or 1024 (default: 512)',
      positiveInteger,
    )
    .option('-m, --model <id|folder>', 'model that is here, or a folder (default: the configured one)')
    .addOption(new Option('-f, --format <format>', 'format of the answer').choices(formats).default('json'))
    .option('-o, --out <file>', 'write to a file, which appears when it is whole (default: standard output)')
    .option(
      '-c, --concurrency <images>',
      'images worked on at the same time (default: twice a batch)',
      positiveInteger,
    )
    .option('--no-progress', 'no progress bar (there is none without a terminal)')
    .addHelpText('after', help)
    .action(async (images: string[], options: EmbedOptions) => setExitCode(await embed(images, options)))
}

async function embed(images: readonly string[], options: EmbedOptions): Promise<number> {
  if (options.format === 'npy' && options.out === undefined) {
    throw new CommandFailure('--format npy needs --out <file>: its length is known at the end only.', 2)
  }
  if (images.includes('-') && process.stdin.isTTY) {
    throw new CommandFailure(
      '- reads an image from standard input, and that is a terminal. Pipe a file into it.',
      2,
    )
  }
  const config = readConfig()
  const { files, failures, isSingle } = await findInputs(images)
  if (files.length === 0) return report({ total: failures.length, failed: failures })
  const concurrency = options.concurrency ?? 2 * (config.embedder.maxBatchSize ?? 1)
  const model = await findModelFor(options, config.models, config.hub)
  const embedder = await createEmbedder({ ...embedderOptions(config, concurrency), model })
  try {
    checkDimension(options.dimension, embedder)
    const interrupt = interruptible()
    const writer = await openWriter(options, isSingle)
    const progress = createProgress(files.length, process.stderr, options.progress)
    try {
      const { done, failed } = await embedFiles({
        embedder,
        files,
        writer,
        concurrency,
        dimension: options.dimension,
        signal: interrupt.signal,
        onDone: progress.step,
      })
      progress.stop()
      const isWhole = !interrupt.signal.aborted
      // A file that was good is not replaced by an empty one.
      const isWorthIt = done > 0 || (options.out === undefined && !isSingle)
      if (isWorthIt && (isWhole || writer.keepsPartial)) await writer.finish()
      else await writer.discard()
      const code = report({ total: files.length + failures.length, failed: [...failures, ...failed] })
      if (isWhole) return code
      throw new CommandFailure(`stopped: ${done} of ${files.length} images were embedded.`, 130)
    } catch (thrown) {
      progress.stop()
      await writer.discard()
      if (thrown instanceof OutputClosed) return 0
      throw thrown
    } finally {
      interrupt.release()
    }
  } finally {
    await embedder.close()
  }
}

async function openWriter({ format, out }: EmbedOptions, isSingle: boolean): Promise<Writer> {
  const output = out === undefined ? standardOutput() : await openOutputFile(out)
  if (format === 'ndjson') return ndjsonWriter(output)
  if (format === 'json') return isSingle ? jsonObjectWriter(output) : jsonListWriter(output)
  try {
    if (!output.writeAt) throw new CommandFailure(`--format npy needs a file, and ${out} is none.`, 2)
    return npyWriter(output, await openOutputFile(`${out}.files.json`))
  } catch (thrown) {
    await output.discard()
    throw thrown
  }
}

function report({ total, failed }: { total: number; failed: readonly FailedFile[] }): number {
  if (failed.length === 0) return 0
  process.stderr.write(`pixvec: ${listFailures(failed, total)}\n`)
  return 1
}
