import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { givesMemoryBack, smallYoungHeap } from '../child-memory.js'
import { giveWay } from '../child-priority.js'
import {
  DeadlineExceededError,
  type ErrorCode,
  ImageTooLargeError,
  InternalError,
  PixvecError,
} from '../errors.js'
import { type Frame, readFrames, writeFrame } from './frames.js'
import type { DecodeOptions, PictureRecipe, PreparedImage } from './prepare-image.js'

export type ImageAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'prepared'; readonly decodeMs: number; readonly resizeMs: number }
  | {
      readonly kind: 'failed'
      readonly code: ErrorCode
      readonly message: string
      readonly details: Readonly<Record<string, unknown>>
    }

/** The process ended while it held an image, and not because we ended it. */
export class ImageProcessDied extends Error {}

export interface ImageProcess {
  readonly pid: number
  readonly isAlive: () => boolean
  /**
   * Makes the input of a model of one image. One at a time; each may be for another model.
   * @throws PixvecError about the image; ImageProcessDied when the process was lost
   */
  prepare(bytes: Uint8Array, wanted: PictureRecipe): Promise<PreparedImage>
  /** Resolves when the process has gone. */
  stop(): Promise<void>
}

// The built program, from the source tree as well: a process runs JavaScript only.
const entry = fileURLToPath(new URL('../../dist/image/image-process-entry.js', import.meta.url))

/**
 * What is taken anew for each picture comes in pages of 2 MB and not of 4 kB: a picture of 12 megapixels took
 * 18 ms of the system for 8,900 pages, and takes 7. glibc asks for them where the system leaves it to the
 * program (`madvise`); other C libraries do not read this.
 */
const takesLargePages = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' }

/** How often a process that works is looked at. */
const watchMs = 100

/** Starts a process that decodes and resizes. Resolves when it can take an image. */
export async function startImageProcess(options: DecodeOptions): Promise<ImageProcess> {
  const { timeoutMs, maxDecoderBytes } = options.limits
  const child = spawn(process.execPath, [...smallYoungHeap, entry, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // Nothing of the server's environment: a decoder that is taken over finds no key in it.
    env: {
      UV_THREADPOOL_SIZE: '2',
      VIPS_WARNING: '0',
      TMPDIR: tmpdir(),
      TEMP: tmpdir(),
      ...givesMemoryBack,
      ...takesLargePages,
    },
  })
  giveWay(child)
  const channel = child.stdio[3] as Socket
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const complaint = lastWords(child)
  let ending: Error | undefined
  let settle: { resolve: (frame: Frame<ImageAnswer>) => void; reject: (reason: Error) => void } | undefined

  channel.on('error', () => {})
  readFrames<ImageAnswer>(channel, (frame) => settle?.resolve(frame))
  child.once('error', (cause) => end(cause))
  child.once('exit', (code, signal) => {
    end(
      new ImageProcessDied(`The image process ended with ${signal ?? `code ${code}`}. ${complaint()}`.trim()),
    )
  })
  await nextFrame()

  function end(reason: Error): void {
    ending ??= reason
    settle?.reject(ending)
  }

  function nextFrame(): Promise<Frame<ImageAnswer>> {
    return new Promise<Frame<ImageAnswer>>((resolve, reject) => {
      if (ending) reject(ending)
      else settle = { resolve, reject }
    }).finally(() => {
      settle = undefined
    })
  }

  async function prepare(bytes: Uint8Array, wanted: PictureRecipe): Promise<PreparedImage> {
    const begin = performance.now()
    // Ends the work for good: a decoder that hangs in native code hears nothing else.
    const kill = (reason: PixvecError) => {
      ending ??= reason
      child.kill('SIGKILL')
    }
    const watch = setInterval(
      () => {
        if (performance.now() - begin > timeoutMs) kill(new DeadlineExceededError(timeoutMs))
        else if (residentBytes(child.pid!) > maxDecoderBytes) kill(tooMuchMemory(maxDecoderBytes))
      },
      Math.min(watchMs, timeoutMs),
    )
    try {
      const answer = nextFrame()
      writeFrame(channel, { input: wanted.input, recipe: wanted.recipe } satisfies PictureRecipe, bytes)
      return toPrepared(await answer, wanted.input.type)
    } finally {
      clearInterval(watch)
    }
  }

  async function stop(): Promise<void> {
    channel.end()
    const kill = setTimeout(() => child.kill('SIGKILL'), 1000)
    await gone
    clearTimeout(kill)
  }

  return { pid: child.pid!, isAlive: () => ending === undefined, prepare, stop }
}

function toPrepared(
  { header, body }: Frame<ImageAnswer>,
  type: PictureRecipe['input']['type'],
): PreparedImage {
  if (header.kind === 'prepared') {
    const tensor =
      type === 'float32' ? new Float32Array(body.buffer, body.byteOffset, body.byteLength / 4) : body
    return { tensor, decodeMs: header.decodeMs, resizeMs: header.resizeMs }
  }
  if (header.kind === 'failed')
    throw new PixvecError(header.code, header.message, { details: header.details })
  throw new InternalError('The image process was ready twice.')
}

function tooMuchMemory(limitBytes: number): PixvecError {
  return new ImageTooLargeError(
    `Decoding the image takes more than ${Math.round(limitBytes / 1e6)} MB of memory. ` +
      'Downscale it or raise PIXVEC_MAX_DECODER_BYTES.',
    { limitBytes },
  )
}

/** What the process uses now; 0 where the system does not tell (no /proc). */
function residentBytes(pid: number): number {
  try {
    const pages = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]
    return Number(pages) * 4096
  } catch {
    return 0
  }
}

/** The end of what the process wrote to its standard error. */
function lastWords(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-2000)
  })
  return () => text.trim()
}
