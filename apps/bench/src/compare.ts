import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { availableCores } from '@pixvec/core'
import { Command, InvalidArgumentError } from 'commander'
import { drawPicture } from './corpus.js'
import type { Measurement } from './measure.js'
import { treeUsage } from './process-tree.js'
import type { SubjectMessage, SubjectTask } from './subject.js'
import { prepareVit } from './vit.js'

interface Row extends Measurement {
  readonly subject: string
  readonly picture: string
  /** CPU time of the process and all that it started, for one image. */
  readonly cpuMsPerImage: number
  readonly peakResidentMb: number
  readonly vector: readonly number[]
}

const program = new Command('pnpm bench compare')
  .description(
    'Compares the embedder with transformers.js in process: ViT-Ti/16 from one ONNX file, one onnxruntime-node,\n' +
      'one process after the other. Needs the model at PIXVEC_TEST_MODELS or ../shared/models.',
  )
  .option('--seconds <number>', 'measured time of each row', positive, 8)
  .option('--concurrency <number>', 'calls under way at the same time', positive, 8)
  .option('--json', 'print the rows as JSON', false)
  .parse()
const { seconds, concurrency, json } = program.opts<{ seconds: number; concurrency: number; json: boolean }>()

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const peerFolder = here('../peer')
const threads = availableCores()
const folder = mkdtempSync(join(tmpdir(), 'pixvec-bench-'))
try {
  const vit = prepareVit(folder)
  installPeer()
  const rows: Row[] = []
  for (const [width, height] of [
    [320, 240],
    [1280, 960],
    [4000, 3000],
  ] as const) {
    const { name, jpeg } = await drawPicture(width, height)
    const picture = join(folder, `${width}x${height}.jpg`)
    writeFileSync(picture, jpeg)
    const task = { picture, concurrency, seconds, threads }
    const ours = await measureSubject('pixvec', here('./embedder-subject.js'), {
      ...task,
      model: vit.manifest,
    })
    const theirs = await measureSubject('transformers.js', join(peerFolder, 'transformers-subject.mjs'), {
      ...task,
      model: vit.peerFolder,
    })
    rows.push(...[ours, theirs].map((row) => ({ ...row, picture: name })))
  }
  process.stdout.write(json ? asJson(rows) : asTable(rows))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The peer is half a gigabyte: it is installed where it is asked for, and once. */
function installPeer(): void {
  if (existsSync(join(peerFolder, 'node_modules'))) return
  process.stderr.write('Installing transformers.js to compare with …\n')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: peerFolder,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error('transformers.js could not be installed.')
}

async function measureSubject(subject: string, program: string, task: SubjectTask): Promise<Row> {
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const { vector } = await nextMessage(child, 'ready')
  const before = treeUsage(child.pid!).cpuSeconds
  const samples: number[] = []
  const watch = setInterval(() => samples.push(treeUsage(child.pid!).residentBytes), 200)
  child.send('go')
  const { result } = await nextMessage(child, 'done')
  clearInterval(watch)
  const cpuSeconds = treeUsage(child.pid!).cpuSeconds - before
  child.send('end')
  await once(child, 'exit')
  process.stderr.write(`${basename(task.picture)}  ${subject}: ${result.perSecond.toFixed(1)} images/s\n`)
  return {
    ...result,
    subject,
    picture: basename(task.picture),
    cpuMsPerImage: (cpuSeconds * 1000) / result.calls,
    peakResidentMb: Math.max(...samples) / 1e6,
    vector,
  }
}

async function nextMessage<Kind extends SubjectMessage['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<SubjectMessage, { kind: Kind }>> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`A measured process ended with exit code ${code}.`)
  })
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [SubjectMessage]
  ended.catch(() => {})
  if (message.kind !== kind)
    throw new Error(`Expected ${kind} of a measured process; received ${message.kind}.`)
  return message as Extract<SubjectMessage, { kind: Kind }>
}

function asTable(rows: readonly Row[]): string {
  const columns = ['images/s', 'p50 ms', 'p95 ms', 'p99 ms', 'CPU ms/image', 'peak RSS MB']
  const number = (value: number, column: string) => value.toFixed(1).padStart(column.length)
  const lines = rows.map((row) => {
    const values = [row.perSecond, row.p50, row.p95, row.p99, row.cpuMsPerImage, row.peakResidentMb]
    return `${row.picture.padEnd(32)} ${row.subject.padEnd(16)} ${values.map((value, i) => number(value, columns[i]!)).join('  ')}`
  })
  const ratios = pairs(rows).map(
    ([ours, theirs]) =>
      `${ours.picture.padEnd(32)} pixvec / transformers.js: ${(ours.perSecond / theirs.perSecond).toFixed(2)}`,
  )
  return [
    `ViT-Ti/16, float32; concurrency ${concurrency}; ${threads} threads; Node ${process.version}; ${seconds} s a row`,
    '',
    `${''.padEnd(49)} ${columns.join('  ')}`,
    ...lines,
    '',
    ...ratios,
    '',
  ].join('\n')
}

function pairs(rows: readonly Row[]): [Row, Row][] {
  return rows.flatMap((row, i) => (i % 2 === 0 ? [[row, rows[i + 1]!] as [Row, Row]] : []))
}

function asJson(rows: readonly Row[]): string {
  const plain = rows.map(({ vector, ...row }) => ({ ...row, dimension: vector.length }))
  return `${JSON.stringify({ node: process.version, threads, concurrency, seconds, rows: plain }, null, 2)}\n`
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('Expected a number above 0.')
  return value
}
