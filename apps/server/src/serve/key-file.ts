import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CommandFailure, systemReason } from '../command-failure.js'

/**
 * The key that this server made for itself: read from the file, or made and kept there the first time.
 * Only the owner can read the file (0600, in a folder 0700).
 * @throws CommandFailure when others may read the file, when it holds no key, or when it cannot be kept
 */
export async function keyFromFile(path: string): Promise<string> {
  try {
    return (await readKey(path)) ?? (await makeKey(path))
  } catch (thrown) {
    if (thrown instanceof CommandFailure) throw thrown
    throw new CommandFailure(
      `Cannot keep the key in ${path}: ${systemReason(thrown)}. ` +
        'Set PIXVEC_KEY_FILE to a path that can be written, or PIXVEC_API_KEYS to keys of your own.',
    )
  }
}

async function readKey(path: string): Promise<string | undefined> {
  const found = await stat(path).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined
    throw thrown
  })
  if (!found) return undefined
  // A key that others could read may be known to them: making the file private again would not help.
  const mode = found.mode & 0o777
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new CommandFailure(
      `The key file ${path} has mode ${mode.toString(8).padStart(4, '0')}: others than its owner may use it. ` +
        'Delete it and a new key is made, or run chmod 600 on it when nobody has seen the key.',
    )
  }
  const key = (await readFile(path, 'utf8')).trim()
  if (/^[\x21-\x7e]+$/.test(key)) return key
  throw new CommandFailure(
    `The key file ${path} does not hold one line of visible ASCII. Delete it and a new key is made.`,
  )
}

/** Written whole under another name, then linked: two servers that start together agree on one key. */
async function makeKey(path: string): Promise<string> {
  const key = `pixvec_${randomBytes(24).toString('base64url')}`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${key}\n`)
    await file.sync()
    await file.close()
    await link(draft, path)
    return key
  } catch (thrown) {
    await file.close().catch(() => {})
    const theirs = (thrown as NodeJS.ErrnoException).code === 'EEXIST' && (await readKey(path))
    if (theirs) return theirs
    throw thrown
  } finally {
    await unlink(draft).catch(() => {})
  }
}
