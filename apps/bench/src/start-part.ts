import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { availableCores, defaultMaxBatchSize } from '@pixvec/core'
import { endChild } from './children.js'
import { corpora, writePicture } from './corpora.js'
import { createHttpCaller } from './http-caller.js'
import type { BenchModel } from './models.js'
import type { StartResult } from './results.js'
import { startServer } from './server-process.js'
import { median } from './statistics.js'
import { names } from './subject-names.js'
import { startSubject } from './subject-process.js'

export interface StartOptions {
  readonly models: readonly BenchModel[]
  /** Whether transformers.js takes part. */
  readonly withPeer: boolean
  readonly rounds: number
  /** For the picture. */
  readonly folder: string
  readonly progress: (line: string) => void
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** From the start of a process to its first vector, of a 320 × 240 JPEG. Files are in the system's cache. */
export async function measureStart(options: StartOptions): Promise<StartResult> {
  const { rounds, progress } = options
  const { path } = await writePicture(corpora[0]!, options.folder)
  const sides = options.models.flatMap((model) => sidesOf(model, path, options.withPeer))
  const seconds = sides.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [i, side] of sides.entries()) {
      seconds[i]!.push(await side.start())
      progress(
        `${side.model}, ${side.subject}, ${round + 1} of ${rounds}: ${seconds[i]!.at(-1)!.toFixed(2)} s`,
      )
    }
  }
  return {
    kind: 'start',
    rows: sides.map(({ model, subject }, i) => ({
      model,
      subject,
      rounds: seconds[i]!,
      seconds: median(seconds[i]!),
    })),
  }
}

interface Side {
  readonly model: string
  readonly subject: string
  /** Seconds. */
  start(): Promise<number>
}

function sidesOf(model: BenchModel, picture: string, withPeer: boolean): Side[] {
  const inProcess = (subject: string, program: string, path: string): Side => ({
    model: model.title,
    subject,
    async start() {
      const begin = performance.now()
      const threads = availableCores()
      const task = { model: path, picture, threads, batchSize: defaultMaxBatchSize }
      const contestant = await startSubject(subject, here(program), task)
      const seconds = (performance.now() - begin) / 1000
      await contestant.close()
      return seconds
    },
  })
  return [
    { model: model.title, subject: names.server, start: () => startOfServer(model, picture) },
    inProcess(names.embedder, './embedder-subject.js', model.path),
    ...(withPeer && model.peerFolder
      ? [inProcess(names.peer, '../peer/transformers-subject.mjs', model.peerFolder)]
      : []),
  ]
}

async function startOfServer(model: BenchModel, picture: string): Promise<number> {
  const image = readFileSync(picture)
  const begin = performance.now()
  const { child, port } = await startServer({ manifest: model.isBuiltIn ? undefined : model.path })
  const caller = createHttpCaller(port, image, 'upload')
  try {
    for (;;) {
      // Nobody listens yet, or it is still starting: ask again, as a script that waits for it would.
      const answer = await caller.send().catch(() => undefined)
      if (answer?.status === 200) return (performance.now() - begin) / 1000
      if (child.exitCode !== null) throw new Error(`The server ended with exit code ${child.exitCode}.`)
      await wait(5)
    }
  } finally {
    caller.close()
    await endChild(child)
  }
}
