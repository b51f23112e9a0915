import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { expect, it } from 'vitest'

/** Bundles one file of ./consumer for browsers, minified, against what `dist` holds. */
async function bundle(name: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: 'oxc',
      target: 'es2022',
      lib: { entry: fileURLToPath(new URL(`consumer/${name}`, import.meta.url)), formats: ['es'] },
      // Left outside, a Node module shows as an import.
      rolldownOptions: { external: /^node:/ },
    },
  })
  const [bundled] = Array.isArray(result) ? result : [result]
  if (!bundled || !('output' in bundled)) throw new Error('vite gave no output')
  expect(bundled.output.length).toBe(1)
  return bundled.output[0].code
}

it('bundles for browsers without a Node module, in under 6 kB of gzip', async () => {
  const code = await bundle('everything.ts')
  const gzipBytes = gzipSync(code).length
  process.stdout.write(`@pixvec/client, all of it: ${code.length} bytes minified, ${gzipBytes} gzip\n`)
  expect(code).toContain('/imgembed')
  expect(code).not.toMatch(/\bimport\b|\brequire\(|node:|Buffer\.|process\./)
  expect(gzipBytes).toBeLessThan(6000)
}, 60_000)

it('leaves out what is not imported', async () => {
  const code = await bundle('one-function.ts')
  expect(code).toContain('RangeError')
  expect(code).not.toMatch(/imgembed|query /)
}, 60_000)
