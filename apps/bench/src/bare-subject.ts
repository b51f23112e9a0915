import sharp from 'sharp'
import { createBareSession } from './bare-session.js'
import { runLoad } from './measure.js'
import { runSubject } from './subject.js'

// onnxruntime-node alone on ready tensors, one batch at a time: a session has no use for a second caller.
// Its tensor is made of the pixels that Pillow made, where there are some: its vector is the reference.
await runSubject(async ({ model, threads, batchSize, pillowPixels }) => {
  const pixels = pillowPixels && (await sharp(pillowPixels).removeAlpha().raw().toBuffer())
  const session = await createBareSession(model, threads, pixels || undefined)
  return {
    embed: () => session.run(1),
    measure: ({ seconds }) =>
      runLoad(() => session.run(batchSize), { concurrency: 1, seconds, imagesPerCall: batchSize }),
  }
})
