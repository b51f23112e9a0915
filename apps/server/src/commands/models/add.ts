import type { EncoderFacts } from '@pixvec/core'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { CommandFailure } from '../../command-failure.js'
import { readConfig } from '../../config.js'
import { interruptible } from '../../interrupt.js'
import { addFolder } from '../../models/add-model.js'
import { parted, pullAndTell, summary } from './pull.js'

interface AddOptions {
  readonly id?: string
  readonly file?: string
  readonly input?: string
  readonly output?: string
  readonly pool?: 'first-token' | 'mean-tokens'
  readonly dimensions?: number[]
  readonly progress: boolean
}

const help = `
A folder holds model.onnx, preprocessor_config.json and, for what these do not tell, pixvec.json. It
stays where it is. A repository is owner/name[@revision] on the hub; its files are pulled. What the
graph cannot tell is asked for by name.

Examples:
  pixvec models add ./my-model
  pixvec models add someone/encoder-ONNX --output pooler_output
  pixvec models add someone/encoder-ONNX@v2 --file onnx/model_fp32.onnx --id encoder`

export function addAdd(models: Command): void {
  models
    .command('add')
    .description(
      'Add an ONNX encoder that the catalogue does not know: a folder, or a repository of the hub.',
    )
    .argument('<folder|repository>', 'a folder (with a slash or a dot in front), or owner/name[@revision]')
    .option('--id <id>', 'what the model is called here (default: the name of the folder or repository)')
    .option('--file <path>', 'the ONNX file in the repository, where there are several')
    .option('--input <name>', 'input of the graph, where there are several')
    .option('--output <name>', 'output of the graph, where there are several')
    .addOption(
      new Option('--pool <how>', 'what becomes of an output with a vector for each token').choices([
        'first-token',
        'mean-tokens',
      ]),
    )
    .option('--dimensions <sizes>', 'sizes that callers may ask for, parted by commas (default: all)', sizes)
    .option('--no-progress', 'no progress bar (there is none without a terminal)')
    .addHelpText('after', help)
    .action(add)
}

async function add(name: string, options: AddOptions): Promise<void> {
  const { hub } = readConfig()
  const { input, output, pool, dimensions } = options
  const facts: EncoderFacts = {
    ...(input && { input }),
    ...(output && { output }),
    ...(pool && { pool }),
    ...(dimensions && { dimensions }),
  }
  const { id: repository, revision } = parted(name)
  const isRepository = /^[\w-][\w.-]*\/[\w.-]+$/.test(repository)
  if (!isRepository) {
    if (options.file || Object.keys(facts).length > 0) {
      throw new CommandFailure('For a folder, say it in its pixvec.json; options are for repositories.', 2)
    }
    process.stdout.write(summary(await addFolder(name, options.id, hub), false))
    return
  }
  // Loaded when asked for: nothing else of the command can reach the network.
  const { repositorySource } = await import('../../models/repository-source.js')
  const interrupt = interruptible()
  const { id, file } = options
  const source = await repositorySource(
    { repository, revision: revision ?? 'main', id, file, facts },
    hub,
    interrupt.signal,
  ).finally(interrupt.release)
  await pullAndTell(source, revision, hub, options.progress)
}

function sizes(text: string): number[] {
  const found = text.split(',').map((each) => Number(each.trim()))
  if (found.every((size) => Number.isInteger(size) && size > 0)) return found
  throw new InvalidArgumentError('Expected whole numbers parted by commas, 512,1024 for instance.')
}
