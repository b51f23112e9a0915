import { afterEach, describe, expect, it } from 'vitest'
import { createEmbedder, type Embedder } from '../embedder.js'
import type { Backend, BackendFactory } from '../inference/backend.js'
import { builtInModel } from '../models/load-model.js'
import type { ModelBundle } from '../models/manifest.js'
import { openModelFolder } from '../models/open-model.js'
import type { EmbedderOptions } from '../options.js'
import { fakeBackend } from '../testing/fake-backend.js'
import { samplePng } from '../testing/sample-images.js'
import { tinyFolder } from '../testing/tiny-folder.js'

const open: Embedder[] = []
afterEach(async () => {
  for (const embedder of open.splice(0)) await embedder.close()
})

async function embedderOf(options: EmbedderOptions): Promise<Embedder> {
  const embedder = await createEmbedder(options)
  open.push(embedder)
  return embedder
}

/** A tiny encoder of `length` numbers; another mean of the recipe gives other vectors. */
function tiny(id: string, length = 16, mean = 0.5): Promise<ModelBundle> {
  return openModelFolder(tinyFolder({ facts: { id }, length, mean }))
}

function latch() {
  let release = () => {}
  const gate = new Promise<void>((resolve) => (release = resolve))
  return { gate, release }
}

describe('several models', () => {
  it('each get the pictures that their recipe makes, from the same decoders', async () => {
    const builtIn = builtInModel()
    const [one, other] = [await tiny('one'), await tiny('other', 16, 0.1)]
    const together = await embedderOf({ models: [builtIn, one, other].map((bundle) => ({ bundle })) })
    expect(together.models.map(({ id, defaultFor }) => [id, defaultFor])).toEqual([
      [builtIn.manifest.id, builtIn.manifest.dimensions],
      ['one', []],
      ['other', []],
    ])
    const image = await samplePng(40, 30)
    for (const bundle of [builtIn, one, other]) {
      const alone = await embedderOf({ model: bundle })
      const { id } = bundle.manifest
      const [expected, result] = [await alone.embed({ image }), await together.embed({ image, model: id })]
      expect(result.vector).toEqual(expected.vector)
      expect(result).toMatchObject({ model: id, revision: expected.revision })
    }
    expect((await together.embed({ image })).model).toBe(builtIn.manifest.id)
    await expect(together.embed({ image, model: 'none' })).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' })
  })

  it('take one image a run where a graph is made for one alone, whatever waits', async () => {
    const embedder = await embedderOf({ model: await openModelFolder(tinyFolder({ images: 1 })) })
    const pictures = await Promise.all(Array.from({ length: 12 }, (_, seed) => samplePng(20, 20, seed)))
    const results = await Promise.all(pictures.map((image) => embedder.embed({ image })))
    expect(results.map(({ timings }) => timings.batchSize)).toEqual(Array(12).fill(1))
  })

  it('are refused at the start when they do not go together', async () => {
    const [one, twin] = [await tiny('same'), await tiny('same')]
    const backend = fakeBackend()
    const start = (models: EmbedderOptions['models']) =>
      createEmbedder({ backend, ...(models && { models }) })
    await expect(start([{ bundle: one }, { bundle: twin }])).rejects.toThrow('Two models have the id same.')
    await expect(start([{ bundle: one, defaultFor: [512] }])).rejects.toThrow(
      'Model same does not give 512; it gives 16.',
    )
    await expect(
      start([
        { bundle: one, defaultFor: [16] },
        { bundle: await tiny('other'), defaultFor: [16] },
      ]),
    ).rejects.toThrow('Models same and other are both the default for 16.')
    await expect(start([])).rejects.toThrow('At least one model must be served.')
  })

  it('share the cores: no more runs at a time than one model alone would have', async () => {
    let [running, most] = [0, 0]
    const backend: BackendFactory = async ({ model }) => ({
      parallelRuns: 1,
      coresPerRun: 1024,
      async run(tensors) {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 5))
        running--
        return tensors.map(() => new Float32Array(model.manifest.output.length).fill(1))
      },
      async close() {},
    })
    const bundles = [await tiny('one'), await tiny('two'), await tiny('three')]
    const embedder = await embedderOf({
      backend,
      models: bundles.map((bundle) => ({ bundle })),
      maxBatchSize: 1,
    })
    const image = await samplePng()
    const calls = ['one', 'two', 'three', 'one', 'two', 'three'].map((model) =>
      embedder.embed({ image, model }),
    )
    expect((await Promise.all(calls)).map(({ model }) => model)).toEqual([
      'one',
      'two',
      'three',
      'one',
      'two',
      'three',
    ])
    expect(most).toBe(1)
  })
})

