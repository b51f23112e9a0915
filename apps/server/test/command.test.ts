import { readFileSync } from 'node:fs'
import { builtInModel, catalogue } from '@pixvec/core'
import { expect, test } from 'vitest'
import { pixvec } from './pixvec.js'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

const commands = [
  [],
  ['serve'],
  ['embed'],
  ['models'],
  ...['list', 'pull', 'verify', 'remove', 'add', 'show'].map((word) => ['models', word]),
]

test.each(commands.map((words) => [`pixvec ${words.join(' ')}`, words]))(
  '%s has --help with examples, and --version',
  async (_, words) => {
    const [help, itsVersion] = await Promise.all([
      pixvec([...words, '--help']),
      pixvec([...words, '--version']),
    ])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain(['Usage: pixvec', ...words].join(' '))
    expect(help.stdout).toContain('Examples:')
    expect(help.stdout).toContain('--version')
    expect(itsVersion).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  },
)

test.each([
  ['no command', [], 'Usage: pixvec'],
  ['an unknown command', ['sevre'], "unknown command 'sevre'\n(Did you mean serve?)"],
  ['an unknown option', ['--colour'], "unknown option '--colour'"],
  ['an unknown command of models', ['models', 'fetch'], "unknown command 'fetch'"],
  ['models alone', ['models'], 'Usage: pixvec models'],
  ['a word too many', ['serve', 'now'], 'too many arguments'],
  ['a port that is none', ['serve', '--port', 'http'], 'expected integer, 0 to 65535; received "http"'],
])('%s is wrong usage, and says so', async (_, words, message) => {
  const { code, stdout, stderr } = await pixvec(words)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
})

test('models list shows what each model gives', async () => {
  const { code, stdout } = await pixvec(['models', 'list'])
  expect(code).toBe(0)
  const [head, row, ...others] = stdout.trimEnd().split('\n')
  expect(head!.split(/ {2,}/)).toEqual([
    'MODEL',
    'STATE',
    'REVISION',
    'DIMENSIONS',
    'SIZE',
    'INPUT',
    'TOKENS',
    'LICENCE',
    'SERVED',
  ])
  const { id, dimensions, input, tokens, licence } = builtInModel().manifest
  expect(row!.split(/ {2,}/)).toEqual([
    id,
    'built-in',
    expect.any(String),
    dimensions.join(', '),
    expect.stringMatching(/^\d+(\.\d)? MB$/),
    `${input.width}×${input.height}`,
    String(tokens.input),
    licence,
    `for ${dimensions.join(', ')}`,
  ])
  expect(others.every((line) => line.includes('  to pull  ') && line.endsWith('no'))).toBe(true)
})

test('models list --json is for programs', async () => {
  const { stdout } = await pixvec(['models', 'list', '--json'])
  const [first, ...others] = JSON.parse(stdout)
  const { id, dimensions } = builtInModel().manifest
  expect(first).toMatchObject({ id, dimensions, isServed: true, defaultFor: dimensions, state: 'built-in' })
  expect(others.map((model: { id: string }) => model.id)).toEqual(catalogue.map(({ id }) => id))
})

test.each([['serve'], ['embed', 'any.jpg']])(
  'pixvec %s stops at a setting that is wrong',
  async (...words) => {
    const env = { PIXVEC_MAX_QUEUE: 'many', PIXVEC_API_KEY: 'a-secret' }
    const { code, stdout, stderr } = await pixvec(words, { env })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(
      'pixvec: PIXVEC_MAX_QUEUE: expected integer, 1 to 100000; received "many".\n' +
        'pixvec: PIXVEC_API_KEY: no such setting. Did you mean PIXVEC_API_KEYS?\n',
    )
  },
)

test('an execution provider that this machine has not stops the start and is named', async () => {
  const provider = process.platform === 'darwin' ? 'dml' : 'coreml'
  const env = { PIXVEC_EXECUTION_PROVIDERS: `${provider},cpu`, PIXVEC_PORT: '0' }
  const { code, stdout, stderr } = await pixvec(['serve'], { env })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(
    new RegExp(`^pixvec: Execution provider ${provider} is not in this build .* which has .*cpu`),
  )
})
