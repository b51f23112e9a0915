// A stranger's script: Node types, no DOM.
import { openAsBlob } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type Client, createClient, type EmbedImageResult } from '@pixvec/client'

export const client: Client = createClient({ baseUrl: 'http://127.0.0.1:8080', transport: 'graphql' })

export async function embedFile(path: string): Promise<EmbedImageResult[]> {
  return client.embedImages([await readFile(path), await openAsBlob(path)], {
    signal: AbortSignal.timeout(1000),
  })
}
