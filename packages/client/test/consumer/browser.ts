// A stranger's page: DOM types, no Node types, strict to the last option.
import {
  cosineSimilarity,
  createClient,
  type Embedding,
  type ImageInput,
  PixvecApiError,
} from '@pixvec/client'

declare const input: HTMLInputElement
declare const signal: AbortSignal | undefined
declare const dimension: number | undefined

const client = createClient({ baseUrl: '/', key: undefined, fetch: (url, init) => fetch(url, init) })

export async function nearest(image: ImageInput): Promise<number> {
  const files: Blob[] = Array.from(input.files ?? [])
  const own: Embedding = await client.embedImage(image, { dimension, signal })
  const results = await client.embedImages(files, {
    signal,
    onProgress: ({ done, failed, total }) => {
      input.title = `${done}/${total}, ${failed} failed`
    },
  })
  let best = -1
  for (const result of results) {
    if (result.ok) best = Math.max(best, cosineSimilarity(own.embedding, result.value.embedding))
    else if (PixvecApiError.isInstance(result.error) && result.error.code === 'UNDECODABLE_IMAGE') continue
    else throw result.error
  }
  const [model] = await client.models()
  input.placeholder = `${model?.id} ${own.created.toISOString()}`
  return best
}
