import type { Log } from '@pixvec/core'
import type { FastifyBaseLogger } from 'fastify'

/** What Fastify asks of a logger, from a pino logger (taken as it is) or from any `Log`. */
export function toFastifyLog(log: Log): FastifyBaseLogger {
  return isFastifyLog(log) ? log : wrap(log, {})
}

/** A log that keeps nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

function isFastifyLog(log: Log): log is Log & FastifyBaseLogger {
  return 'child' in log && 'fatal' in log && 'trace' in log
}

function wrap(log: Log, bindings: object): FastifyBaseLogger {
  const at =
    (level: keyof Log) =>
    (fields: unknown, message?: unknown): void => {
      if (typeof fields === 'object' && fields !== null) {
        const facts = fields instanceof Error ? { err: fields } : fields
        log[level]({ ...bindings, ...facts }, String(message ?? ''))
      } else {
        log[level](bindings, String(fields))
      }
    }
  return {
    level: 'info',
    trace: at('debug'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('error'),
    silent: () => {},
    child: (more) => wrap(log, { ...bindings, ...more }),
  }
}
