import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { smallYoungHeap } from '../child-memory.js'
import { builtInModel } from '../models/load-model.js'
import { ExecutionProviderError } from './execution-providers.js'
import { type InferenceProcess, InferenceProcessDied, startInferenceProcess } from './inference-process.js'
import { sessionStart } from './onnx-backend.js'
import { createSessionPool, type SessionPool } from './session-pool.js'
import { resolveSessionSettings, type SessionSettings } from './session-settings.js'

const model = builtInModel()
const { width, height } = model.manifest.input
const start = (given: Partial<SessionSettings> = {}) =>
  sessionStart(model, resolveSessionSettings({ intraOpThreads: 1, ...given }, 1, 1))
const picture = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7) & 255)
const folder = mkdtempSync(join(tmpdir(), 'pixvec-inference-'))
afterAll(() => rmSync(folder, { recursive: true }))

let running: { stop(): Promise<void> } | undefined
afterEach(() => running?.stop())

/** A program that says it is ready, and does `last` at the first batch. */
function program(name: string, last: string): string {
  const path = join(folder, `${name}.cjs`)
  const json = '{"kind":"ready"}'
  writeFileSync(
    path,
    `const channel = new (require('node:net').Socket)({ fd: 3, readable: true, writable: true })
     channel.on('data', () => { ${last} })
     channel.on('close', () => process.exit(0))
     const prefix = Buffer.alloc(8)
     prefix.writeUInt32LE(${json.length}, 0)
     channel.write(Buffer.concat([prefix, Buffer.from('${json}')]))`,
  )
  return path
}

async function startOne(path?: string, given?: Partial<SessionSettings>): Promise<InferenceProcess> {
  const started = await startInferenceProcess(start(given), undefined, path)
  running = started
  return started
}

async function pool(size: number): Promise<SessionPool> {
  const created = await createSessionPool({ size, start: (signal) => startInferenceProcess(start(), signal) })
  running = { stop: created.close }
  return created
}

describe('an inference process', () => {
  for (const [how, last, words] of [
    ['crashes in native code', 'process.abort()', 'SIGABRT'],
    ['ends itself', 'process.exit(3)', 'code 3'],
    ['throws', "throw new Error('thrown in the process')", 'thrown in the process'],
    ['is killed for its memory', "process.kill(process.pid, 'SIGKILL')", 'SIGKILL'],
  ] as const) {
    it(`that ${how} ends alone, and says how`, async () => {
      const process = await startOne(program(how.replaceAll(' ', '-'), last))
      const run = process.run([picture])
      await expect(run).rejects.toBeInstanceOf(InferenceProcessDied)
      await expect(run).rejects.toThrow(words)
      expect(process.isAlive()).toBe(false)
    })
  }

  it('knows nothing of the keys of the server, and what its drivers need', async () => {
    process.env.PIXVEC_API_KEYS = 'secret'
    process.env.LD_LIBRARY_PATH_OF_A_TEST = '/libraries'
    const tells =
      'throw new Error(JSON.stringify([process.env.PIXVEC_API_KEYS, process.env.LD_LIBRARY_PATH_OF_A_TEST]))'
    try {
      const run = (await startOne(program('environment', tells))).run([picture])
      await expect(run).rejects.toThrow('[null,"/libraries"]')
    } finally {
      delete process.env.PIXVEC_API_KEYS
      delete process.env.LD_LIBRARY_PATH_OF_A_TEST
    }
  })

  it('gives memory back as we say, unless whoever runs the server says otherwise', async () => {
    process.env.MALLOC_TRIM_THRESHOLD_ = '4000000'
    const tells = `const { MALLOC_MMAP_THRESHOLD_: mapped, MALLOC_TRIM_THRESHOLD_: trimmed } = process.env
      throw new Error(JSON.stringify([mapped, trimmed, process.execArgv]))`
    try {
      const run = (await startOne(program('memory', tells))).run([picture])
      await expect(run).rejects.toThrow(JSON.stringify(['1000000', '4000000', smallYoungHeap]))
    } finally {
      delete process.env.MALLOC_TRIM_THRESHOLD_
    }
  })

  it('ends in the middle of its start when nobody wants it any more', async () => {
    const abort = new AbortController()
    const starting = startInferenceProcess(start(), abort.signal)
    abort.abort()
    await expect(starting).rejects.toThrow(/abort/i)
  })

  it('refuses a provider that this build has not, and says which it has', async () => {
    const absent = process.platform === 'darwin' ? 'dml' : 'coreml'
    const starting = startOne(undefined, { executionProviders: [absent, 'cpu'] })
    await expect(starting).rejects.toBeInstanceOf(ExecutionProviderError)
    await expect(starting).rejects.toMatchObject({
      provider: absent,
      present: expect.arrayContaining(['cpu']),
      message: expect.stringMatching(
        /^Execution provider \w+ is not in this build of ONNX Runtime \(.*\), which has .*cpu.* Remove it from/,
      ),
    })
  })

  it.skipIf(process.platform !== 'linux')(
    'names a provider that does not start, and what it needs',
    async () => {
      // The libraries of CUDA are not part of what npm installs.
      const starting = startOne(undefined, { executionProviders: ['cuda'] })
      await expect(starting).rejects.toMatchObject({
        name: 'ExecutionProviderError',
        provider: 'cuda',
        message: expect.stringMatching(
          /^Execution provider cuda does not start: .* It needs an NVIDIA driver/,
        ),
      })
    },
  )

  it('gives the same bits with every setting that changes how and not what is computed', async () => {
    const [expected] = await (await startOne()).run([picture])
    await running?.stop()
    for (const given of [{ intraOpThreads: 2 }, { memoryArena: false }, { spinning: true }]) {
      expect(await (await startOne(undefined, given)).run([picture]), JSON.stringify(given)).toEqual([
        expected,
      ])
      await running?.stop()
    }
  })
})

describe('a pool of inference processes', () => {
  it('gives each picture the same bits on any session, while batches run on all', async () => {
    const two = await pool(2)
    const [quiet] = await two.run([picture])
    await expect.poll(() => two.pids(), { timeout: 20_000 }).toHaveLength(2)
    const crowd = await Promise.all([5, 3, 8, 1].map((size) => two.run(Array(size).fill(picture))))
    for (const vector of crowd.flat()) expect(vector).toEqual(quiet)
  })

  it('loses no picture and changes no bit when every process is killed while it runs', async () => {
    const two = await pool(2)
    const [quiet] = await two.run([picture])
    await expect.poll(() => two.pids(), { timeout: 20_000 }).toHaveLength(2)
    const before = two.pids()
    const running = [two.run(Array(64).fill(picture)), two.run(Array(64).fill(picture))]
    // The batches are sent in a microtask; the kill comes behind them.
    await new Promise(setImmediate)
    for (const pid of before) process.kill(pid, 'SIGKILL')
    for (const vector of (await Promise.all(running)).flat()) expect(vector).toEqual(quiet)
    expect(two.pids().filter((pid) => before.includes(pid))).toEqual([])
  })

  it('leaves no process behind when it closes', async () => {
    const two = await pool(2)
    await expect.poll(() => two.pids(), { timeout: 20_000 }).toHaveLength(2)
    const pids = two.pids()
    await two.close()
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })
})
