import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // No test is timed: this is how long a busy machine may take.
    testTimeout: 30_000,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }]],
  },
})
