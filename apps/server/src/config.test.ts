import { homedir } from 'node:os'
import { defaultLimits, resolveSessionSettings } from '@pixvec/core'
import { defaultGatewayLimits } from '@pixvec/gateway/limits'
import { expect, test } from 'vitest'
import { ConfigError, configurationTable, readConfig, settingProblem, settingsSchema } from './config.js'

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(environment)
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.problems
    throw thrown
  }
  return []
}

test('an empty environment gives the safe defaults, those of the packages themselves', () => {
  const config = readConfig({})
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    apiKeys: [],
    blockedKeys: [],
    keyFile: `${homedir()}/.local/state/pixvec/key`,
    rateLimitPerMinute: 0,
    corsOrigins: [],
    logLevel: 'info',
    production: true,
  })
  expect(config.embedder.limits).toEqual(defaultLimits)
  expect(config.gateway).toEqual(defaultGatewayLimits)
  expect(config.embedder.decode).toBe('exact')
  expect(config.embedder).not.toHaveProperty('intraOpThreads')
  const { executionProviders, graphOptimization, memoryArena, spinning } = resolveSessionSettings({}, 1)
  expect(config.embedder).toMatchObject({ executionProviders, graphOptimization, memoryArena, spinning })
})

test('every limit reaches the option that it names', () => {
  const config = readConfig({
    PIXVEC_MAX_IMAGE_BYTES: '2001',
    PIXVEC_MAX_PIXELS: '2002',
    PIXVEC_MAX_EDGE_PIXELS: '2017',
    PIXVEC_MAX_INTERMEDIATE_PIXELS: '70_003',
    PIXVEC_MAX_DECODER_BYTES: '200_000_003',
    PIXVEC_MAX_QUEUE: '2004',
    PIXVEC_IMAGE_TIMEOUT_MS: '2005',
    PIXVEC_MAX_BATCH_SIZE: '106',
    PIXVEC_DECODE_CONCURRENCY: '107',
    PIXVEC_SESSIONS: '109',
    PIXVEC_INTRA_OP_THREADS: '108',
    PIXVEC_EXECUTION_PROVIDERS: 'cuda, cpu',
    PIXVEC_GRAPH_OPTIMIZATION: 'basic',
    PIXVEC_MEMORY_ARENA: 'off',
    PIXVEC_SPINNING: 'on',
    PIXVEC_DECODE: 'fast',
    PIXVEC_BODY_LIMIT_BYTES: '2009',
    PIXVEC_BODY_BUDGET_BYTES: '2010',
    PIXVEC_HEADERS_TIMEOUT_MS: '2011',
    PIXVEC_REQUEST_TIMEOUT_MS: '2012',
    PIXVEC_KEEP_ALIVE_TIMEOUT_MS: '2013',
    PIXVEC_MAX_CONNECTIONS: '2014',
    PIXVEC_DRAIN_TIMEOUT_MS: '2015',
    PIXVEC_MAX_IMAGES_PER_OPERATION: '2016',
  })
  expect(config.embedder).toEqual({
    limits: {
      maxImageBytes: 2001,
      maxPixels: 2002,
      maxEdgePixels: 2017,
      maxIntermediatePixels: 70_003,
      maxDecoderBytes: 200_000_003,
      maxQueue: 2004,
      timeoutMs: 2005,
    },
    maxBatchSize: 106,
    decodeConcurrency: 107,
    sessions: 109,
    intraOpThreads: 108,
    executionProviders: ['cuda', 'cpu'],
    graphOptimization: 'basic',
    memoryArena: false,
    spinning: true,
    decode: 'fast',
  })
  expect(config.gateway).toEqual({
    bodyLimitBytes: 2009,
    bodyBudgetBytes: 2010,
    headersTimeoutMs: 2011,
    requestTimeoutMs: 2012,
    keepAliveTimeoutMs: 2013,
    maxConnections: 2014,
    drainTimeoutMs: 2015,
    maxImagesPerOperation: 2016,
  })
})

