import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // The machine may be busy: a slow test is not a wrong one.
    testTimeout: 30_000,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }]],
  },
})
