import 'reflect-metadata'
import { samplePng } from '@pixvec/core/testing'
// What somebody else's package may import, by the names it is published under.
import type { GatewayPlugin } from '@pixvec/gateway/plugin'
import { sendError } from '@pixvec/gateway/plugin'
import { startTestGateway, type TestGateway } from '@pixvec/gateway/testing'
import { Int, Query, Resolver } from 'type-graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readJson } from './read-json.js'

/** Counts the images that go by: over GraphQL, at GET /count, and not beyond a limit. */
function imageCounter(limit: number): GatewayPlugin {
  let count = 0

  @Resolver()
  class CountResolver {
    @Query(() => Int, { description: 'Images embedded since the start.' })
    imagesEmbedded(): number {
      return count
    }
  }

  return {
    name: 'image-counter',
    setup({ fastify }) {
      fastify.get('/count', (_request, reply) =>
        count < limit ? { count } : sendError(reply, new Error('full')),
      )
    },
    wrapEmbed: (next) => async (request, call) => {
      const result = await next(request, call)
      count++
      return result
    },
    resolvers: [CountResolver],
    apollo: {
      async requestDidStart({ contextValue }) {
        contextValue.log.debug({ transport: contextValue.transport }, 'seen')
      },
    },
  }
}

let running: TestGateway
beforeAll(async () => {
  running = await startTestGateway({ plugins: [imageCounter(3)] })
})
afterAll(() => running.close())

async function ask(query: string) {
  const i = Buffer.from(await samplePng()).toString('base64')
  const answer = await fetch(`${running.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { i } }),
  })
  return readJson(answer)
}

test("a stranger's plugin adds a field, a route and a step around every image", async () => {
  expect(await ask('{ imagesEmbedded }')).toEqual({ data: { imagesEmbedded: 0 } })
  await ask('query ($i: String!) { embedImages(imgs: [$i, $i]) { __typename } }')
  expect(await ask('{ imagesEmbedded }')).toEqual({ data: { imagesEmbedded: 2 } })
  expect(await readJson(await fetch(`${running.url}/count`))).toEqual({ count: 2 })
})

test('its failures are answered like ours', async () => {
  await ask('query ($i: String!) { embedImage(img: $i) { id } }')
  const answer = await fetch(`${running.url}/count`)
  expect(answer.status).toBe(500)
  expect(await readJson(answer)).toEqual({ status: 500, error: expect.stringContaining('Internal error') })
})
