import { readFileSync } from 'node:fs'
import { createEmbedder, loadModel } from '@pixvec/core'
import { runSubject } from './subject.js'

// Pixvec's embedder in process: the peer of transformers.js.
await runSubject(async ({ model, picture }) => {
  const embedder = await createEmbedder({ model: loadModel(model) })
  const image = readFileSync(picture)
  return { embed: async () => (await embedder.embed({ image })).vector, close: embedder.close }
})
