import { availableCores } from '@pixvec/core'
import { Command, InvalidArgumentError } from 'commander'
import { type Resident, residentOf, residentParts, togetherOf } from './resident.js'
import { startSoakServer } from './soak-server.js'
import { drawVariedPictures } from './varied-pictures.js'

/** One line of the table. */
interface Checkpoint {
  readonly images: number
  readonly seconds: number
  readonly resident: Resident
}

const { images, concurrency, limit } = new Command('pnpm soak')
  .description('Sends many varied pictures to the real server and watches its memory. Linux only.')
  .option('--images <number>', 'pictures to send', whole, 20_000)
  .option('--concurrency <number>', 'requests under way at the same time', whole, 8)
  .option('--limit <percent>', 'growth from request 2,000 on that fails the run', Number, 3)
  .parse()
  .opts<{ images: number; concurrency: number; limit: number }>()

/** Where growth is counted from: before it caches fill and code is compiled. */
const settled = Math.min(2000, Math.floor(images / 2))
/** Readings at each end of the run whose median stands for it: garbage comes and goes between two. */
const readings = 20

const columns = ['server', 'decoding', 'inference', 'others', 'together']
const width = 11

const pictures = await drawVariedPictures()
const server = await startSoakServer()
const rows: Checkpoint[] = []
try {
  print(
    `${images} of ${pictures.length} different pictures, ${concurrency} at a time, ${availableCores()} cores, Node ${process.version}\n\n`,
  )
  print(`   images   seconds${columns.map((name) => name.padStart(width)).join('')}   MB\n`)
  await drive()
} finally {
  await server.close()
}
process.exitCode = verdict()

async function drive(): Promise<void> {
  const begin = performance.now()
  const every = Math.max(1, Math.floor(Math.min(settled, images - settled) / readings))
  let sent = 0
  let answered = 0
  const lane = async () => {
    while (sent < images) {
      await server.embed(pictures[sent++ % pictures.length]!)
      if (++answered % every === 0) read(answered, (performance.now() - begin) / 1000)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
}

function read(answered: number, seconds: number): void {
  const checkpoint = { images: answered, seconds, resident: residentOf(server.pid) }
  rows.push(checkpoint)
  if (answered % Math.max(1000, Math.floor(images / 20)) === 0) print(line(checkpoint))
}

function line({ images, seconds, resident }: Checkpoint): string {
  return `${String(images).padStart(9)} ${seconds.toFixed(0).padStart(9)}${row(partsOf(resident), togetherOf(resident))}\n`
}

function partsOf(resident: Resident): number[] {
  return residentParts.map((part) => resident[part])
}

/** A line of columns, in MB. */
function row(parts: readonly number[], together: number): string {
  return [...parts, together].map((bytes) => (bytes / 1e6).toFixed(1).padStart(width)).join('')
}

function verdict(): number {
  const from = medians(rows.filter(({ images }) => images >= settled).slice(0, readings))
  const to = medians(rows.slice(-readings))
  const growth = (to.together / from.together - 1) * 100
  print(`\nResident memory, medians of ${readings} readings, from request ${settled} on and at the end:\n`)
  for (const { parts, together } of [from, to]) {
    print(`${' '.repeat(19)}${row(parts, together)}\n`)
  }
  print(`Growth: ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} % (limit ${limit} %).\n`)
  return growth > limit ? 1 : 0
}

function medians(some: readonly Checkpoint[]): { parts: number[]; together: number } {
  const parts = residentParts.map((part) => median(some.map(({ resident }) => resident[part])))
  return { parts, together: median(some.map(({ resident }) => togetherOf(resident))) }
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!
}

function print(text: string): void {
  process.stdout.write(text)
}

function whole(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number above 0.')
  return value
}
