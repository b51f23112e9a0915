// transformers.js in process, on the same ONNX file and the same onnxruntime-node: the peer of the embedder.

import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { env, pipeline, RawImage } from '@huggingface/transformers'
import { runSubject } from '../dist/subject.js'

await runSubject(async ({ model, picture, threads }) => {
  env.allowRemoteModels = false
  env.localModelPath = `${dirname(model)}/`
  const extract = await pipeline('image-feature-extraction', basename(model), {
    dtype: 'fp32',
    device: 'cpu',
    session_options: { intraOpNumThreads: threads },
  })
  const bytes = readFileSync(picture)
  return {
    async embed() {
      const image = await RawImage.fromBlob(new Blob([bytes], { type: 'image/jpeg' }))
      return (await extract(image)).data
    },
  }
})
