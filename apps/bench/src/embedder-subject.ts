import { readFileSync } from 'node:fs'
import { createEmbedder, loadModel } from '@pixvec/core'
import { runSubject } from './subject.js'

// Pixvec's embedder in process, as it is without options: the peer of transformers.js.
await runSubject(async ({ model, picture, decode }) => {
  const embedder = await createEmbedder({ model: loadModel(model), ...(decode && { decode }) })
  const image = readFileSync(picture)
  return { embed: async () => (await embedder.embed({ image })).vector, close: embedder.close }
})
