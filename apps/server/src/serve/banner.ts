import type { ModelInfo } from '@pixvec/core'
import { version } from '../version.js'

/** Where the server's keys come from, and what may be shown of them. */
export type KeySource =
  | { readonly kind: 'file'; readonly key: string; readonly path: string }
  | { readonly kind: 'variable'; readonly count: number }

export interface BannerOptions {
  /** As the gateway listens, for instance `http://0.0.0.0:8080`. */
  readonly address: string
  readonly keys: KeySource
  /** Those that are loaded, the default first. */
  readonly models: readonly ModelInfo[]
  /** Whether the playground is served at the address. */
  readonly ui: boolean
  /** Absolute path of a picture to try. */
  readonly samplePath: string
}

/**
 * What a person needs after the start: the address, the key, the playground and one `curl` line that works as it is.
 * The key that the server made is shown in full. A key that the operator set is not: the line takes it
 * from the variable where it is pasted.
 */
export function banner({ address, keys, models, ui, samplePath }: BannerOptions): string {
  const url = reachable(address)
  const shown =
    keys.kind === 'file'
      ? `${keys.key}  (kept in ${keys.path})`
      : `${keys.count} from PIXVEC_API_KEYS, not shown`
  const header =
    keys.kind === 'file'
      ? quoted(`Authorization: Bearer ${keys.key}`)
      : '"Authorization: Bearer $' + '{PIXVEC_API_KEYS%%,*}"'
  const curl = `curl -F ${formFile(samplePath)} -H ${header} ${url}/imgembed`
  return [
    '',
    `Pixvec ${version} is ready.`,
    '',
    `  Address  ${url}`,
    `  GraphQL  ${url}/graphql`,
    `  Key      ${shown}`,
    ...models.map((model) => `  Model    ${described(model, models.length > 1)}`),
    '',
    ...(ui ? [playground(url, keys), ''] : []),
    keys.kind === 'file'
      ? 'Embed a sample picture:'
      : 'Embed a sample picture, in a shell where PIXVEC_API_KEYS is set:',
    '',
    `  ${curl}`,
    '',
    'Ctrl-C stops the server.',
    '',
    '',
  ].join('\n')
}

function described(model: ModelInfo, isOneOfSeveral: boolean): string {
  const { id, revision, dimensions, defaultFor } = model
  const facts = `${id}, revision ${revision}, ${dimensions.join(' or ')} numbers`
  if (!isOneOfSeveral) return facts
  return `${facts}; ${defaultFor.length > 0 ? `by default for ${defaultFor.join(' and ')}` : 'by its name'}`
}

function playground(url: string, keys: KeySource): string {
  const which = keys.kind === 'file' ? 'the key' : 'one of your keys'
  return `Open ${url} in a browser and paste ${which}: pictures in, neighbours out.`
}

/** An address that listens everywhere is reached by the loopback one. */
function reachable(address: string): string {
  const url = new URL(address)
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  if (url.hostname === '[::]') url.hostname = '[::1]'
  return url.origin
}

/** `file=@path`, quoted for curl and for the shell where the path has more than plain characters. */
function formFile(path: string): string {
  if (/^[\w./@+-]+$/.test(path)) return `file=@${path}`
  return quoted(`file=@"${path.replaceAll(/["\\]/g, '\\$&')}"`)
}

/** One word of a shell, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
