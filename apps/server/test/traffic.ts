import type { RunningServer } from './server.js'

export const wires = ['json', 'multipart', 'graphql'] as const
export type Wire = (typeof wires)[number]

export interface Answer {
  readonly status: number
  /** The numbers as text: equal text is equal bits. */
  readonly vector: string | undefined
  readonly ms: number
}

/** One image to the server, and its answer in the same shape for every wire. */
export async function send(server: RunningServer, image: Uint8Array, wire: Wire): Promise<Answer> {
  const begin = performance.now()
  const response = await fetch(`${server.url}${wire === 'graphql' ? '/graphql' : '/imgembed'}`, {
    method: 'POST',
    ...bodies[wire](image, server.key!),
  })
  const body = (await response.json()) as Body
  const result = body.data?.embedImage ?? body
  return {
    status: body.errors?.[0]?.extensions.status ?? response.status,
    vector: result.embedding && JSON.stringify(result.embedding),
    ms: performance.now() - begin,
  }
}

/** Runs the jobs, at most `concurrency` at the same time; results in the order of the jobs. */
export async function all<T, R>(
  jobs: readonly T[],
  concurrency: number,
  run: (job: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const left = jobs.entries()
  const lane = async () => {
    for (const [i, job] of left) results[i] = await run(job)
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return results
}

/** A gauge of `GET /metrics`. */
export async function gauge(server: RunningServer, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(text.match(new RegExp(`^${name} (.*)$`, 'm'))?.[1])
}

interface Body {
  readonly embedding?: readonly number[]
  readonly data?: { readonly embedImage?: { readonly embedding?: readonly number[] } } | null
  readonly errors?: readonly { readonly extensions: { readonly status: number } }[]
}

const query = 'query ($img: String!) { embedImage(img: $img) { embedding } }'

const bodies: Record<Wire, (image: Uint8Array, key: string) => RequestInit> = {
  json: (image, key) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ img: Buffer.from(image).toString('base64'), key }),
  }),
  // The name and the type say JPEG, whatever the bytes are.
  multipart(image, key) {
    const body = new FormData()
    body.append('file', new File([Uint8Array.from(image)], 'picture.jpg', { type: 'image/jpeg' }))
    body.append('key', key)
    return { body }
  },
  graphql: (image, key) => ({
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query, variables: { img: Buffer.from(image).toString('base64') } }),
  }),
}
