import { describe, expect, it } from 'vitest'
import { InvalidDimensionError } from './errors.js'
import {
  EmbeddingResponse,
  ErrorResponse,
  embeddingResponseJson,
  toEmbeddingResponse,
  toErrorResponse,
} from './response.js'

const result = {
  vector: Float32Array.of(0.6, 0.8),
  model: 'm',
  revision: 'r',
  tokens: { input: 16, output: 1 },
  timings: { queueMs: 0, decodeMs: 0, resizeMs: 0, inferenceMs: 0, batchSize: 1, totalMs: 0 },
}

describe('toEmbeddingResponse', () => {
  it('writes the keys in the order of the wire', () => {
    const response = toEmbeddingResponse(result, 1_700_000_000_999)
    expect(JSON.stringify(response)).toBe(
      `{"status":200,"id":"${response.id}","embedding":[0.6,0.8],"object":"embedding","created":1700000000,` +
        '"model":"m","total_input_tokens":16,"total_output_tokens":1}',
    )
    expect(EmbeddingResponse.parse(response)).toEqual(response)
  })

  it('gives every answer another id', () => {
    const ids = new Set(Array.from({ length: 100 }, () => toEmbeddingResponse(result).id))
    expect(ids.size).toBe(100)
  })
})

describe('embeddingResponseJson', () => {
  it('is the JSON of the response, to the character', () => {
    const odd = { ...result, model: 'a "model"', vector: Float32Array.of(-0.1, 1e-9, 0.25, 0) }
    const json = embeddingResponseJson(odd, 1_700_000_000_999)
    const { id } = JSON.parse(json) as EmbeddingResponse
    expect(json).toBe(JSON.stringify({ ...toEmbeddingResponse(odd, 1_700_000_000_999), id }))
  })
})

describe('toErrorResponse', () => {
  it('has status and error and nothing else', () => {
    const response = toErrorResponse(new InvalidDimensionError(7, [512]))
    expect(Object.keys(response)).toEqual(['status', 'error'])
    expect(ErrorResponse.parse(response).status).toBe(400)
  })
})
