import { Command } from 'commander'
import { type EventLoopRow, measureEventLoop } from './event-loop-delay.js'
import { positive } from './option-values.js'

const { seconds, megabytes, clients, only } = new Command('pnpm bench event-loop')
  .description('How late the event loop of the real server is while clients send large images in every body.')
  .option('--seconds <number>', 'measured time of each row', positive, 5)
  .option('--megabytes <number>', 'size of the image', positive, 10)
  .option('--clients <number>', 'images under way at the same time', positive, 4)
  .option('--only <text>', 'only the rows whose name holds this', '')
  .parse()
  .opts<{ seconds: number; megabytes: number; clients: number; only: string }>()

process.stdout.write(
  `${clients} clients, an image of ${megabytes} MB; Node ${process.version}; ${seconds} s a row; milliseconds late\n\n` +
    `${''.padEnd(40)}   bodies/s       p50       p99       max\n`,
)
await measureEventLoop({ seconds, megabytes, clients, only, onRow: print })

function print({ body, perSecond, p50, p99, max }: EventLoopRow): void {
  const columns = [perSecond, p50, p99, max].map((value) => value.toFixed(2).padStart(9))
  process.stdout.write(`${body.padEnd(40)}  ${columns.join(' ')}\n`)
}
