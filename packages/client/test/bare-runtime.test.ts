import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { samplePng } from '@pixvec/core/testing'
import { expect, it, onTestFinished } from 'vitest'
import { bundle } from '../scripts/bundle.mjs'
import { startServer } from './start-server.js'

/** What every runtime with `fetch` has, and nothing of Node. The language itself the new context brings. */
const webGlobals = {
  AbortController,
  AbortSignal,
  Blob,
  DOMException,
  FormData,
  URL,
  btoa,
  clearTimeout,
  fetch,
  setTimeout,
}

it.each(['rest', 'graphql'])(
  'runs by %s where there is nothing but the web: no process, no Buffer, no modules',
  async (transport) => {
    const server = await startServer()
    onTestFinished(() => server.close())
    const script = await bundle(fileURLToPath(new URL('consumer/everything.ts', import.meta.url)), 'iife')
    const bytes = [...(await samplePng(16, 16, 1))]
    const context = createContext({ ...webGlobals, server, bytes, transport })
    expect(runInContext('typeof process + typeof Buffer + typeof require', context)).toBe(
      'undefinedundefinedundefined',
    )
    runInContext(script, context)
    const told = await runInContext(
      `(async () => {
        const client = pixvec.createClient({ baseUrl: server.url, key: server.key, transport })
        const image = Uint8Array.from(bytes)
        const same = await client.embedImage(image)
        const likeness = [], errors = []
        for await (const result of client.embedMany([image, new Blob([image]), { path: 'cat.png' }, '***'])) {
          if (result.ok) likeness.push(pixvec.cosineSimilarity(result.value.embedding, same.embedding).toFixed(4))
          else errors[result.index] = result.error.code ?? result.error.message
        }
        return JSON.stringify([likeness, errors[2], errors[3], (await client.models()).length])
      })()`,
      context,
    )
    expect(JSON.parse(told)).toEqual([
      ['1.0000', '1.0000'],
      'There are no paths here. Pass a File, a Blob or the bytes.',
      'INVALID_BASE64',
      1,
    ])
  },
)
