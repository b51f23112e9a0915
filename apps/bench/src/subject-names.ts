/** The rows, as every table calls them. */
export const names = {
  server: 'server, HTTP upload',
  base64: 'server, HTTP base64',
  embedder: 'embedder, in process',
  bare: 'bare session, ready tensors',
  peer: 'transformers.js',
  fast: 'embedder, fast mode',
  serverFast: 'server, fast mode',
  roof: 'roof',
} as const
