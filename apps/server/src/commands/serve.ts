import { type Command, InvalidArgumentError } from 'commander'
import { readConfig, settingProblem } from '../config.js'

interface ServeOptions {
  readonly host?: string
  readonly port?: string
}

const help = `
With no PIXVEC_API_KEYS the server makes a key, keeps it in a file that only its owner can read,
and prints it at each start. Logs are JSON lines on standard error; no key is in them.
SIGTERM and Ctrl-C drain: what is accepted is answered, then the exit status is 0. A second Ctrl-C
ends at once.

Examples:
  pixvec serve
  pixvec serve --port 9000
  PIXVEC_PORT=18080 PIXVEC_API_KEYS=key-one,key-two pixvec serve`

export function addServe(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('serve')
    .summary('serve REST and GraphQL')
    .description('Serve image embeddings over REST (POST /imgembed) and GraphQL (POST /graphql).')
    .option(
      '-p, --port <port>',
      'port, 0 for any free one (default: PIXVEC_PORT, else 8080)',
      checked('PIXVEC_PORT'),
    )
    .option(
      '--host <address>',
      'where to listen (default: PIXVEC_HOST, else 127.0.0.1)',
      checked('PIXVEC_HOST'),
    )
    .addHelpText('after', help)
    .action(async ({ host, port }: ServeOptions) => {
      const config = readConfig()
      // Loaded when asked for: the other commands start without the web server.
      const { serve } = await import('../serve/serve.js')
      setExitCode(
        await serve({
          ...config,
          host: host ?? config.host,
          port: port === undefined ? config.port : Number(port),
        }),
      )
    })
}

function checked(name: 'PIXVEC_PORT' | 'PIXVEC_HOST') {
  return (value: string): string => {
    const problem = settingProblem(name, value)
    if (problem) throw new InvalidArgumentError(problem)
    return value
  }
}
