import type { Embedding } from '../embedding.js'
import type { components } from '../generated/openapi.js'
import { answerJson, isNumbers, type JsonObject, unexpectedAnswer } from '../http/answer-json.js'
import type { Answer } from '../http/call.js'
import { toBlob } from '../image/image-input.js'
import type { Transport } from './transport.js'

type EmbeddingResponse = components['schemas']['EmbeddingResponse']

/** POST /imgembed. Bytes go as multipart, a third smaller than base64; a string goes as it is, in JSON. */
export const rest: Transport = async (image, { dimension, model }) => {
  const call = { path: '/imgembed', read: readEmbedding }
  if (typeof image === 'string') {
    const body = JSON.stringify({ img: image, dimension, model })
    return { ...call, headers: { 'content-type': 'application/json' }, body }
  }
  const form = new FormData()
  form.append('file', toBlob(image), 'image')
  if (dimension !== undefined) form.append('dimension', String(dimension))
  if (model !== undefined) form.append('model', model)
  // fetch writes the Content-Type, which holds the boundary.
  return { ...call, headers: {}, body: form }
}

function readEmbedding(answer: Answer): Embedding {
  const body = answerJson(answer)
  if (answer.status !== 200 || !isEmbedding(body)) throw unexpectedAnswer(answer)
  return {
    embedding: Float32Array.from(body.embedding),
    dimension: body.embedding.length,
    model: body.model,
    revision: undefined,
    id: body.id,
    created: new Date(body.created * 1000),
    totalInputTokens: body.total_input_tokens,
    totalOutputTokens: body.total_output_tokens,
    timings: answer.timings,
    requestId: answer.requestId,
  }
}

function isEmbedding(body: JsonObject | EmbeddingResponse): body is EmbeddingResponse {
  return isNumbers(body.embedding) && typeof body.model === 'string' && typeof body.created === 'number'
}
