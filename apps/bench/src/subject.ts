import { type Measurement, measure } from './measure.js'

/** What a measured process is told, as its one argument. */
export interface SubjectTask {
  /** The model: a `pixvec.json`, or a folder as the peer wants it. */
  readonly model: string
  /** The picture, a JPEG file. */
  readonly picture: string
  readonly concurrency: number
  readonly seconds: number
  readonly threads: number
}

/** What a measured process says. */
export type SubjectMessage =
  | { readonly kind: 'ready'; readonly vector: readonly number[] }
  | { readonly kind: 'done'; readonly result: Measurement }

export interface Subject {
  /** One picture to its vector, all the way. */
  embed(): Promise<ArrayLike<number>>
  close?(): Promise<void>
}

/**
 * The frame of a measured process: make the subject, warm it up, say so, wait for the word, measure, say it.
 * Every row of a comparison runs in a fresh process under these same rules.
 */
export async function runSubject(create: (task: SubjectTask) => Promise<Subject>): Promise<void> {
  const task = JSON.parse(process.argv[2]!) as SubjectTask
  const subject = await create(task)
  const vector = Array.from(await subject.embed())
  await measure(() => subject.embed(), { ...task, seconds: Math.min(1, task.seconds / 4) })
  say({ kind: 'ready', vector })
  await word()
  say({ kind: 'done', result: await measure(() => subject.embed(), { ...task, warmUp: false }) })
  // What it has used is read while everything that it started is still there.
  await word()
  await subject.close?.()
  process.disconnect()
}

/** The next message of the one who measures. */
function word(): Promise<unknown> {
  return new Promise((resolve) => process.once('message', resolve))
}

function say(message: SubjectMessage): void {
  process.send!(message)
}
