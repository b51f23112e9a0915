/** What a runtime with files gives: Node since 20.16, Deno and Bun. Without an import, bundles stay whole. */
interface FileSystem {
  readonly promises: {
    readFile(path: string | URL, options: { signal?: AbortSignal | undefined }): Promise<Uint8Array>
  }
}
type Runtime = { readonly process?: { readonly getBuiltinModule?: (name: string) => unknown } }

/**
 * The bytes of a file on this machine.
 * @param path  a path, or a `file:` URL
 * @throws TypeError where there are no files, as in a browser; the file system's own error, ENOENT say
 */
export async function readPath(path: string | URL, signal?: AbortSignal): Promise<Uint8Array> {
  const fs = (globalThis as Runtime).process?.getBuiltinModule?.('fs') as FileSystem | undefined
  if (!fs) throw new TypeError('There are no paths here. Pass a File, a Blob or the bytes.')
  return fs.promises.readFile(path, { signal }).catch((thrown: unknown) => {
    signal?.throwIfAborted()
    throw thrown
  })
}
