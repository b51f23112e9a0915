import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // A browser, bundles and a compiler: seconds here are many on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }]],
    // The built server is loaded by Node itself. Vite would give it a second copy of graphql.
    server: { deps: { external: [/\/packages\/(core|gateway|rest-compat|client)\/dist\//] } },
  },
})
