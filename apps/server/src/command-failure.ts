/** A failure that is told in one line, without a stack: the command could not do its work. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  /**
   * @param message  what was expected, what came, what to do
   * @param exitCode  1: it could not be done. 2: it was asked for wrongly. 130: Ctrl-C.
   */
  constructor(
    message: string,
    readonly exitCode: 1 | 2 | 130 = 1,
  ) {
    super(message)
  }
}

/** What the operating system said, in words. */
export function systemReason(thrown: unknown): string {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code ?? ''
  return reasons[code] ?? (thrown instanceof Error ? thrown.message : String(thrown))
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'the address is in use',
  EADDRNOTAVAIL: 'this machine has no such address',
  EDQUOT: 'the disk quota is used up',
  EISDIR: 'it is a folder',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'a part of the path is not a folder',
  ENOTFOUND: 'no such host name',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
}
