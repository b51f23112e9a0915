import { defineConfig } from 'vite'
import { precompress } from './build/precompress.js'
import { sampleSheet } from './build/sample-sheet.js'

export default defineConfig({
  // The same files lie at `/` of a server and somewhere below the documentation.
  base: './',
  plugins: [sampleSheet(), precompress()],
  build: {
    target: 'es2022',
    // A data URI is not cached, and the policy of the page is simpler without.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
})
