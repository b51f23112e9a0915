import type { CatalogueEntry } from './entry.js'

/** Neither 512 nor 1024: served at its own size. */
export const nomicVision: CatalogueEntry = {
  id: 'nomic-embed-vision-v1.5',
  title: 'Nomic Embed Vision v1.5',
  repository: 'nomic-ai/nomic-embed-vision-v1.5',
  revision: 'main',
  file: 'onnx/model.onnx',
  bytes: 374_000_000,
  output: 'last_hidden_state',
  pool: 'first-token',
  length: 768,
  dimensions: [768],
  tokens: 196,
  inputSize: 224,
  processor: 'repository',
  pairsWithText: true,
  licence: 'Apache-2.0',
  sources: {
    bytes: 'huggingface.co/nomic-ai/nomic-embed-vision-v1.5/tree/main/onnx',
    pool: 'README of the repository: last_hidden_state[:, 0]',
    tokens: '224 ÷ 16, squared',
    licence: 'huggingface.co/nomic-ai/nomic-embed-vision-v1.5',
  },
  verified: 'documented',
}
