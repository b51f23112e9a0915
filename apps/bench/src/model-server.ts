import { createEmbedder, loadModel } from '@pixvec/core'
import { compose, createLog, readConfig } from 'pixvec'

// The server as `pixvec serve` puts it together, with the model whose manifest is the first argument.
const config = readConfig()
const log = createLog({ level: config.logLevel, secrets: config.apiKeys })
const embedder = await createEmbedder({ ...config.embedder, model: loadModel(process.argv[2]!) })
const gateway = await compose({ config, keys: config.apiKeys, embedder, log })
await gateway.listen({ host: config.host, port: config.port })
process.once('SIGTERM', async () => {
  await gateway.close()
  await embedder.close()
  process.exit(0)
})
