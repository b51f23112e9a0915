import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { availableCores, createEmbedder, loadModel } from '@pixvec/core'
import { Command } from 'commander'
import { corpora, writePicture } from './corpora.js'
import { measure } from './measure.js'
import { benchModels } from './models.js'
import { positive, whole } from './option-values.js'

const { seconds, rounds } = new Command('pnpm bench sessions')
  .description(
    'Compares the shapes in which the cores can run a model: one session of all cores, or sessions of one thread,\n' +
      'in process, in turns. The 320 × 240 picture: the smaller the picture, the more the session matters.',
  )
  .option('--seconds <number>', 'measured time of each shape in a round', positive, 3)
  .option('--rounds <number>', 'turns of each shape', whole, 3)
  .parse()
  .opts<{ seconds: number; rounds: number }>()

const cores = availableCores()
const shapes = [
  { sessions: 1, intraOpThreads: cores },
  { sessions: cores, intraOpThreads: 1 },
  { sessions: cores, intraOpThreads: cores },
]
const folder = mkdtempSync(join(tmpdir(), 'pixvec-bench-'))
try {
  const { jpeg: image } = await writePicture(corpora[0]!, folder)
  for (const { title, path } of benchModels(folder)) {
    const model = loadModel(path)
    // All are alive at the same time and loaded in turns; in the round before the first their processes start.
    const embedders = await Promise.all(shapes.map((shape) => createEmbedder({ model, ...shape })))
    const sums = shapes.map(() => ({ perSecond: 0, lone: 0 }))
    for (let round = -1; round < rounds; round++) {
      for (const [i, { embed }] of embedders.entries()) {
        const call = () => embed({ image })
        const many = await measure(call, { concurrency: 8, seconds })
        const one = await measure(call, { concurrency: 1, seconds: seconds / 3 })
        if (round < 0) continue
        sums[i]!.perSecond += many.perSecond / rounds
        sums[i]!.lone += one.p50 / rounds
      }
    }
    for (const { close } of embedders) await close()
    for (const [i, { sessions, intraOpThreads }] of shapes.entries()) {
      const { perSecond, lone } = sums[i]!
      const ratio = perSecond / sums[0]!.perSecond
      process.stdout.write(
        `${title}, ${sessions} × ${intraOpThreads} threads: 8 callers ${perSecond.toFixed(1)} images/s ` +
          `(${ratio.toFixed(2)} of the first), a lone one p50 ${lone.toFixed(1)} ms\n`,
      )
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
