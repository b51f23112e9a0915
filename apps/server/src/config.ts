import { homedir } from 'node:os'
import { join } from 'node:path'
import {
  type DecodeMode,
  defaultLimits,
  defaultMaxBatchSize,
  type EmbedderOptions,
  type EmbedLimits,
  executionProviders,
  graphOptimizations,
  type SessionSettings,
} from '@pixvec/core'
import { defaultGatewayLimits, type GatewayLimits } from '@pixvec/gateway/limits'
import { z } from 'zod'
import { closest } from './config/closest.js'
import {
  integer,
  keyList,
  listOf,
  nameList,
  oneOf,
  originList,
  type SettingMeta,
  text,
} from './config/readers.js'
import { type HubSettings, readHubSettings } from './models/hub-settings.js'

const maxInt = 2_147_483_647
const maxBytes = 4_294_967_296

/** Every variable: how it is read, its default, and what it does. The docs' table is made from this. */
export const settingsSchema = z.strictObject({
  PIXVEC_HOST: setting(text('address or host name'), '127.0.0.1', {
    type: 'address or host name',
    description: 'Where the server listens. `0.0.0.0` lets other machines in.',
  }),
  PIXVEC_PORT: number(0, 65_535, 8080, 'Port of the server. 0 takes any free one.'),
  PIXVEC_API_KEYS: setting(keyList(), [], {
    type: 'keys parted by commas',
    description:
      'Keys that callers may use. Without any, the server makes one and keeps it in PIXVEC_KEY_FILE.',
    shownDefault: 'none',
  }),
  PIXVEC_BLOCKED_KEYS: setting(keyList(), [], {
    type: 'keys parted by commas',
    description: 'Keys that are refused with a 401 that says so.',
    shownDefault: 'none',
  }),
  PIXVEC_KEY_FILE: optional(text('path of a file'), {
    type: 'path of a file',
    description:
      'Where the key that the server made for itself is kept, readable by its owner alone. Not used when PIXVEC_API_KEYS is set.',
    shownDefault: '`$XDG_STATE_HOME/pixvec/key`, or `~/.local/state/pixvec/key`',
  }),
  PIXVEC_MODEL: optional(text('id of a model, or a folder'), {
    type: 'id of a model, or a folder',
    description:
      'The model that is served. A folder is named with a slash, `./my-model` for instance. See `pixvec models list`.',
    shownDefault: 'the built-in one',
  }),
  PIXVEC_MODEL_512: optional(text('id of a model, or a folder'), {
    type: 'id of a model, or a folder',
    description:
      'Instead of PIXVEC_MODEL: the model that answers when 512 numbers are asked for, or none in particular.',
    shownDefault: 'the built-in one',
  }),
  PIXVEC_MODEL_1024: optional(text('id of a model, or a folder'), {
    type: 'id of a model, or a folder',
    description: 'Instead of PIXVEC_MODEL: the model that answers when 1024 numbers are asked for.',
    shownDefault: 'the built-in one',
  }),
  PIXVEC_MODELS: setting(nameList('ids of models, or folders, parted by commas'), [], {
    type: 'ids of models, or folders, parted by commas',
    description:
      'Further models that are loaded. They answer to calls that name them as `model`, and share the cores with the others.',
    shownDefault: 'none',
  }),
  PIXVEC_MODELS_DIR: optional(text('path of a folder'), {
    type: 'path of a folder',
    description:
      'Where `pixvec models` keeps the lock files of models. Their files are in the cache of `HF_HOME`.',
    shownDefault: '`$XDG_DATA_HOME/pixvec/models`, or `~/.local/share/pixvec/models`',
  }),
  PIXVEC_BODY_LIMIT_BYTES: number(
    1024,
    maxBytes,
    defaultGatewayLimits.bodyLimitBytes,
    'Largest request body. Base64 makes an image a third larger.',
  ),
  PIXVEC_BODY_BUDGET_BYTES: number(
    1024,
    Number.MAX_SAFE_INTEGER,
    defaultGatewayLimits.bodyBudgetBytes,
    'Bytes of all bodies being received or worked on. Above it new ones get a 503.',
  ),
  PIXVEC_MAX_IMAGE_BYTES: number(1, maxBytes, defaultLimits.maxImageBytes, 'Largest image file, in bytes.'),
  PIXVEC_MAX_PIXELS: number(
    1,
    268_435_456,
    defaultLimits.maxPixels,
    'Largest picture, width × height of the file.',
  ),
  PIXVEC_MAX_EDGE_PIXELS: number(
    1,
    268_435_456,
    defaultLimits.maxEdgePixels,
    'Longest edge of a picture, for strips of few pixels that cost much.',
  ),
  PIXVEC_MAX_INTERMEDIATE_PIXELS: number(
    65_536,
    268_435_456,
    defaultLimits.maxIntermediatePixels,
    'Largest picture between resize and crop, for extreme shapes.',
  ),
  PIXVEC_MAX_DECODER_BYTES: number(
    100_000_000,
    Number.MAX_SAFE_INTEGER,
    defaultLimits.maxDecoderBytes,
    'Memory that a process may use while it decodes one image. Above it the image is refused. Watched on Linux.',
  ),
  PIXVEC_MAX_QUEUE: number(
    1,
    100_000,
    defaultLimits.maxQueue,
    'Images admitted and not yet answered. One more is refused at once with a 503.',
  ),
  PIXVEC_IMAGE_TIMEOUT_MS: number(
    1,
    maxInt,
    defaultLimits.timeoutMs,
    'Time for one image, from admission to vector.',
  ),
  PIXVEC_MAX_BATCH_SIZE: number(1, 1024, defaultMaxBatchSize, 'Most images in one run of the model.'),
  PIXVEC_DECODE_CONCURRENCY: cores('Images decoded at the same time.'),
  PIXVEC_SESSIONS: optional(integer(1, 1024), {
    type: 'integer, 1 to 1024',
    description: 'Processes that run the model, each with a session and the weights of its own.',
    shownDefault: 'the cores of the CPU quota, at most 4, fewer for models above 250 MB; 1 on a GPU',
  }),
  PIXVEC_INTRA_OP_THREADS: optional(integer(1, 1024), {
    type: 'integer, 1 to 1024',
    description: 'Threads inside one run of a session.',
    shownDefault: 'the cores of the CPU quota, shared among the sessions',
  }),
  PIXVEC_EXECUTION_PROVIDERS: setting(listOf(executionProviders), ['cpu'], {
    type: `${executionProviders.map((one) => `\`${one}\``).join(', ')}, parted by commas`,
    description:
      'What runs the model, the preferred first. One that cannot run on this machine stops the boot.',
    shownDefault: '`cpu`',
  }),
  PIXVEC_GRAPH_OPTIMIZATION: choice(
    graphOptimizations,
    'all',
    'How much ONNX Runtime rewrites the model before it runs it.',
  ),
  PIXVEC_MEMORY_ARENA: choice(
    ['on', 'off'],
    'on',
    'Keeps the memory of a run for the next. `off` gives it back after each run and is slower.',
  ),
  PIXVEC_SPINNING: choice(
    ['on', 'off'],
    'off',
    'Threads of a session look for work without sleeping. `on` takes the CPU from the decoders.',
  ),
  PIXVEC_DECODE: choice(
    ['exact', 'fast'],
    'exact',
    'How JPEGs are decoded. `fast` decodes large ones at 1/2, 1/4 or 1/8: vectors differ a little, and their revision ends in `-fast`.',
  ),
  PIXVEC_HEADERS_TIMEOUT_MS: number(
    1,
    maxInt,
    defaultGatewayLimits.headersTimeoutMs,
    'Time for a sender to send all headers.',
  ),
  PIXVEC_REQUEST_TIMEOUT_MS: number(
    1,
    maxInt,
    defaultGatewayLimits.requestTimeoutMs,
    'Time for a sender to send the whole request.',
  ),
  PIXVEC_KEEP_ALIVE_TIMEOUT_MS: number(
    1,
    maxInt,
    defaultGatewayLimits.keepAliveTimeoutMs,
    'How long an idle connection is kept.',
  ),
  PIXVEC_MAX_CONNECTIONS: number(
    1,
    1_000_000,
    defaultGatewayLimits.maxConnections,
    'Open connections. More are closed at once.',
  ),
  PIXVEC_DRAIN_TIMEOUT_MS: number(
    0,
    maxInt,
    defaultGatewayLimits.drainTimeoutMs,
    'How long SIGTERM and Ctrl-C wait for accepted work.',
  ),
  PIXVEC_MAX_IMAGES_PER_OPERATION: number(
    1,
    10_000,
    defaultGatewayLimits.maxImagesPerOperation,
    'Images that one GraphQL operation may ask for, aliases and lists counted together.',
  ),
  PIXVEC_RATE_LIMIT_PER_MINUTE: number(
    0,
    maxInt,
    0,
    'Images a minute for each key. Above it callers get a 429 with `Retry-After`. 0 is no limit.',
  ),
  PIXVEC_CORS_ORIGINS: setting(originList(), [], {
    type: 'origins parted by commas, or `*`',
    description: 'Web pages that may call the server from a browser.',
    shownDefault: 'none',
  }),
  PIXVEC_METRICS: choice(
    ['open', 'key', 'off'],
    'open',
    '`GET /metrics`: for everybody, for callers with a key, or not at all. It tells nothing of callers.',
  ),
  PIXVEC_UI: choice(
    ['on', 'off'],
    'on',
    'The playground at `/`: a page that asks its visitor for a key and works with this server alone. `off` serves no page.',
  ),
  PIXVEC_LOG_LEVEL: choice(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    'info',
    'Least level that is logged. `info` is one line a request.',
  ),
  PIXVEC_ENV: choice(
    ['production', 'development'],
    'production',
    '`development` switches GraphQL introspection and the landing page on.',
  ),
})

/** Which models are loaded, by id or folder, and which calls come to them. */
export interface ModelSettings {
  /** The default. Undefined: the built-in one. */
  readonly model: string | undefined
  /** One for each size in place of the default, where any is set. A size without one has the built-in model. */
  readonly bySize: Readonly<Partial<Record<512 | 1024, string>>>
  /** Loaded beside them, and asked by name. */
  readonly further: readonly string[]
}

/** What the settings say, in the shape of those who take it. */
export interface Config {
  readonly host: string
  readonly port: number
  /** Empty: the key of `keyFile` is used. */
  readonly apiKeys: readonly string[]
  readonly blockedKeys: readonly string[]
  readonly keyFile: string
  readonly models: ModelSettings
  readonly hub: HubSettings
  readonly embedder: Pick<EmbedderOptions, 'maxBatchSize' | 'decodeConcurrency'> &
    Partial<SessionSettings> & {
      readonly decode: DecodeMode
      readonly limits: EmbedLimits
    }
  readonly gateway: GatewayLimits
  readonly rateLimitPerMinute: number
  readonly corsOrigins: readonly string[]
  readonly metrics: 'open' | 'key' | 'off'
  /** Whether the playground is served at `/`. */
  readonly ui: boolean
  readonly logLevel: string
  readonly production: boolean
}

/** One or more variables are wrong. Each problem is one line that names its variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'))
  }
}

/** Read by the tests alone. */
const testVariables = ['PIXVEC_TEST_DATA', 'PIXVEC_TEST_MODELS']

/**
 * The environment → a checked configuration. An empty variable counts as unset.
 * @param environment  @default process.env, which nothing else in Pixvec reads
 * @throws ConfigError naming every wrong and every unknown PIXVEC_ variable
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.entries(environment).filter(
    ([name, value]) => name.startsWith('PIXVEC_') && value !== '' && !testVariables.includes(name),
  )
  const parsed = settingsSchema.safeParse(Object.fromEntries(given))
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap(problemLines))
  const problems = contradictions(parsed.data)
  if (problems.length > 0) throw new ConfigError(problems)
  return toConfig(parsed.data, environment)
}

function problemLines(issue: z.core.$ZodIssue): string[] {
  if (issue.code !== 'unrecognized_keys') return [`${issue.path.join('.')}: ${issue.message}.`]
  return issue.keys.map((name) => {
    const meant = closest(name, Object.keys(settingsSchema.shape))
    return `${name}: no such setting.${meant ? ` Did you mean ${meant}?` : ' Unset it.'}`
  })
}

/** What single variables cannot tell. */
function contradictions(values: z.infer<typeof settingsSchema>): string[] {
  if (values.PIXVEC_MODEL === undefined) return []
  const sizes = (['PIXVEC_MODEL_512', 'PIXVEC_MODEL_1024'] as const).filter((name) => values[name])
  return sizes.map(
    (name) =>
      `${name}: it stands in place of PIXVEC_MODEL, and both are set. Unset PIXVEC_MODEL for one model each size, or ${name} for one model.`,
  )
}

function toConfig(values: z.infer<typeof settingsSchema>, environment: NodeJS.ProcessEnv): Config {
  const stateHome = environment.XDG_STATE_HOME || join(homedir(), '.local', 'state')
  return {
    host: values.PIXVEC_HOST,
    port: values.PIXVEC_PORT,
    apiKeys: values.PIXVEC_API_KEYS,
    blockedKeys: values.PIXVEC_BLOCKED_KEYS,
    keyFile: values.PIXVEC_KEY_FILE ?? join(stateHome, 'pixvec', 'key'),
    models: {
      model: values.PIXVEC_MODEL,
      bySize: {
        ...(values.PIXVEC_MODEL_512 && { 512: values.PIXVEC_MODEL_512 }),
        ...(values.PIXVEC_MODEL_1024 && { 1024: values.PIXVEC_MODEL_1024 }),
      },
      further: values.PIXVEC_MODELS,
    },
    hub: readHubSettings(environment, values.PIXVEC_MODELS_DIR),
    embedder: {
      limits: {
        maxImageBytes: values.PIXVEC_MAX_IMAGE_BYTES,
        maxPixels: values.PIXVEC_MAX_PIXELS,
        maxEdgePixels: values.PIXVEC_MAX_EDGE_PIXELS,
        maxIntermediatePixels: values.PIXVEC_MAX_INTERMEDIATE_PIXELS,
        maxDecoderBytes: values.PIXVEC_MAX_DECODER_BYTES,
        maxQueue: values.PIXVEC_MAX_QUEUE,
        timeoutMs: values.PIXVEC_IMAGE_TIMEOUT_MS,
      },
      decode: values.PIXVEC_DECODE,
      maxBatchSize: values.PIXVEC_MAX_BATCH_SIZE,
      ...(values.PIXVEC_DECODE_CONCURRENCY && { decodeConcurrency: values.PIXVEC_DECODE_CONCURRENCY }),
      ...(values.PIXVEC_SESSIONS && { sessions: values.PIXVEC_SESSIONS }),
      ...(values.PIXVEC_INTRA_OP_THREADS && { intraOpThreads: values.PIXVEC_INTRA_OP_THREADS }),
      executionProviders: values.PIXVEC_EXECUTION_PROVIDERS,
      graphOptimization: values.PIXVEC_GRAPH_OPTIMIZATION,
      memoryArena: values.PIXVEC_MEMORY_ARENA === 'on',
      spinning: values.PIXVEC_SPINNING === 'on',
    },
    gateway: {
      bodyLimitBytes: values.PIXVEC_BODY_LIMIT_BYTES,
      bodyBudgetBytes: values.PIXVEC_BODY_BUDGET_BYTES,
      headersTimeoutMs: values.PIXVEC_HEADERS_TIMEOUT_MS,
      requestTimeoutMs: values.PIXVEC_REQUEST_TIMEOUT_MS,
      keepAliveTimeoutMs: values.PIXVEC_KEEP_ALIVE_TIMEOUT_MS,
      maxConnections: values.PIXVEC_MAX_CONNECTIONS,
      drainTimeoutMs: values.PIXVEC_DRAIN_TIMEOUT_MS,
      maxImagesPerOperation: values.PIXVEC_MAX_IMAGES_PER_OPERATION,
    },
    rateLimitPerMinute: values.PIXVEC_RATE_LIMIT_PER_MINUTE,
    corsOrigins: values.PIXVEC_CORS_ORIGINS,
    metrics: values.PIXVEC_METRICS,
    ui: values.PIXVEC_UI === 'on',
    logLevel: values.PIXVEC_LOG_LEVEL,
    production: values.PIXVEC_ENV === 'production',
  }
}

/** What is wrong with a value of one variable, as an option of the command gives it; undefined when it is right. */
export function settingProblem(name: keyof typeof settingsSchema.shape, value: string): string | undefined {
  return settingsSchema.shape[name]
    .safeParse(value)
    .error?.issues.map(({ message }) => message)
    .join('; ')
}

/** One row of the configuration table. */
export interface ConfigurationRow {
  readonly name: string
  readonly type: string
  readonly default: string
  readonly description: string
}

/** Every variable with its type, default and meaning, in the order of the schema. */
export function configurationTable(): ConfigurationRow[] {
  return Object.entries(settingsSchema.shape).map(([name, schema]) => {
    const { type, description, shownDefault } = schema.meta() as unknown as SettingMeta
    const value: unknown = schema.def.type === 'default' ? schema.def.defaultValue : ''
    return { name, type, default: shownDefault ?? `\`${value}\``, description }
  })
}

function setting<T extends string | number | readonly string[]>(
  schema: z.ZodType<T, string>,
  value: NoInfer<T>,
  meta: SettingMeta,
) {
  return schema.default(value as z.core.util.NoUndefined<T>).meta({ ...meta })
}

function optional<T>(schema: z.ZodType<T, string>, meta: SettingMeta) {
  return schema.optional().meta({ ...meta })
}

function number(min: number, max: number, value: number, description: string) {
  return setting(integer(min, max), value, { type: `integer, ${min} to ${max}`, description })
}

function cores(description: string) {
  const meta = { type: 'integer, 1 to 1024', description, shownDefault: 'the cores of the CPU quota' }
  return optional(integer(1, 1024), meta)
}

function choice<const T extends string>(values: readonly T[], value: NoInfer<T>, description: string) {
  const type = values.map((one) => `\`${one}\``).join(', ')
  return oneOf(values)
    .default(value as z.core.util.NoUndefined<T>)
    .meta({ type, description })
}
