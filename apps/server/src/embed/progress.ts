import { SingleBar } from 'cli-progress'

export interface Progress {
  step(failures: number): void
  stop(): void
}

/** A bar with rate and remaining time on a terminal; nothing anywhere else. */
export function createProgress(total: number, stream: NodeJS.WriteStream, isWanted: boolean): Progress {
  if (!isWanted || !stream.isTTY) return { step: () => {}, stop: () => {} }
  const bar = new SingleBar({
    stream,
    format: '{bar} {value}/{total} images | {rate} images/s | {eta_formatted} left | {failures} failed',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    etaBuffer: 50,
    fps: 5,
    // Ctrl-C is the command's own to handle.
    gracefulExit: false,
  })
  const begun = performance.now()
  let done = 0
  bar.start(total, 0, { rate: '–', failures: 0 })
  return {
    step(failures) {
      done += 1
      bar.update(done, { rate: ((done * 1000) / (performance.now() - begun)).toFixed(1), failures })
    },
    stop: () => bar.stop(),
  }
}
