import type { CallContext, Embed, EmbedResult } from '@pixvec/core'
import { expect, test } from 'vitest'
import type { GatewayHost, GatewayPlugin } from './plugin.js'
import { createPluginChain } from './plugin-chain.js'
import { bearerAuth } from './plugins/bearer-auth.js'
import { startTestGateway } from './testing/index.js'

const host = {} as GatewayHost
const call = {} as CallContext
const result = {} as EmbedResult

test('refuses two plugins of one name, and says which', () => {
  expect(() => createPluginChain([{ name: 'a' }, { name: 'b' }, { name: 'a' }])).toThrow(
    'Two plugins are named "a"',
  )
})

test('refuses a requirement that is missing or stands later, and names both plugins', () => {
  expect(() => createPluginChain([{ name: 'b', requires: ['a'] }])).toThrow(
    'Plugin "b" requires "a". "a" is not in the list: add it before "b".',
  )
  expect(() => createPluginChain([{ name: 'b', requires: ['a'] }, { name: 'a' }])).toThrow(
    'Plugin "b" requires "a". "a" stands later in the list: move it before "b".',
  )
  expect(() => createPluginChain([{ name: 'a' }, { name: 'b', requires: ['a'] }])).not.toThrow()
})

test('sets up in series, in the order of the list, and waits for each', async () => {
  const steps: string[] = []
  const slow = (name: string): GatewayPlugin => ({
    name,
    async setup() {
      steps.push(`${name} begins`)
      await new Promise((resolve) => setImmediate(resolve))
      steps.push(`${name} ends`)
    },
  })
  await createPluginChain([slow('a'), slow('b')]).setup(host)
  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
})

test('wraps outermost first', async () => {
  const steps: string[] = []
  const around = (name: string): GatewayPlugin => ({
    name,
    wrapEmbed: (next) => async (request, context) => {
      steps.push(`into ${name}`)
      const value = await next(request, context)
      steps.push(`out of ${name}`)
      return value
    },
  })
  const core: Embed = async () => {
    steps.push('core')
    return result
  }
  const embed = createPluginChain([around('a'), { name: 'bare' }, around('b')]).compose(core)
  expect(await embed({ image: new Uint8Array() }, call)).toBe(result)
  expect(steps).toEqual(['into a', 'into b', 'core', 'out of b', 'out of a'])
})

test('closes in reverse order, all of them even when one fails', async () => {
  const steps: string[] = []
  const closing = (name: string, failure?: Error): GatewayPlugin => ({
    name,
    async close() {
      steps.push(name)
      if (failure) throw failure
    },
  })
  const chain = createPluginChain([closing('a'), closing('b', new Error('broken pipe')), closing('c')])
  await chain.setup(host)
  await expect(chain.close()).rejects.toThrow('Plugin "b" failed to close.')
  expect(steps).toEqual(['c', 'b', 'a'])
})

test('closes what was set up when a later setup fails', async () => {
  const steps: string[] = []
  const plugins: GatewayPlugin[] = [
    { name: 'a', close: async () => void steps.push('a') },
    { name: 'b', close: async () => void steps.push('b') },
    {
      name: 'c',
      setup() {
        throw new Error('no such host')
      },
      close: async () => void steps.push('c'),
    },
  ]
  await expect(startTestGateway({ plugins })).rejects.toThrow('Plugin "c" failed to set up: no such host')
  expect(steps).toEqual(['b', 'a'])
})

test('a second auth plugin stops the boot', async () => {
  const second = { ...bearerAuth({ keys: ['two'] }), name: 'other-auth' }
  await expect(startTestGateway({ plugins: [bearerAuth({ keys: ['one'] }), second] })).rejects.toThrow(
    /"other-auth".*useAuthenticate was called twice/,
  )
})

test('a call of host.embed during setup is answered with what is wrong', async () => {
  const early: GatewayPlugin = {
    name: 'early',
    async setup({ embed }) {
      await embed({ image: new Uint8Array() }, call)
    },
  }
  await expect(startTestGateway({ plugins: [early] })).rejects.toThrow('call it when a request comes')
})
