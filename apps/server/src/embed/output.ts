import { randomBytes } from 'node:crypto'
import { type FileHandle, open, realpath, rename, stat, unlink } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { CommandFailure, systemReason } from '../command-failure.js'

/** Where a command's answer goes. */
export interface Output {
  write(chunk: string | Uint8Array): Promise<void>
  /** Overwrites at a byte offset. Only a file can. */
  writeAt?(chunk: Uint8Array, offset: number): Promise<void>
  /** The answer is whole: it takes the place of what was there. */
  commit(): Promise<void>
  /** The answer is not whole: nothing of it stays. */
  discard(): Promise<void>
}

/**
 * A file that appears only when it is whole: written under another name beside its place, then renamed.
 * A pipe or a device (`/dev/stdout`) cannot be replaced and is written as it goes.
 * @throws CommandFailure from every method, naming the file and the reason
 */
export async function openOutputFile(path: string): Promise<Output> {
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (thrown) {
      throw new CommandFailure(`Cannot write ${path}: ${systemReason(thrown)}.`)
    }
  }
  // Behind a link the file is replaced, and the link stays.
  const target = await realpath(path).catch(() => path)
  const existing = await stat(target).catch(() => undefined)
  if (existing?.isDirectory()) throw new CommandFailure(`Cannot write ${path}: it is a folder.`)
  const isReplaceable = !existing || existing.isFile()
  const draft = isReplaceable ? `${target}.${process.pid}.${randomBytes(4).toString('hex')}.tmp` : undefined
  const file = await explained(() =>
    draft ? open(draft, 'wx', existing ? existing.mode & 0o777 : 0o666) : open(target, 'w'),
  )
  return {
    write: (chunk) => explained(() => writeAll(file, toBytes(chunk))),
    ...(draft && { writeAt: (chunk, offset) => explained(() => writeAll(file, chunk, offset)) }),
    commit: () =>
      explained(async () => {
        if (draft) await file.sync()
        await file.close()
        if (draft) await rename(draft, target)
      }).catch(async (thrown) => {
        if (draft) await unlink(draft).catch(() => {})
        throw thrown
      }),
    discard: async () => {
      await file.close().catch(() => {})
      if (draft) await unlink(draft).catch(() => {})
    },
  }
}

/** The reader of standard output has read enough (`| head`): no failure, and nothing more to do. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed'
}

/**
 * Standard output, at the pace of its reader.
 * @throws OutputClosed when the reader has gone, CommandFailure when a redirected file cannot be written
 */
export function standardOutput(stream: Writable = process.stdout): Output {
  // Told to the writer through the callback; without a listener it would end the process first.
  stream.on('error', () => {})
  return {
    write: (chunk) =>
      new Promise((resolve, reject) => {
        stream.write(chunk, (error) => {
          if (!error) resolve()
          else if (isClosed(error)) reject(new OutputClosed())
          else reject(new CommandFailure(`Cannot write standard output: ${systemReason(error)}.`))
        })
      }),
    commit: async () => {},
    discard: async () => {},
  }
}

function isClosed(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED'
}

async function writeAll(file: FileHandle, bytes: Uint8Array, offset?: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const at = offset === undefined ? null : offset + written
    written += (await file.write(bytes, written, bytes.length - written, at)).bytesWritten
  }
}

function toBytes(chunk: string | Uint8Array): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}
