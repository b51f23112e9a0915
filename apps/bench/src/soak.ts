import { availableCores } from '@pixvec/core'
import { Command, InvalidArgumentError } from 'commander'
import { type Resident, residentOf } from './resident.js'
import { startSoakServer } from './soak-server.js'
import { drawVariedPictures } from './varied-pictures.js'

/** One line of the table. */
interface Checkpoint extends Resident {
  readonly images: number
  readonly seconds: number
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

const pictures = await drawVariedPictures()
const server = await startSoakServer()
const rows: Checkpoint[] = []
try {
  print(
    `${images} of ${pictures.length} different pictures, ${concurrency} at a time, ${availableCores()} cores, Node ${process.version}\n\n`,
  )
  print('   images   seconds   server MB   image processes MB   together MB\n')
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
  const row = { images: answered, seconds, ...residentOf(server.pid) }
  rows.push(row)
  if (answered % Math.max(1000, Math.floor(images / 20)) === 0) print(line(row))
}

function line({ images, seconds, server, children }: Checkpoint): string {
  const column = (bytes: number, width: number) => (bytes / 1e6).toFixed(1).padStart(width)
  return `${String(images).padStart(9)} ${seconds.toFixed(0).padStart(9)} ${column(server, 11)} ${column(children, 20)} ${column(server + children, 13)}\n`
}

function verdict(): number {
  const from = together(rows.filter(({ images }) => images >= settled).slice(0, readings))
  const to = together(rows.slice(-readings))
  const growth = (to / from - 1) * 100
  print(
    `\nResident memory, median of ${readings} readings: ${(from / 1e6).toFixed(1)} MB from request ${settled} on, ` +
      `${(to / 1e6).toFixed(1)} MB at the end: ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} % (limit ${limit} %).\n`,
  )
  return growth > limit ? 1 : 0
}

function together(some: readonly Checkpoint[]): number {
  const sums = some.map(({ server, children }) => server + children).sort((a, b) => a - b)
  return sums[Math.floor(sums.length / 2)]!
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
