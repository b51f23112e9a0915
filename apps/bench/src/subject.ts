import { type Load, runLoad, type Slice } from './measure.js'

/** What a measured process is told, as its one argument. */
export interface SubjectTask {
  /** The model: a `pixvec.json`, or a folder as the peer wants it. */
  readonly model: string
  /** The picture, a JPEG file. */
  readonly picture: string
  readonly threads: number
  /** Images in one run of the bare session. */
  readonly batchSize: number
  /** How the embedder decodes. @default exact */
  readonly decode?: 'exact' | 'fast'
  /** Pixels that Pillow made of the picture, a PNG file, for the one that makes the reference vector. */
  readonly pillowPixels?: string
}

/** What a measured process is asked while it runs. */
export type SubjectRequest = { readonly kind: 'measure'; readonly load: Load } | { readonly kind: 'end' }

/** What a measured process says. */
export type SubjectMessage =
  | { readonly kind: 'ready'; readonly vector: readonly number[] }
  | { readonly kind: 'measured'; readonly slice: Slice & { readonly stages?: Stages } }

/** What one image costs one core, in milliseconds: each the median of the slice. */
export interface Stages {
  readonly decodeMs: number
  readonly resizeMs: number
  readonly inferMs: number
}

export interface Subject {
  /** One picture to its vector, all the way. */
  embed(): Promise<ArrayLike<number>>
  /** Another way to spend the time of a slice than calls of `embed`. */
  measure?(load: Load): Promise<Slice>
  close?(): Promise<void>
}

/**
 * The frame of a measured process: make the subject, one call, say so; then measure when asked.
 * Every row runs in a process of its own under these same rules.
 */
export async function runSubject(create: (task: SubjectTask) => Promise<Subject>): Promise<void> {
  const subject = await create(JSON.parse(process.argv[2]!) as SubjectTask)
  const measure = subject.measure ?? ((load: Load) => runLoad(subject.embed, load))
  process.on('message', async (request: SubjectRequest) => {
    if (request.kind === 'measure') return say({ kind: 'measured', slice: await measure(request.load) })
    await subject.close?.()
    process.disconnect()
  })
  say({ kind: 'ready', vector: Array.from(await subject.embed()) })
}

function say(message: SubjectMessage): void {
  process.send!(message)
}
