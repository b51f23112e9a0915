import assert from 'node:assert/strict'
import type { Backend, BackendFactory, InputTensor } from '../inference/backend.js'
import type { ModelBundle } from '../models/manifest.js'

export interface ContractCase {
  /** A sentence, for the test runner. */
  readonly name: string
  readonly run: () => Promise<void>
}

/**
 * What every backend must do, as cases for any test runner:
 * `for (const { name, run } of backendContract(factory, model)) it(name, run)`.
 */
export function backendContract(factory: BackendFactory, model: ModelBundle): ContractCase[] {
  const { input, output } = model.manifest
  const picture = (seed: number): InputTensor =>
    Uint8Array.from({ length: input.height * input.width * 3 }, (_, i) => (i * 31 + seed * 97) & 255)
  const use = async (check: (backend: Backend) => Promise<void>) => {
    const backend = await factory({ model, intraOpThreads: 1 })
    try {
      await check(backend)
    } finally {
      await backend.close()
    }
  }

  return [
    {
      name: 'answers one float32[outputLength] an image, in order',
      run: () =>
        use(async (backend) => {
          const batch = await backend.run([picture(1), picture(2), picture(3)])
          assert.deepEqual(
            batch.map((vector) => vector.length),
            Array(3).fill(output.length),
          )
          assert.ok(batch.every((vector) => vector.every(Number.isFinite)))
          const [second] = await backend.run([picture(2)])
          assert.ok(distance(batch[1]!, second!) < 1e-5)
          assert.ok(distance(batch[0]!, batch[2]!) > 1e-3)
        }),
    },
    {
      name: 'gives an image the same vector alone and in any batch',
      run: () =>
        use(async (backend) => {
          const [alone] = await backend.run([picture(7)])
          for (const size of [2, 3, 8]) {
            const batch = await backend.run(
              Array.from({ length: size }, (_, i) => picture(i === size - 1 ? 7 : i)),
            )
            assert.ok(distance(alone!, batch[size - 1]!) < 1e-5)
          }
        }),
    },
    {
      name: 'leaves the input as it was',
      run: () =>
        use(async (backend) => {
          const tensor = picture(5)
          await backend.run([tensor])
          assert.deepEqual(tensor, picture(5))
        }),
    },
    {
      name: 'answers what runs before it closes',
      run: async () => {
        const backend = await factory({ model, intraOpThreads: 1 })
        const running = backend.run([picture(1)])
        await backend.close()
        assert.equal((await running).length, 1)
      },
    },
  ]
}

/** Largest difference of two vectors. */
function distance(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0)
}
