import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pixvec } from './pixvec.js'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

const commands = [[], ['serve'], ['embed'], ['models'], ['models', 'list']]

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
  ['an unknown command of models', ['models', 'pull'], "unknown command 'pull'"],
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
  const [head, row] = stdout.split('\n')
  expect(head!.split(/ {2,}/)).toEqual([
    'MODEL',
    'REVISION',
    'DIMENSIONS',
    'INPUT',
    'TOKENS',
    'LICENCE',
    'DEFAULT',
  ])
  expect(row!.split(/ {2,}/)).toEqual([
    'pixvec-pilot',
    expect.any(String),
    '512, 1024',
    '128×128',
    '16',
    'MIT',
    'yes',
  ])
})

test('models list --json is for programs', async () => {
  const { stdout } = await pixvec(['models', 'list', '--json'])
  expect(JSON.parse(stdout)).toMatchObject([{ id: 'pixvec-pilot', dimensions: [512, 1024], isDefault: true }])
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
  expect(stderr).toMatch(new RegExp(`^pixvec: Execution provider ${provider} is not in this build .* which has .*cpu`))
})
