// transformers.js in process, on the same ONNX file and the same onnxruntime-node: the peer of the embedder.

import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { env, pipeline, RawImage } from '@huggingface/transformers'
import { runLoad } from '../dist/measure.js'
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
  const read = () => RawImage.fromBlob(new Blob([bytes], { type: 'image/jpeg' }))
  return {
    // The pipeline answers with the first output that it knows by name; the embedding is another one of the same run.
    async embed() {
      const { pixel_values } = await extract.processor(await read())
      return (await extract.model({ pixel_values })).cls.data
    },
    measure: (load) => runLoad(async () => extract(await read()), load),
  }
})
