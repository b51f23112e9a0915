import { SingleBar } from 'cli-progress'
import { megabytes } from './megabytes.js'
import type { PullReport } from './pull-model.js'

/** A bar for each file on a terminal; one line for each file anywhere else. */
export function pullProgress(stream: NodeJS.WriteStream, isWanted: boolean): PullReport & { stop(): void } {
  const line = (text: string) => void stream.write(`${text}\n`)
  if (!isWanted || !stream.isTTY) {
    return {
      file: (path, size) => line(`${path}, ${megabytes(size)}`),
      progress() {},
      waiting: (path) => line(`${path}: another process downloads it; waiting`),
      stop() {},
    }
  }
  const bar = new SingleBar({
    stream,
    format: '{bar} {percentage} % | {done} of {all} | {eta_formatted} left | {path}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    etaBuffer: 50,
    fps: 5,
    gracefulExit: false,
  })
  let isOn = false
  const stop = () => {
    if (isOn) bar.stop()
    isOn = false
  }
  return {
    file(path, size) {
      stop()
      isOn = true
      bar.start(Math.max(size, 1), 0, { path, done: megabytes(0), all: megabytes(size) })
    },
    progress: (bytes) => bar.update(bytes, { done: megabytes(bytes) }),
    waiting: (path) => bar.update({ path: `${path}, waiting for another process` }),
    stop,
  }
}
