// `pnpm soak`: builds the server, then sends it 20,000 pictures and watches its memory. Words after it are
// passed on: pnpm soak --images 5000
import { main, run, setUp } from './setup.mjs'

await main(() => {
  setUp({ build: 'all' })
  return run(process.execPath, ['apps/bench/dist/soak.js', ...process.argv.slice(2)])
})
