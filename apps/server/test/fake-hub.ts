import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What the hub or its store does instead of answering a request. */
export type Trouble =
  | { readonly status: number; readonly headers?: Record<string, string> }
  /** Sends so many bytes of the body, then cuts the connection. */
  | { readonly cutAfter: number }
  /** Sends so many bytes of the body, then nothing more. */
  | { readonly stallAfter: number }
  /** Sends all, from the beginning, whatever range was asked for. */
  | { readonly ignoreRange: true }

export interface Seen {
  readonly host: 'hub' | 'store'
  readonly method: string
  readonly path: string
  readonly range: string | undefined
  readonly authorization: string | undefined
}

export interface FakeHub {
  readonly endpoint: string
  /** All requests so far. */
  readonly seen: Seen[]
  /** Asked before each request: what goes wrong with it. */
  trouble: (request: Seen) => Trouble | undefined
  /** Bytes that the store sends in place of those of a path. */
  readonly tampered: Map<string, Uint8Array>
  /** Puts a commit on top of a repository. */
  commit(repository: string, files: Readonly<Record<string, Uint8Array>>): string
  close(): Promise<void>
}

/**
 * A hub on 127.0.0.1 as far as `@huggingface/hub` asks one: commits, files with their hashes, and large
 * files by a redirect to a store on another origin, which takes ranges. It can misbehave.
 */
export async function startFakeHub(): Promise<FakeHub> {
  const repositories = new Map<string, { commit: string; files: Map<string, Uint8Array> }[]>()
  const open = new Set<ServerResponse>()
  const store = await listen((request, response) => answerStore(request, response))
  const hub = await listen((request, response) => answerHub(request, response))

  const self: FakeHub = {
    endpoint: hub.origin,
    seen: [],
    trouble: () => undefined,
    tampered: new Map(),
    commit(repository, files) {
      const history = repositories.get(repository) ?? []
      const names = Object.entries(files).map(([path, bytes]) => `${path} ${sha256(bytes)}`)
      const id = createHash('sha1').update(`${history.length} ${names.join()}`).digest('hex')
      repositories.set(repository, [...history, { commit: id, files: new Map(Object.entries(files)) }])
      return id
    },
    async close() {
      for (const response of open) response.destroy()
      await Promise.all([hub.close(), store.close()])
    },
  }
  return self

  function look(host: Seen['host'], request: IncomingMessage): Trouble | undefined {
    const { method = '', url = '' } = request
    const { range, authorization } = request.headers
    const seen = { host, method, path: decodeURIComponent(url.split('?')[0]!), range, authorization }
    self.seen.push(seen)
    return self.trouble(seen)
  }

  async function answerHub(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const trouble = look('hub', request)
    if (trouble && 'status' in trouble) return refuse(response, trouble)
    const path = decodeURIComponent(new URL(request.url!, hub.origin).pathname)
    const asked =
      /^\/api\/models\/(?<name>[^/]+\/[^/]+)\/(?<what>revision|paths-info|tree)\/(?<revision>[^/]+)$/.exec(
        path,
      ) ?? /^\/(?<name>[^/]+\/[^/]+)\/(?<what>resolve)\/(?<revision>[^/]+)\/(?<file>.+)$/.exec(path)
    const { name = '', what, revision = '', file = '' } = asked?.groups ?? {}
    const history = repositories.get(name)
    if (!history) return refuse(response, { status: 404, headers: { 'x-error-code': 'RepoNotFound' } })
    const at =
      history.findLast(({ commit }) => commit.startsWith(revision)) ??
      (['main', 'HEAD'].includes(revision) ? history.at(-1) : undefined)
    if (!at) return refuse(response, { status: 404, headers: { 'x-error-code': 'RevisionNotFound' } })
    if (what === 'revision') {
      const tags = ['onnx', 'license:apache-2.0']
      return json(response, { _id: '1', id: name, sha: at.commit, lastModified: new Date(0), tags })
    }
    if (what === 'paths-info') {
      const { paths } = JSON.parse(await text(request)) as { paths: string[] }
      return json(
        response,
        paths.flatMap((each) => stated(each, at.files.get(each))),
      )
    }
    if (what === 'tree')
      return json(
        response,
        [...at.files].flatMap(([each, bytes]) => stated(each, bytes)),
      )
    const bytes = at.files.get(file)
    if (!bytes) return refuse(response, { status: 404, headers: { 'x-error-code': 'EntryNotFound' } })
    if (!isLarge(file)) return send(request, response, bytes, trouble)
    response.writeHead(302, {
      location: `${store.origin}/${name}/${at.commit}/${file}`,
      'x-repo-commit': at.commit,
      'x-linked-etag': `"${sha256(bytes)}"`,
      'x-linked-size': String(bytes.length),
    })
    response.end()
  }

  async function answerStore(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const trouble = look('store', request)
    if (trouble && 'status' in trouble) return refuse(response, trouble)
    const [, name, commit, file] = /^\/([^/]+\/[^/]+)\/([^/]+)\/(.+)$/.exec(request.url!)!
    const { files } = repositories.get(name!)!.find((each) => each.commit === commit)!
    send(request, response, self.tampered.get(file!) ?? files.get(file!)!, trouble)
  }

  function send(
    request: IncomingMessage,
    response: ServerResponse,
    bytes: Uint8Array,
    trouble: Trouble | undefined,
  ): void {
    const asked =
      trouble && 'ignoreRange' in trouble ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    const begin = asked ? Number(asked[1]) : 0
    const end = asked?.[2] ? Number(asked[2]) + 1 : bytes.length
    if (asked && begin >= bytes.length) {
      refuse(response, { status: 416 })
      return
    }
    const part = bytes.subarray(begin, end)
    response.writeHead(asked ? 206 : 200, {
      etag: `"${sha256(bytes)}"`,
      'content-length': part.length,
      ...(asked && { 'content-range': `bytes ${begin}-${end - 1}/${bytes.length}` }),
    })
    // A probe for the size is left alone: trouble is for the body.
    const isProbe = part.length <= 1
    const limit =
      !isProbe && trouble
        ? 'cutAfter' in trouble
          ? trouble.cutAfter
          : 'stallAfter' in trouble
            ? trouble.stallAfter
            : undefined
        : undefined
    if (limit === undefined || limit >= part.length) return void response.end(part)
    open.add(response)
    response.write(part.subarray(0, limit), () => {
      if (trouble && 'cutAfter' in trouble) response.destroy()
    })
  }
}

/** Files in the large store of the hub; the others are git's. */
const isLarge = (path: string) => /\.onnx(_data)?$|\.data$/.test(path)

function stated(path: string, bytes: Uint8Array | undefined): object[] {
  if (!bytes) return []
  const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
  const lfs = { oid: sha256(bytes), size: bytes.length, pointerSize: 130 }
  return [{ type: 'file', path, size: bytes.length, oid, ...(isLarge(path) && { lfs }) }]
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

function refuse(
  response: ServerResponse,
  { status, headers }: { status: number; headers?: Record<string, string> },
) {
  response.writeHead(status, headers).end()
}

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>) {
  const server: Server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
