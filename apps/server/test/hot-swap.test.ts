import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { builtInModel, describeModel, openModelFolder } from '@pixvec/core'
import { tinyFolder } from '@pixvec/core/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { freshFolder, samples } from './pixvec.js'
import { childrenOf, hasProc, residentBytes } from './resident-memory.js'
import { type RunningServer, startServer } from './server.js'

const swaps = 50
/** How much more memory 50 swaps may leave: less than one of the processes that a swap starts has. */
const mostGrowthBytes = 40_000_000

const builtIn = builtInModel().manifest
// Two versions of one model, which differ in their recipe and so in every vector.
const versions = [0.5, 0.2].map((mean) => tinyFolder({ length: 512, mean, facts: { id: 'mine' } }))
const picture = readFileSync(samples[0]!).toString('base64')

let server: RunningServer
afterEach(() => server?.stop())

/** Puts a version in the place of another, as an operator would: each file whole, by a rename. */
function put(version: number, folder: string): void {
  for (const name of ['model.onnx', 'preprocessor_config.json', 'pixvec.json']) {
    cpSync(join(versions[version]!, name), join(folder, `${name}.new`))
    renameSync(join(folder, `${name}.new`), join(folder, name))
  }
}

interface Answered {
  readonly status: number
  readonly revision: string | undefined
  readonly vector: string
}

async function embed(): Promise<Answered> {
  const query = 'query ($img: String!) { embedImage(img: $img) { revision embedding } }'
  const answer = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { img: picture } }),
  })
  const { data } = (await answer.json()) as {
    data?: { embedImage: { revision: string; embedding: number[] } }
  }
  return {
    status: answer.status,
    revision: data?.embedImage.revision,
    vector: JSON.stringify(data?.embedImage.embedding),
  }
}

/** Sends one image after the other, without a pause, until it is told to end. */
function traffic(lanes: number): () => Promise<Answered[]> {
  const answers: Answered[] = []
  let isOver = false
  const lane = async () => {
    while (!isOver) answers.push(await embed())
  }
  const all = Promise.all(Array.from({ length: lanes }, lane))
  return async () => {
    isOver = true
    await all
    return answers
  }
}

/** What the log says of exchanges, so far. */
const said = (text: string) => server.stderr().split(`"msg":"${text}`).length - 1

async function hangUp(text = 'models read again'): Promise<void> {
  const before = said(text)
  server.child.kill('SIGHUP')
  await expect.poll(() => said(text), { timeout: 60_000, interval: 20 }).toBe(before + 1)
}

async function serve(folder: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  server = await startServer({
    env: {
      PIXVEC_API_KEYS: 'key',
      PIXVEC_MODEL: folder,
      PIXVEC_SESSIONS: '1',
      PIXVEC_DECODE_CONCURRENCY: '1',
      ...env,
    },
  })
}

describe('SIGHUP', { timeout: 600_000 }, () => {
  it.skipIf(!hasProc)(
    `exchanges a model ${swaps} times under way, refuses nothing, and leaves memory where it was (needs /proc)`,
    async () => {
      const folder = freshFolder()
      put(0, folder)
      const revisions = await Promise.all(
        versions.map(async (version) => describeModel(await openModelFolder(version)).revision),
      )
      await serve(folder)
      const pid = server.child.pid!
      const vectors = new Map<string, string>()
      // Both have answered before memory is looked at: what is loaded once is loaded.
      for (const version of [0, 1, 0, 1, 0]) {
        put(version, folder)
        await hangUp()
        for (let i = 0; i < 20; i++) {
          const { status, revision, vector } = await embed()
          expect([status, revision]).toEqual([200, revisions[version]])
          vectors.set(revision!, vector)
        }
      }
      expect(new Set(vectors.values()).size).toBe(2)
      const resting = async () => {
        await expect.poll(() => childrenOf(pid).length, { timeout: 20_000 }).toBe(2)
        await wait(500)
        return { bytes: residentBytes(pid), processes: childrenOf(pid) }
      }
      const before = await resting()

      const end = traffic(2)
      for (let swap = 1; swap <= swaps; swap++) {
        put(swap % 2, folder)
        await hangUp()
      }
      const answers = await end()
      const after = await resting()

      expect(answers.filter(({ status }) => status !== 200)).toEqual([])
      // Each vector is that of the revision that it says, however near to an exchange it came.
      for (const { revision, vector } of answers) expect(vector).toBe(vectors.get(revision!))
      expect(new Set(answers.map(({ revision }) => revision)).size).toBe(2)
      process.stdout.write(
        `${JSON.stringify({ swaps, images: answers.length, beforeBytes: before.bytes, afterBytes: after.bytes })}\n`,
      )
      expect(after.bytes - before.bytes).toBeLessThan(mostGrowthBytes)
      // Each swap has brought a process of its own; the decoder is still that of the start.
      expect(after.processes.filter((process) => before.processes.includes(process))).toHaveLength(1)
    },
  )

  it('changes nothing when the new model is broken, and says why', async () => {
    const folder = freshFolder()
    put(0, folder)
    await serve(folder)
    const before = await embed()
    writeFileSync(join(folder, 'model.onnx'), 'no model')
    await hangUp('the models cannot be exchanged')
    expect(server.stderr()).toContain('is not an ONNX model that can be read')
    expect(await embed()).toEqual(before)
    put(1, folder)
    await hangUp()
    const after = await embed()
    expect(after.status).toBe(200)
    expect(after.revision).not.toBe(before.revision)
  })

  it('lets go on what has not changed, and takes a changed id', async () => {
    const folder = freshFolder()
    put(0, folder)
    await serve(folder, { PIXVEC_MODELS: builtIn.id })
    await hangUp()
    const kept = /"loaded":\[\],"kept":\["mine [0-9a-f]{12}","(\S+) [0-9a-f]{12}"\],"retired":\[\]/
    expect(kept.exec(server.stderr())?.[1]).toBe(builtIn.id)
    rmSync(join(folder, 'pixvec.json'))
    writeFileSync(join(folder, 'pixvec.json'), JSON.stringify({ id: 'yours' }))
    await hangUp()
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ models { id } }' }),
    })
    expect(await answer.json()).toEqual({ data: { models: [{ id: 'yours' }, { id: builtIn.id }] } })
  })
})
