// Runs inside a network namespace that has a loopback and nothing else: serves, asks over every way, stops.
// Prints as JSON what was answered and what the kernel has counted. Arguments: the command, a picture.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

const [command, picture] = process.argv.slice(2)
const seen = new Set()
const watch = setInterval(note, 10)

const server = spawn(process.execPath, [command, 'serve', '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
let said = ''
for await (const chunk of server.stdout) {
  said += chunk
  if (said.includes('Ctrl-C stops the server.')) break
}
const url = said.match(/Address {2}(\S+)/)[1]
const headers = { authorization: `Bearer ${said.match(/Key {6}(\S+)/)[1]}` }
const form = new FormData()
form.set('file', new Blob([readFileSync(picture)]))
const statuses = {
  rest: (await fetch(`${url}/imgembed`, { method: 'POST', body: form, headers })).status,
  graphql: (
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'query ($img: String!) { embedImage(img: $img) { id } models { id } }',
        variables: { img: readFileSync(picture).toString('base64') },
      }),
    })
  ).status,
  // An address in place of a picture is where a server could be led outwards.
  url: (await fetch(`${url}/imgembed?img=http://192.0.2.1/a.jpg`, { headers })).status,
  ready: (await fetch(`${url}/health/ready`)).status,
  metrics: (await fetch(`${url}/metrics`)).status,
  openapi: (await fetch(`${url}/openapi.json`, { headers })).status,
}
server.kill('SIGHUP')
server.kill('SIGTERM')
const [exit] = await once(server, 'exit')
clearInterval(watch)
process.stdout.write(
  `${JSON.stringify({ statuses, exit, triedOutwards: triedOutwards(), addresses: [...seen] })}\n`,
)

/** Local and remote addresses of all sockets of the namespace, as the kernel writes them. */
function note() {
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6']) {
    for (const line of readFileSync(`/proc/net/${table}`, 'latin1').trim().split('\n').slice(1)) {
      const [, local, remote] = line.trim().split(/\s+/)
      for (const address of [local, remote]) seen.add(`${table} ${address.split(':')[0]}`)
    }
  }
}

/** Packets that wanted to go where no route leads: every look-up of a name and every connection outwards. */
function triedOutwards() {
  const [names, values] = readFileSync('/proc/net/snmp', 'latin1')
    .split('\n')
    .filter((line) => line.startsWith('Ip:'))
    .map((line) => line.split(' '))
  return Number(values[names.indexOf('OutNoRoutes')])
}
