import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // A browser, and a model: seconds here are many on a busy machine.
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // Files share the cores with browsers and servers of their own.
    fileParallelism: false,
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }]],
    // The built server is loaded by Node itself. Vite would give it a second copy of graphql.
    server: { deps: { external: [/\/packages\/(core|gateway|rest-compat|client)\/dist\//] } },
  },
})
