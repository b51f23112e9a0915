// The playground beside the built site, for the page that shows it. It asks there for the address of a server.
import { fileURLToPath } from 'node:url'
import { copyPlayground } from '@pixvec/playground'

await copyPlayground(fileURLToPath(new URL('../.vitepress/dist/playground-app/', import.meta.url)))
