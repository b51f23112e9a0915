import type { Embedding } from '../embedding.js'
import { PixvecApiError } from '../errors.js'
import {
  EmbedImageDocument,
  type EmbedImageQuery,
  ModelsDocument,
  type ModelsQuery,
  type TypedDocumentString,
} from '../generated/graphql.js'
import { answerJson, isNumbers, isObject, unexpectedAnswer } from '../http/answer-json.js'
import type { Answer, Call } from '../http/call.js'
import { toBase64Text } from '../image/image-input.js'
import type { Transport } from './transport.js'

/** POST /graphql. The image goes as base64 in a variable, never in the query text. */
export const graphql: Transport = async (image, { dimension, model }) => {
  const variables = { img: await toBase64Text(image), dimension, model }
  return graphqlCall(EmbedImageDocument, variables, readEmbedding)
}

function readEmbedding({ embedImage }: EmbedImageQuery, answer: Answer): Embedding {
  if (!isNumbers(embedImage?.embedding)) throw unexpectedAnswer(answer)
  return {
    embedding: Float32Array.from(embedImage.embedding),
    dimension: embedImage.dimension,
    model: embedImage.model,
    revision: embedImage.revision,
    id: embedImage.id,
    created: new Date(embedImage.created * 1000),
    totalInputTokens: embedImage.totalInputTokens,
    totalOutputTokens: embedImage.totalOutputTokens,
    timings: embedImage.timings,
    requestId: answer.requestId,
  }
}

/** The models that the server has loaded. */
export function modelsCall(): Call<ModelsQuery['models']> {
  return graphqlCall(ModelsDocument, {}, ({ models }) => models)
}

function graphqlCall<Data, Variables, T>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  read: (data: Data, answer: Answer) => T,
): Call<T> {
  return {
    path: '/graphql',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
    },
    body: JSON.stringify({ query: document, variables }),
    read: (answer) => read(readData<Data>(answer), answer),
  }
}

function readData<Data>(answer: Answer): Data {
  const { data, errors } = answerJson(answer)
  if (Array.isArray(errors) && isObject(errors[0])) throw toApiError(errors[0], answer)
  if (answer.status !== 200 || !isObject(data)) throw unexpectedAnswer(answer)
  // The server has checked it against the schema that the type comes from.
  return data as Data
}

function toApiError(error: Readonly<Record<string, unknown>>, answer: Answer): PixvecApiError {
  const extensions = isObject(error.extensions) ? error.extensions : {}
  const { code, status, retryable, retryAfterMs, requestId } = extensions
  return new PixvecApiError(
    typeof code === 'string' ? code : (answer.errorCode ?? 'UNKNOWN'),
    typeof error.message === 'string' ? error.message : 'The server gave no message.',
    {
      status: typeof status === 'number' ? status : answer.status,
      requestId: answer.requestId ?? (typeof requestId === 'string' ? requestId : undefined),
      retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : answer.retryAfterMs,
    },
    typeof retryable === 'boolean' ? retryable : undefined,
  )
}
