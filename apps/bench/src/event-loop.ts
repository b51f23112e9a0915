import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createRequire } from 'node:module'
import { Command, InvalidArgumentError } from 'commander'
import { drawPicture } from './corpus.js'
import { type LargeBody, largeBodies } from './large-bodies.js'
import type { LoopDelay } from './loop-probe.js'
import { measure } from './measure.js'
import { freePort, ready } from './server-process.js'

const { seconds, megabytes, clients, only } = new Command('pnpm bench event-loop')
  .description('How late the event loop of the real server is while clients send large images in every body.')
  .option('--seconds <number>', 'measured time of each row', positive, 5)
  .option('--megabytes <number>', 'size of the image', positive, 10)
  .option('--clients <number>', 'images under way at the same time', positive, 4)
  .option('--only <text>', 'only the rows whose name holds this', '')
  .parse()
  .opts<{ seconds: number; megabytes: number; clients: number; only: string }>()

const key = 'bench-key'
const bodies = largeBodies(await largeImage(megabytes * 1e6)).filter(({ name }) => name.includes(only))
const port = await freePort()
const server = startServer(port)
const agent = new Agent({ keepAlive: true })
await ready(server, port)

write([
  `${clients} clients, an image of ${megabytes} MB; Node ${process.version}; ${seconds} s a row; milliseconds late`,
  '',
  `${''.padEnd(40)}   bodies/s       p50       p99       max`,
])
await row('nobody sends', () => new Promise((resolve) => setTimeout(resolve, 100)))
for (const body of bodies) await row(body.name, () => post(body))
agent.destroy()
server.kill('SIGTERM')
await once(server, 'exit')

async function row(name: string, call: () => Promise<unknown>): Promise<void> {
  await measure(call, { concurrency: clients, seconds: 1 })
  await loopDelay()
  const { perSecond } = await measure(call, { concurrency: clients, seconds })
  const { p50, p99, max } = await loopDelay()
  const columns = [perSecond, p50, p99, max].map((value) => value.toFixed(2).padStart(9))
  write([`${name.padEnd(40)}  ${columns.join(' ')}`])
}

async function loopDelay(): Promise<LoopDelay> {
  const answer = once(server, 'message')
  server.send('loop-delay')
  const [delay] = (await answer) as [LoopDelay]
  return delay
}

/** A picture that decodes fast, with noise behind its end: what is measured is the body. */
async function largeImage(bytes: number): Promise<Buffer> {
  const { jpeg } = await drawPicture(320, 240)
  return Buffer.concat([jpeg, randomBytes(Math.max(0, bytes - jpeg.length))])
}

function startServer(port: number) {
  const probe = new URL('./loop-probe.js', import.meta.url).href
  return fork(createRequire(import.meta.url).resolve('pixvec/bin/pixvec.js'), ['serve'], {
    execArgv: ['--import', probe],
    env: { ...process.env, PIXVEC_PORT: String(port), PIXVEC_API_KEYS: key, PIXVEC_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

async function post({ path, contentType, bytes }: LargeBody): Promise<void> {
  const outgoing = request({
    agent,
    host: '127.0.0.1',
    port,
    path,
    method: 'POST',
    headers: { 'content-type': contentType, 'content-length': bytes.length, 'x-api-key': key },
  })
  outgoing.end(bytes)
  const [answer] = await once(outgoing, 'response')
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += chunk
  if (answer.statusCode !== 200 || !text.includes('"embedding":[')) {
    throw new Error(`The server answered ${answer.statusCode}: ${text.slice(0, 200)}`)
  }
}

function write(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('Expected a number above 0.')
  return value
}
