import { type ClientRequest, request } from 'node:http'
import { samplePng } from '@pixvec/core/testing'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HostileFile, hostileFiles } from './hostile-files.js'
import { childrenOf, hasProc } from './resident-memory.js'
import { type RunningServer, startServer } from './server.js'
import { type SteadyMemory, steadyMemory } from './steady-memory.js'
import { type Answer, all, gauge, send, type Wire, wires } from './traffic.js'

/** Time for one image; a bad file may not make another exceed it. */
const imageTimeoutMs = 15_000

let server: RunningServer
let pictures: readonly Uint8Array[]
/** The vectors of the pictures in a quiet run, as text. */
let quiet: readonly (string | undefined)[]

beforeAll(async () => {
  const [started, drawn] = await Promise.all([
    startServer({ env: { PIXVEC_IMAGE_TIMEOUT_MS: String(imageTimeoutMs), PIXVEC_MAX_QUEUE: '600' } }),
    drawPictures(),
  ])
  server = started
  pictures = drawn
  quiet = (await all(pictures, 1, (picture) => send(server, picture, 'json'))).map(({ vector }) => vector)
})
afterAll(() => server?.stop())

/** Sizes, shapes and formats as callers mix them. */
async function drawPictures(): Promise<Uint8Array[]> {
  const sizes = [
    [64, 64],
    [320, 240],
    [200, 500],
    [640, 480],
    [1280, 960],
  ] as const
  const drawn = sizes.map(async ([width, height], seed) => {
    const png = await samplePng(width, height, seed)
    const soft = sharp(png).blur(3)
    return Promise.all(
      [soft.clone().png(), soft.clone().jpeg(), soft.clone().webp()].map((each) => each.toBuffer()),
    )
  })
  return (await Promise.all(drawn)).flat()
}

interface Job {
  readonly wire: Wire
  readonly picture: number
  /** Sent in the picture's place. */
  readonly hostile?: HostileFile
}

function jobs(count: number, hostile: readonly HostileFile[] = []): Job[] {
  return Array.from({ length: count }, (_, i) => ({
    wire: wires[i % wires.length]!,
    picture: i % pictures.length,
    ...(i % 10 === 7 && hostile.length > 0 && { hostile: hostile[Math.floor(i / 10) % hostile.length] }),
  }))
}

const work = ({ wire, picture, hostile }: Job) => send(server, hostile?.bytes ?? pictures[picture]!, wire)

function expectQuiet(job: Job, answer: Answer): void {
  expect([job.picture, answer.status, answer.vector]).toEqual([job.picture, 200, quiet[job.picture]])
}

/** Nothing is worked on and nothing waits. */
async function expectEmpty(): Promise<void> {
  await expect.poll(() => gauge(server, 'pixvec_images_in_flight'), { timeout: 20_000 }).toBe(0)
  expect(await gauge(server, 'pixvec_queue_depth')).toBe(0)
}

describe('2,000 requests, a tenth of them hostile', () => {
  let answers: Answer[]
  let sent: Job[]
  let before: SteadyMemory | undefined
  let after: SteadyMemory | undefined
  beforeAll(async () => {
    const hostile = await hostileFiles()
    await takeWhatIsKept()
    before = await memoryUnderTraffic()
    sent = jobs(2000, hostile)
    answers = await all(sent, 16, work)
    after = await memoryUnderTraffic()
  }, 300_000)

  /**
   * A server takes memory in its first minute that it keeps: code is compiled, a second session starts, a session
   * keeps what its largest batch wants, a decoder what its largest picture wants. That is not what hostile files take.
   */
  async function takeWhatIsKept(): Promise<void> {
    const photo = sharp(await samplePng(1280, 960)).resize(4000, 3000)
    const [large, progressive] = await Promise.all(
      [false, true].map((isProgressive) => photo.clone().jpeg({ progressive: isProgressive }).toBuffer()),
    )
    const larges = Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? large! : progressive!))
    await all(larges, 4, (picture) => send(server, picture, 'multipart'))
    // Small ones in a crowd fill whole batches.
    await all(Array<Uint8Array>(256).fill(pictures[0]!), 64, (picture) => send(server, picture, 'json'))
    await all(jobs(1000), 16, work)
  }

  /** Read at the same traffic before and after: pictures of all kinds, none of them hostile. */
  async function memoryUnderTraffic(): Promise<SteadyMemory | undefined> {
    if (!hasProc) return undefined
    let answered = 0
    return steadyMemory(server.child.pid!, (read) =>
      all(jobs(300), 16, async (job) => {
        expectQuiet(job, await work(job))
        if (++answered % 10 === 0) read()
      }),
    )
  }

  it('leaves the others with the same bits as in a quiet run', () => {
    sent.forEach((job, i) => {
      if (!job.hostile) expectQuiet(job, answers[i]!)
    })
  })

  it('answers each hostile file as it should, none with a fault of ours', () => {
    sent.forEach(({ hostile, wire }, i) => {
      if (!hostile) return
      const { status } = answers[i]!
      expect([hostile.kind, wire, status, hostile.statuses.includes(status)]).toEqual([
        hostile.kind,
        wire,
        status,
        true,
      ])
    })
  })

  it('keeps every deadline', () => {
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(imageTimeoutMs)
  })

  it('is ready and empty afterwards', async () => {
    await expectEmpty()
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
    expect(server.child.exitCode).toBeNull()
  })

  it.skipIf(!hasProc)('gives its memory back to a tenth', () => {
    const tables = `Before:\n${before!.table}\nAfter:\n${after!.table}`
    expect(after!.resident / before!.resident, tables).toBeLessThan(1.1)
  })
})

describe.skipIf(!hasProc)('kill -9 of image processes under load', () => {
  it('leaves no request unanswered and changes no bit', async () => {
    let answered = 0
    const killed = new Set<number>()
    const work400 = jobs(400)
    const answers = await all(work400, 16, async (job) => {
      const answer = await work(job)
      if (++answered % 50 === 0) {
        const victim = childrenOf(server.child.pid!).find((pid) => !killed.has(pid))
        if (victim) {
          killed.add(victim)
          process.kill(victim, 'SIGKILL')
        }
      }
      return answer
    })
    expect(killed.size).toBeGreaterThan(4)
    work400.forEach((job, i) => {
      expectQuiet(job, answers[i]!)
    })
    await expectEmpty()
  })
})

describe('500 clients that hang up', () => {
  it('leave the queue empty and nothing in flight', async () => {
    const picture = await sharp(await samplePng(1600, 1200))
      .jpeg()
      .toBuffer()
    const body = JSON.stringify({ img: picture.toString('base64'), key: server.key })
    const clients = Array.from({ length: 500 }, (_, i) => openClient(body, i))
    await expect
      .poll(() => gauge(server, 'pixvec_images_in_flight'), { interval: 5, timeout: 20_000 })
      .toBeGreaterThan(50)
    for (const client of clients) client.destroy()
    await expectEmpty()
    expectQuiet(jobs(1)[0]!, await send(server, pictures[0]!, 'json'))
  })

  /** Every third sends half of its body and no more. */
  function openClient(body: string, i: number): ClientRequest {
    const client = request(`${server.url}/imgembed`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    })
    client.on('error', () => {})
    if (i % 3 === 0) client.write(body.slice(0, body.length / 2))
    else client.end(body)
    return client
  }
})
