// `pnpm bench`: builds what is measured, then measures. Words after it are passed on: pnpm bench --seconds 10
import { main, run, setUp } from './setup.mjs'

await main(() => {
  setUp({ build: 'all' })
  return run(process.execPath, ['apps/bench/dist/bench.js', ...process.argv.slice(2)])
})
