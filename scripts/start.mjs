// `npm start`: installs and builds what is missing, then serves in this very process, so that a signal
// reaches the server itself. Words after `--` are passed on: npm start -- --port 9000
import { main, setUp } from './setup.mjs'

await main(async () => {
  setUp({ build: 'server' })
  const { run } = await import('../apps/server/dist/cli.js')
  return run(['serve', ...process.argv.slice(2)])
})
