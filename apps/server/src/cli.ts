import { Command, CommanderError } from 'commander'
import { CommandFailure } from './command-failure.js'
import { addEmbed } from './commands/embed.js'
import { addEval } from './commands/eval.js'
import { addModels } from './commands/models.js'
import { addServe } from './commands/serve.js'
import { ConfigError } from './config.js'
import { version } from './version.js'

const help = `
Settings are environment variables named PIXVEC_…; a wrong one stops the command and is named.

Examples:
  pixvec serve
  PIXVEC_PORT=18080 PIXVEC_API_KEYS=key-one,key-two pixvec serve
  pixvec embed cat.jpg
  pixvec models list
  pixvec models pull clip-vit-b-32`

/**
 * The `pixvec` command.
 * @param argv  the words after the command's name
 * @returns the exit status: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C
 */
export async function run(argv: readonly string[]): Promise<number> {
  let exitCode = 0
  const setExitCode = (code: number) => {
    exitCode = code
  }
  const program = new Command('pixvec')
    .description('Self-hosted image embeddings: an image in, 512 or 1024 numbers out.')
    .exitOverride()
    .showHelpAfterError('See --help.')
    .addHelpText('after', help)
  addServe(program, setExitCode)
  addEmbed(program, setExitCode)
  addEval(program)
  addModels(program, setExitCode)
  addVersion(program)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (thrown) {
    return explain(thrown)
  }
}

function addVersion(command: Command): void {
  command.version(version, '-V, --version', 'show the version').helpOption('-h, --help', 'show this help')
  for (const child of command.commands) addVersion(child)
}

/** One line for a person; a stack only for what nobody foresaw. */
function explain(thrown: unknown): number {
  if (thrown instanceof CommanderError) {
    // Commander has said what is wrong. Its own status for a call without a command is 1.
    return thrown.exitCode === 0 ? 0 : 2
  }
  if (thrown instanceof ConfigError) {
    for (const problem of thrown.problems) process.stderr.write(`pixvec: ${problem}\n`)
    return 1
  }
  if (thrown instanceof CommandFailure) {
    process.stderr.write(`pixvec: ${thrown.message}\n`)
    return thrown.exitCode
  }
  process.stderr.write(`pixvec: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  return 1
}