test('lists are parted by commas, with spaces and repetitions forgiven', () => {
  const config = readConfig({
    PIXVEC_API_KEYS: 'one, two,one',
    PIXVEC_BLOCKED_KEYS: 'three',
    PIXVEC_CORS_ORIGINS: 'https://a.example, http://localhost:5173',
  })
  expect(config.apiKeys).toEqual(['one', 'two'])
  expect(config.blockedKeys).toEqual(['three'])
  expect(config.corsOrigins).toEqual(['https://a.example', 'http://localhost:5173'])
})

const wrongValues: Record<keyof typeof settingsSchema.shape, string> = {
  PIXVEC_HOST: '   ',
  PIXVEC_PORT: '65536',
  PIXVEC_API_KEYS: 'fine,,also-fine',
  PIXVEC_BLOCKED_KEYS: 'with space',
  PIXVEC_KEY_FILE: ' ',
  PIXVEC_MODEL: ' ',
  PIXVEC_MODEL_512: ' ',
  PIXVEC_MODEL_1024: ' ',
  PIXVEC_MODELS: 'one,,two',
  PIXVEC_MODELS_DIR: '  ',
  PIXVEC_BODY_LIMIT_BYTES: '28MB',
  PIXVEC_BODY_BUDGET_BYTES: '-1',
  PIXVEC_MAX_IMAGE_BYTES: '0',
  PIXVEC_MAX_PIXELS: '1e6',
  PIXVEC_MAX_EDGE_PIXELS: '-5',
  PIXVEC_MAX_INTERMEDIATE_PIXELS: '0x10000',
  PIXVEC_MAX_DECODER_BYTES: '1.5GB',
  PIXVEC_MAX_QUEUE: '0',
  PIXVEC_IMAGE_TIMEOUT_MS: '30s',
  PIXVEC_MAX_BATCH_SIZE: '1.5',
  PIXVEC_DECODE_CONCURRENCY: 'auto',
  PIXVEC_SESSIONS: '-1',
  PIXVEC_INTRA_OP_THREADS: '0',
  PIXVEC_EXECUTION_PROVIDERS: 'cuda,rocm',
  PIXVEC_GRAPH_OPTIMIZATION: 'most',
  PIXVEC_MEMORY_ARENA: 'true',
  PIXVEC_SPINNING: '1',
  PIXVEC_DECODE: 'quick',
  PIXVEC_HEADERS_TIMEOUT_MS: 'never',
  PIXVEC_REQUEST_TIMEOUT_MS: '99999999999',
  PIXVEC_KEEP_ALIVE_TIMEOUT_MS: ' 5',
  PIXVEC_MAX_CONNECTIONS: 'ten',
  PIXVEC_DRAIN_TIMEOUT_MS: '-5',
  PIXVEC_MAX_IMAGES_PER_OPERATION: '0',
  PIXVEC_RATE_LIMIT_PER_MINUTE: 'off',
  PIXVEC_CORS_ORIGINS: 'app.example.com',
  PIXVEC_METRICS: 'public',
  PIXVEC_UI: 'maybe',
  PIXVEC_LOG_LEVEL: 'verbose',
  PIXVEC_ENV: 'prod',
}

test.each(Object.entries(wrongValues))('a wrong %s stops the boot and is named', (name, value) => {
  const problems = problemsOf({ [name]: value })
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(new RegExp(`^${name}: expected `))
})

test('says what was expected and what came', () => {
  expect(problemsOf({ PIXVEC_PORT: 'http' })).toEqual([
    'PIXVEC_PORT: expected integer, 0 to 65535; received "http".',
  ])
  expect(problemsOf({ PIXVEC_METRICS: 'yes' })).toEqual([
    'PIXVEC_METRICS: expected one of open, key, off; received "yes".',
  ])
})

test('names all that is wrong at once', () => {
  expect(problemsOf({ PIXVEC_PORT: 'x', PIXVEC_MAX_QUEUE: 'y', PIXVEC_PROT: '1' })).toHaveLength(3)
})

test('a key that is wrong is told by its place and never shown', () => {
  const [problem] = problemsOf({ PIXVEC_API_KEYS: 'first-secret,second secret' })
  expect(problem).toContain('key 2 has a space')
  expect(problem).not.toContain('first-secret')
  expect(problem).not.toContain('second')
})

