import { readFileSync } from 'node:fs'
import { createEmbedder, loadModel } from '@pixvec/core'
import { createBareSession } from './bare-session.js'
import { runLoad } from './measure.js'
import { median } from './statistics.js'
import { runSubject } from './subject.js'

// What one image costs one core: decode and resize as our own image process takes for them, one picture
// at a time, and inference as the bare session takes on one thread, alone or in a batch, whichever is less.
await runSubject(async ({ model, picture, batchSize }) => {
  const embedder = await createEmbedder({
    model: loadModel(model),
    decodeConcurrency: 1,
    intraOpThreads: 1,
    sessions: 1,
  })
  const session = await createBareSession(model, 1)
  const image = readFileSync(picture)
  const embed = () => embedder.embed({ image })

  return {
    embed: async () => (await embed()).vector,
    close: embedder.close,
    async measure({ seconds }) {
      const decodeMs: number[] = []
      const resizeMs: number[] = []
      const timed = async () => {
        const { timings } = await embed()
        decodeMs.push(timings.decodeMs)
        resizeMs.push(timings.resizeMs)
      }
      const slice = await runLoad(timed, { concurrency: 1, seconds: seconds / 2 })
      const infer = async (count: number) =>
        median((await runLoad(() => session.run(count), { concurrency: 1, seconds: seconds / 4 })).times) /
        count
      const inferMs = Math.min(await infer(1), await infer(batchSize))
      return { ...slice, stages: { decodeMs: median(decodeMs), resizeMs: median(resizeMs), inferMs } }
    },
  }
})
