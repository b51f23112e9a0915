import { execFileSync } from 'node:child_process'
import type { ModelInfo } from '@pixvec/core'
import { expect, test } from 'vitest'
import { type BannerOptions, banner } from './banner.js'

const model: ModelInfo = {
  id: 'some-model',
  revision: 'abc123',
  dimensions: [512, 1024],
  defaultDimension: 512,
  defaultFor: [512, 1024],
  inputTokens: 16,
  licence: 'MIT',
  inputSize: 128,
}
const made: BannerOptions['keys'] = { kind: 'file', key: 'pixvec_made', path: '/state/key' }

function curlLine(options: Partial<BannerOptions>): string {
  const text = banner({
    address: 'http://127.0.0.1:8080',
    keys: made,
    models: [model],
    ui: true,
    samplePath: '/s/a.jpg',
    ...options,
  })
  return text.match(/^ {2}(curl .*)$/m)![1]!
}

/** The words that a shell makes of the line. */
function words(line: string, env: NodeJS.ProcessEnv = {}): string[] {
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { env, encoding: 'utf8' })
  return printed.split('\0').slice(1, -1)
}

test('shows the address, GraphQL, the model and a key that the server made', () => {
  const text = banner({
    address: 'http://127.0.0.1:8080',
    keys: made,
    models: [model],
    ui: true,
    samplePath: '/s/a.jpg',
  })
  expect(text).toContain('Address  http://127.0.0.1:8080\n')
  expect(text).toContain('GraphQL  http://127.0.0.1:8080/graphql\n')
  expect(text).toContain('Key      pixvec_made  (kept in /state/key)\n')
  expect(text).toContain('  Model    some-model, revision abc123, 512 or 1024 numbers\n')
})

test('shows each of several models, and which calls come to it', () => {
  const models = [
    { ...model, defaultFor: [512] },
    { ...model, id: 'other', defaultFor: [1024] },
    { ...model, id: 'tiny', dimensions: [192], defaultFor: [] },
  ]
  const text = banner({
    address: 'http://127.0.0.1:8080',
    keys: made,
    models,
    ui: true,
    samplePath: '/s/a.jpg',
  })
  expect(text).toContain('  Model    some-model, revision abc123, 512 or 1024 numbers; by default for 512\n')
  expect(text).toContain('  Model    other, revision abc123, 512 or 1024 numbers; by default for 1024\n')
  expect(text).toContain('  Model    tiny, revision abc123, 192 numbers; by its name\n')
})

test('gives one curl line that works as it is', () => {
  expect(words(curlLine({}))).toEqual([
    '-F',
    'file=@/s/a.jpg',
    '-H',
    'Authorization: Bearer pixvec_made',
    'http://127.0.0.1:8080/imgembed',
  ])
})

test('does not show the keys of the operator: the line takes the first from the variable', () => {
  const line = curlLine({ keys: { kind: 'variable', count: 2 } })
  expect(words(line, { PIXVEC_API_KEYS: 'key-one,key-two' })).toContain('Authorization: Bearer key-one')
})

test('tells where the playground is and what to paste there', () => {
  const text = (options: Partial<BannerOptions>) =>
    banner({
      address: 'http://0.0.0.0:8080',
      keys: made,
      models: [model],
      ui: true,
      samplePath: '/s/a.jpg',
      ...options,
    })
  expect(text({})).toContain('Open http://127.0.0.1:8080 in a browser and paste the key:')
  expect(text({ keys: { kind: 'variable', count: 2 } })).toContain('paste one of your keys:')
  expect(text({ ui: false })).not.toContain('browser')
})

test('quotes a path for the shell and for curl', () => {
  expect(words(curlLine({ samplePath: `/my "own" it's; $HOME/a.jpg` }))[1]).toBe(
    String.raw`file=@"/my \"own\" it's; $HOME/a.jpg"`,
  )
})

test.each([
  ['http://0.0.0.0:9000', 'http://127.0.0.1:9000'],
  ['http://[::]:9000', 'http://[::1]:9000'],
  ['http://192.168.1.5:9000', 'http://192.168.1.5:9000'],
])('a server on %s is reached at %s', (address, url) => {
  expect(curlLine({ address })).toContain(`${url}/imgembed`)
})