test('an unknown variable is named, with what it most likely means', () => {
  expect(problemsOf({ PIXVEC_API_KEY: 'my-secret' })).toEqual([
    'PIXVEC_API_KEY: no such setting. Did you mean PIXVEC_API_KEYS?',
  ])
  expect(problemsOf({ PIXVEC_COLOUR_OF_THE_SKY: 'blue' })).toEqual([
    'PIXVEC_COLOUR_OF_THE_SKY: no such setting. Unset it.',
  ])
})

test('variables of others, of the tests, and empty ones are let be', () => {
  const environment = {
    HOME: '/home/a',
    PIXVEC_TEST_DATA: '/data',
    PIXVEC_TEST_MODELS: '/models',
    PIXVEC_PORT: '',
  }
  expect(readConfig(environment).port).toBe(8080)
})

test('the key file goes to the state folder of the user', () => {
  expect(readConfig({ XDG_STATE_HOME: '/state' }).keyFile).toBe('/state/pixvec/key')
  expect(readConfig({ XDG_STATE_HOME: '/state', PIXVEC_KEY_FILE: '/etc/pixvec.key' }).keyFile).toBe(
    '/etc/pixvec.key',
  )
})

test('models are where the tools of Hugging Face look for them, as their variables say', () => {
  const home = homedir()
  expect(readConfig({ HF_HOME: '/hf' }).hub).toEqual({
    endpoint: 'https://huggingface.co',
    token: undefined,
    isOffline: false,
    cache: '/hf/hub',
    models: `${home}/.local/share/pixvec/models`,
  })
  expect(
    readConfig({
      HF_ENDPOINT: 'https://mirror.example/',
      HF_TOKEN: 'a-token',
      HF_HUB_OFFLINE: '1',
      HF_HUB_CACHE: '/cache',
      PIXVEC_MODELS_DIR: '/models',
    }).hub,
  ).toEqual({
    endpoint: 'https://mirror.example',
    token: 'a-token',
    isOffline: true,
    cache: '/cache',
    models: '/models',
  })
  expect(readConfig({ XDG_CACHE_HOME: '/c', XDG_DATA_HOME: '/d', HF_TOKEN_PATH: '/none' }).hub).toMatchObject(
    {
      cache: '/c/huggingface/hub',
      models: '/d/pixvec/models',
    },
  )
})

test('models are one, or one for each size, and further ones', () => {
  expect(readConfig({}).models).toEqual({ model: undefined, bySize: {}, further: [] })
  expect(readConfig({ PIXVEC_MODEL: './mine', PIXVEC_MODELS: 'one, two,one' }).models).toEqual({
    model: './mine',
    bySize: {},
    further: ['one', 'two'],
  })
  expect(readConfig({ PIXVEC_MODEL_512: 'short', PIXVEC_MODEL_1024: 'long' }).models.bySize).toEqual({
    512: 'short',
    1024: 'long',
  })
  expect(problemsOf({ PIXVEC_MODEL: 'one', PIXVEC_MODEL_1024: 'long' })).toEqual([
    'PIXVEC_MODEL_1024: it stands in place of PIXVEC_MODEL, and both are set. Unset PIXVEC_MODEL for one model each size, or PIXVEC_MODEL_1024 for one model.',
  ])
  expect(problemsOf({ PIXVEC_MODELS: 'one,,two' })).toEqual([
    'PIXVEC_MODELS: expected ids of models, or folders, parted by commas; received "one,,two".',
  ])
})

test('an option is checked like the variable that it stands for', () => {
  expect(settingProblem('PIXVEC_PORT', '9000')).toBeUndefined()
  expect(settingProblem('PIXVEC_PORT', 'abc')).toBe('expected integer, 0 to 65535; received "abc"')
})

test('the table has a row with all four columns for every variable', () => {
  const table = configurationTable()
  expect(table.map((row) => row.name)).toEqual(Object.keys(settingsSchema.shape))
  for (const row of table) {
    expect(row.type, row.name).not.toBe('')
    expect(row.default, row.name).not.toMatch(/^`?(undefined|\[.*|)`?$/)
    expect(row.description, row.name).toMatch(/\.$/)
  }
  expect(table.find((row) => row.name === 'PIXVEC_PORT')).toEqual({
    name: 'PIXVEC_PORT',
    type: 'integer, 0 to 65535',
    default: '`8080`',
    description: 'Port of the server. 0 takes any free one.',
  })
})
