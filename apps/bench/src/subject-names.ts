/** The rows, as every table calls them. */
export const names = {
  server: 'server, HTTP upload',
  base64: 'server, HTTP base64',
  embedder: 'embedder, in process',
  bare: 'bare session, batches of 8',
  peer: 'transformers.js',
  fast: 'embedder, fast mode',
  roof: 'roof',
  idle: 'nobody sends',
} as const
