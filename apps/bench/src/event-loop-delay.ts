import { type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { endChild } from './children.js'
import { drawPicture } from './corpus.js'
import { type LargeBody, largeBodies } from './large-bodies.js'
import type { LoopDelay } from './loop-probe.js'
import { runLoad } from './measure.js'
import type { EventLoopResult } from './results.js'
import { benchKey, ready, startServer } from './server-process.js'
import { names } from './subject-names.js'

export interface EventLoopOptions {
  /** Measured time of each row. */
  readonly seconds: number
  /** Size of the image. */
  readonly megabytes: number
  /** Images under way at the same time. */
  readonly clients: number
  /** Only the rows whose name holds this. @default all */
  readonly only?: string
  readonly onRow?: (row: EventLoopRow) => void
}

export type EventLoopRow = EventLoopResult['rows'][number]

/** How late the event loop of the real server is while clients send large images, for each kind of body. */
export async function measureEventLoop(options: EventLoopOptions): Promise<EventLoopResult> {
  const { megabytes, clients, only = '' } = options
  const bodies = largeBodies(await largeImage(megabytes * 1e6)).filter(({ name }) => name.includes(only))
  const server = await startServer({
    execArgv: ['--import', new URL('./loop-probe.js', import.meta.url).href],
  })
  const agent = new Agent({ keepAlive: true })
  const rows: EventLoopRow[] = []
  const row = async (body: string, call: () => Promise<unknown>) => {
    rows.push({ body, ...(await measureRow(server.child, call, options)) })
    options.onRow?.(rows.at(-1)!)
  }
  try {
    await ready(server)
    await row(names.idle, () => new Promise((resolve) => setTimeout(resolve, 100)))
    for (const body of bodies) await row(body.name, () => post(agent, server.port, body))
    return { kind: 'event-loop', megabytes, clients, rows }
  } finally {
    agent.destroy()
    await endChild(server.child)
  }
}

async function measureRow(
  server: ChildProcess,
  call: () => Promise<unknown>,
  { clients, seconds }: EventLoopOptions,
): Promise<Omit<EventLoopRow, 'body'>> {
  await runLoad(call, { concurrency: clients, seconds: Math.min(1.5, seconds) })
  await loopDelay(server)
  const { images, elapsedSeconds } = await runLoad(call, { concurrency: clients, seconds })
  return { perSecond: images / elapsedSeconds, ...(await loopDelay(server)) }
}

async function loopDelay(server: ChildProcess): Promise<LoopDelay> {
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

async function post(agent: Agent, port: number, { path, contentType, bytes }: LargeBody): Promise<void> {
  const outgoing = request({
    agent,
    host: '127.0.0.1',
    port,
    path,
    method: 'POST',
    headers: { 'content-type': contentType, 'content-length': bytes.length, 'x-api-key': benchKey },
  })
  outgoing.end(bytes)
  const [answer] = await once(outgoing, 'response')
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += chunk
  if (answer.statusCode !== 200 || !text.includes('"embedding":[')) {
    throw new Error(`The server answered ${answer.statusCode}: ${text.slice(0, 200)}`)
  }
}
