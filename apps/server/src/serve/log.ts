import { type Logger, pino } from 'pino'

export interface LogOptions {
  /** Least level that is written. */
  readonly level: string
  /** Keys that must never show, wherever they turn up. */
  readonly secrets: readonly string[]
  /** Takes each line. @default stderr: stdout is for people */
  readonly write?: (line: string) => void
}

/** A pino logger: JSON, one line an event, to stderr. No key is ever in it. */
export function createLog({ level, secrets, write = toStderr }: LogOptions): Logger {
  const scrub = createScrub(secrets)
  return pino(
    {
      level,
      base: { name: 'pixvec' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: {
        req: (request: { method?: string; url?: string }) => ({
          method: request.method,
          path: request.url?.split('?')[0],
        }),
        res: (reply: { statusCode?: number }) => ({ status: reply.statusCode }),
      },
      redact: { paths: keyHeaders.flatMap((name) => [`headers["${name}"]`, `*.headers["${name}"]`]) },
    },
    { write: (line: string) => write(scrub(line)) },
  )
}

const keyHeaders = ['authorization', 'x-api-key', 'www-authenticate']

/**
 * The last net under the fields that are left out: keys in query strings of any message, and the
 * server's own keys anywhere. Keys under 8 characters would blank half of every line: they are left
 * to the fields.
 */
function createScrub(secrets: readonly string[]): (line: string) => string {
  const written = secrets.filter((key) => key.length >= 8).map((key) => JSON.stringify(key).slice(1, -1))
  return (line) => {
    const withoutQuery = line.replace(/([?&]key=)[^&#\s"\\]*/gi, '$1[redacted]')
    return written.reduce((text, key) => text.replaceAll(key, '[redacted]'), withoutQuery)
  }
}

function toStderr(line: string): void {
  process.stderr.write(line)
}
