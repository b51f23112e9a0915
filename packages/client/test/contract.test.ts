import { createClient } from '@pixvec/client'
import { samplePng } from '@pixvec/core/testing'
import { expect, it, onTestFinished } from 'vitest'
import { clientContract } from './contract.js'
import { startServer } from './start-server.js'

clientContract('rest')
clientContract('graphql')

it('gives the same float32 numbers, bit for bit, by both transports', async () => {
  const server = await startServer()
  onTestFinished(() => server.close())
  const [byRest, byGraphql] = (['rest', 'graphql'] as const).map((transport) =>
    createClient({ baseUrl: server.url, key: server.key, transport }),
  )
  for (const seed of [1, 2, 3]) {
    const image = await samplePng(32, 24, seed)
    for (const dimension of [512, 1024]) {
      const bits = [byRest, byGraphql].map(async (client) => {
        const result = await client?.embedImage(image, { dimension })
        return new Uint32Array(result?.embedding.buffer ?? new ArrayBuffer(0))
      })
      const [rest, graphql] = await Promise.all(bits)
      expect(rest?.length).toBe(dimension)
      expect(rest).toEqual(graphql)
    }
  }
})