/** Told of the life of every session. */
function watchedBackend(gate?: Promise<void>) {
  const life: string[] = []
  const inner = fakeBackend(gate ? { gate } : {})
  const backend: BackendFactory = async (options): Promise<Backend> => {
    const { id, sha256 } = options.model.manifest
    const name = `${id} ${sha256.slice(0, 4)}`
    life.push(`start ${name}`)
    const started = await inner(options)
    return {
      ...started,
      close: async () => {
        life.push(`close ${name}`)
        await started.close()
      },
    }
  }
  return { backend, life }
}

const renewed = (bundle: ModelBundle, digit: string): ModelBundle => ({
  ...bundle,
  manifest: { ...bundle.manifest, sha256: digit.repeat(64) },
})

describe('replaceModels', () => {
  it('answers what has begun by the old model, and what comes by the new one', async () => {
    const { gate, release } = latch()
    const { backend, life } = watchedBackend(gate)
    const before = renewed(await tiny('one'), 'a')
    const after = renewed(before, 'b')
    const embedder = await embedderOf({ backend, model: before })
    const image = await samplePng()
    const old = embedder.embed({ image })
    await expect.poll(() => embedder.stats().admitted).toBe(1)
    const revisionBefore = embedder.model.revision

    const replaced = await embedder.replaceModels([{ bundle: after }])
    expect(replaced.retired.map(({ revision }) => revision)).toEqual([revisionBefore])
    expect(replaced.loaded).toEqual([embedder.model])
    expect(replaced.kept).toEqual([])
    const young = embedder.embed({ image })
    await expect.poll(() => embedder.stats().admitted).toBe(2)
    expect(life).toEqual(['start one aaaa', 'start one bbbb'])
    release()
    expect((await old).revision).toBe(revisionBefore)
    expect((await young).revision).toBe(embedder.model.revision)
    expect(embedder.model.revision).not.toBe(revisionBefore)
    await expect.poll(() => life).toEqual(['start one aaaa', 'start one bbbb', 'close one aaaa'])
  })

  it('lets go on what is as it was, and takes models in and out', async () => {
    const { backend, life } = watchedBackend()
    const [one, two, three] = [await tiny('one'), await tiny('two'), await tiny('three')]
    const embedder = await embedderOf({ backend, models: [{ bundle: one }, { bundle: two }] })
    const replaced = await embedder.replaceModels([{ bundle: three }, { bundle: one, defaultFor: [] }])
    expect(replaced.loaded.map(({ id }) => id)).toEqual(['three'])
    expect(replaced.kept.map(({ id }) => id)).toEqual(['one'])
    expect(replaced.retired.map(({ id }) => id)).toEqual(['two'])
    expect(embedder.models.map(({ id }) => id)).toEqual(['three', 'one'])
    await expect.poll(() => life.filter((event) => event.startsWith('close'))).toHaveLength(1)
    const image = await samplePng()
    expect((await embedder.embed({ image })).model).toBe('three')
    await expect(embedder.embed({ image, model: 'two' })).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' })
  })

  it('changes nothing when a model cannot be loaded, and closes those that could', async () => {
    const [one, two] = [await tiny('one'), await tiny('two')]
    const broken = { ...two, path: `${two.path}.missing` }
    const embedder = await embedderOf({ model: one })
    const image = await samplePng()
    const { vector } = await embedder.embed({ image })
    const fresh = await tiny('fresh')
    await expect(embedder.replaceModels([{ bundle: fresh }, { bundle: broken }])).rejects.toThrow('ENOENT')
    expect(embedder.models.map(({ id }) => id)).toEqual(['one'])
    expect((await embedder.embed({ image })).vector).toEqual(vector)
  })

  it('does one exchange after the other, and none after the end', async () => {
    const { backend } = watchedBackend()
    const one = await tiny('one')
    const embedder = await createEmbedder({ backend, model: one })
    const exchanges = ['a', 'b', 'c'].map((digit) =>
      embedder.replaceModels([{ bundle: renewed(one, digit) }]),
    )
    const replaced = await Promise.all(exchanges)
    for (const [index, each] of replaced.entries()) {
      if (index > 0) expect(each.retired).toEqual(replaced[index - 1]!.loaded)
    }
    await embedder.close()
    await expect(embedder.replaceModels([{ bundle: one }])).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
  })
})
