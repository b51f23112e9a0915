import { cpus } from 'node:os'
import { availableCores, createEmbedder } from '@pixvec/core'
import { Command, InvalidArgumentError } from 'commander'
import { createBareSession } from './bare-session.js'
import { drawPicture } from './corpus.js'
import { type Measurement, measure } from './measure.js'
import { startServer } from './server-process.js'

interface Row extends Measurement {
  readonly what: string
  readonly concurrency: number
}

const { seconds, json } = new Command('pnpm bench')
  .description('Measures a 1280 × 960 JPEG over HTTP and in process, and the bare session on ready tensors.')
  .option('--seconds <number>', 'measured time of each row', positive, 5)
  .option('--json', 'print the rows as JSON', false)
  .parse()
  .opts<{ seconds: number; json: boolean }>()

const threads = availableCores()
const picture = await drawPicture(1280, 960)
const rows = [...(await overHttp()), ...(await inProcess()), ...(await bare())]
process.stdout.write(json ? asJson() : asTable())

async function overHttp(): Promise<Row[]> {
  const server = await startServer(picture.jpeg)
  try {
    return await sweep('server, HTTP POST /imgembed', () => server.embed())
  } finally {
    await server.close()
  }
}

async function inProcess(): Promise<Row[]> {
  const embedder = await createEmbedder()
  try {
    return await sweep('embedder, in process', () => embedder.embed({ image: picture.jpeg }))
  } finally {
    await embedder.close()
  }
}

/** A session runs one batch at a time: what grows with the callers is the batch. */
async function bare(): Promise<Row[]> {
  const rows: Row[] = []
  for (const batchSize of [1, 4, 16]) {
    const session = await createBareSession(batchSize, threads)
    const result = await measure(() => session.run(), { concurrency: 1, seconds, imagesPerCall: batchSize })
    await session.close()
    rows.push({ what: `bare session, ready tensors, batch ${batchSize}`, concurrency: 1, ...result })
  }
  return rows
}

async function sweep(what: string, call: () => Promise<unknown>): Promise<Row[]> {
  const rows: Row[] = []
  for (const concurrency of [1, 4, 16])
    rows.push({ what, concurrency, ...(await measure(call, { concurrency, seconds })) })
  return rows
}

function asTable(): string {
  const number = (value: number) => value.toFixed(1).padStart(9)
  const lines = rows.map(
    (row) =>
      `${row.what.padEnd(40)} ${String(row.concurrency).padStart(11)} ${number(row.perSecond)} ${number(row.p50)} ${number(row.p95)}`,
  )
  return [
    `${picture.name}; ${threads} threads; Node ${process.version}; ${cpus()[0]?.model ?? 'unknown CPU'}; ${seconds} s a row`,
    '',
    `${''.padEnd(40)} concurrency  images/s    p50 ms    p95 ms`,
    ...lines,
    '',
  ].join('\n')
}

function asJson(): string {
  const machine = { threads, node: process.version, cpu: cpus()[0]?.model }
  return `${JSON.stringify({ picture: picture.name, bytes: picture.jpeg.length, machine, seconds, rows }, null, 2)}\n`
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('Expected a number of seconds above 0.')
  return value
}
