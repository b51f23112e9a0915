import { fileDownloadInfo, HubApiError, listFiles, modelInfo, pathsInfo } from '@huggingface/hub'
import type { StatedFile } from './download-blob.js'
import { createHubFetch, type HubFetchOptions } from './hub-fetch.js'
import { ModelFailure } from './model-failure.js'

/** One repository of the hub, as far as a pull asks it. */
export interface HubRepository {
  /** Branch, tag, or (shortened) commit → the full commit. */
  commitOf(revision: string): Promise<string>
  /** Licence that the repository states. */
  licence(): Promise<string | undefined>
  /** Paths of all files at a commit. */
  list(commit: string): Promise<string[]>
  /** Size and hash of files at a commit, in the order asked for. */
  stated(commit: string, paths: readonly string[]): Promise<StatedFile[]>
  /** Where a file at a commit is downloaded from. */
  addressOf(commit: string, path: string): Promise<string>
  /** `fetch` with token and retries. */
  readonly fetch: typeof fetch
}

/**
 * The hub in the words of `@huggingface/hub`. Token, retries and failures are those of `createHubFetch`:
 * the library's own check refuses tokens of mirrors, and its errors lose the headers.
 */
export function openHubRepository(options: HubFetchOptions): HubRepository {
  const { endpoint: hubUrl, repository } = options
  const hubFetch = createHubFetch(options)
  const common = { repo: { type: 'model', name: repository }, hubUrl, fetch: hubFetch } as const

  return {
    fetch: hubFetch,

    async commitOf(revision) {
      const { sha } = await asked(() =>
        modelInfo({ name: repository, hubUrl, fetch: hubFetch, revision, additionalFields: ['sha'] }),
      )
      if (/^[0-9a-f]{40}$/.test(sha)) return sha
      throw new ModelFailure('hub-failed', `${repository}: the hub names no commit for ${revision}.`)
    },

    async licence() {
      const { tags } = await asked(() =>
        modelInfo({ name: repository, hubUrl, fetch: hubFetch, additionalFields: ['tags'] }),
      )
      return tags?.find((tag) => tag.startsWith('license:'))?.slice('license:'.length)
    },

    async list(commit) {
      return asked(async () => {
        const paths: string[] = []
        for await (const { type, path } of listFiles({ ...common, revision: commit, recursive: true })) {
          if (type === 'file') paths.push(path)
        }
        return paths
      })
    },

    async stated(commit, paths) {
      const found = await asked(() => pathsInfo({ ...common, revision: commit, paths: [...paths] }))
      return paths.map((path) => {
        const info = found.find((each) => each.path === path && each.type === 'file')
        if (!info) {
          throw new ModelFailure('not-found', `${repository}: it has no file ${path} at ${commit}.`)
        }
        return statedFile(repository, path, info)
      })
    },

    async addressOf(commit, path) {
      const info = await asked(() => fileDownloadInfo({ ...common, revision: commit, path }))
      if (info) return info.url
      throw new ModelFailure('not-found', `${repository}: it has no file ${path} at ${commit}.`)
    },
  }

  async function asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (cause) {
      if (cause instanceof ModelFailure) throw cause
      const status = cause instanceof HubApiError ? ` (${cause.statusCode})` : ''
      throw new ModelFailure(
        'hub-failed',
        `${repository}: ${hubUrl} does not answer as a hub does${status}: ${(cause as Error).message}`,
        { cause },
      )
    }
  }
}

function statedFile(
  repository: string,
  path: string,
  { size, lfs, oid }: { size: number; lfs?: { oid: string; size: number }; oid?: string },
): StatedFile {
  const sha256 = lfs?.oid.replace(/^sha256:/, '')
  const hash = sha256
    ? ({ kind: 'sha256', hex: sha256 } as const)
    : ({ kind: 'git', hex: oid ?? '' } as const)
  // The hash becomes the name of a file.
  if (!(hash.kind === 'sha256' ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/).test(hash.hex)) {
    throw new ModelFailure(
      'hub-failed',
      `${repository}: the hub states no hash of ${path}; it is not pulled.`,
    )
  }
  return { path, size: lfs?.size ?? size, hash }
}
