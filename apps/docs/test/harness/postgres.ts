import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PostgresServer {
  /** For `DATABASE_URL`: a socket in a folder of its own, no port. */
  readonly url: string
  stop(): Promise<void>
}

/** Where Debian's packages put each version: programs, and what it says of its extensions. */
const programs = '/usr/lib/postgresql'
const extensions = '/usr/share/postgresql'

/** The programs of the newest PostgreSQL here that has pgvector, or undefined. */
export function postgresWithVectors(): string | undefined {
  if (!existsSync(programs)) return undefined
  const versions = readdirSync(programs).sort((a, b) => Number(b) - Number(a))
  const version = versions.find(
    (one) =>
      existsSync(join(programs, one, 'bin/initdb')) &&
      existsSync(join(extensions, one, 'extension/vector.control')),
  )
  return version && join(programs, version, 'bin')
}

/**
 * A cluster of its own in a temporary folder, which listens on a socket there and nowhere else.
 * @param bin  as `postgresWithVectors` found it
 */
export async function startPostgres(bin: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'pixvec-postgres-'))
  const data = join(folder, 'data')
  mkdirSync(data)
  const owner = ownerOfServer()
  if (owner) for (const path of [folder, data]) chownSync(path, owner.uid, owner.gid)
  const initdb = [data, '--auth=trust', '--username=pixvec', '--encoding=UTF8', '--locale=C', '--no-sync']
  execFileSync(join(bin, 'initdb'), ['-D', ...initdb], { ...owner, cwd: folder, stdio: 'pipe' })
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off']
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((one) => ['-c', one])], {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await isReady(server.stderr)
  return {
    url: `postgres://pixvec@/postgres?host=${folder}`,
    async stop() {
      const exit = once(server, 'exit')
      server.kill('SIGINT') // fast shutdown: clients are cut off
      await exit
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses to run as root: then as the user that its package made. */
function ownerOfServer(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

function isReady(log: NodeJS.ReadableStream): Promise<void> {
  let said = ''
  return new Promise((resolve, reject) => {
    log.on('data', (chunk: Buffer) => {
      said += chunk
      if (said.includes('ready to accept connections')) resolve()
    })
    log.on('end', () => reject(new Error(`PostgreSQL ended before it was ready:\n${said}`)))
  })
}
