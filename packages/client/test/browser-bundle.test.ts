import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { bundle } from '../scripts/bundle.mjs'

/** Bundles one file of ./consumer for browsers, minified, against what `dist` holds. */
const bundleConsumer = (name: string) => bundle(fileURLToPath(new URL(`consumer/${name}`, import.meta.url)))

it('bundles for browsers without a Node module, in under 6 kB of gzip', async () => {
  const code = await bundleConsumer('everything.ts')
  const gzipBytes = gzipSync(code).length
  process.stdout.write(`@pixvec/client, all of it: ${code.length} bytes minified, ${gzipBytes} gzip\n`)
  expect(code).toContain('/imgembed')
  expect(code).not.toMatch(/\bimport\b|\brequire\(|node:|Buffer\.|process\./)
  expect(gzipBytes).toBeLessThan(6000)
})

it('leaves out what is not imported', async () => {
  const code = await bundleConsumer('one-function.ts')
  expect(code).toContain('RangeError')
  expect(code).not.toMatch(/imgembed|query /)
})
