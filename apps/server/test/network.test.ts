import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { internetSockets, isHere } from './network/sockets.js'
import { childEnvironment, command, finished, samples, startPixvec } from './pixvec.js'
import { childrenOf, hasProc } from './resident-memory.js'
import { watchServer } from './server.js'

const program = (name: string) => fileURLToPath(new URL(`network/${name}`, import.meta.url))

/** Runs a program where there is a loopback, and no way to anywhere else. */
function alone(name: string, args: readonly string[] = []) {
  const script = 'ip link set lo up && exec "$@"'
  return spawnSync('unshare', ['-rn', 'sh', '-c', script, 'sh', process.execPath, program(name), ...args], {
    env: childEnvironment(),
    encoding: 'utf8',
  })
}

const isolates = spawnSync('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up']).status === 0

describe('in a network namespace with a loopback only', { timeout: 120_000 }, () => {
  it.skipIf(!isolates)(
    'a server answers, and nothing ever tries to go outwards (needs unshare and ip)',
    () => {
      const { status, stdout } = alone('drive-server.mjs', [command, samples[0]!])
      expect(status).toBe(0)
      expect(JSON.parse(stdout)).toEqual({
        statuses: { rest: 200, graphql: 200, url: 400, ready: 200, metrics: 200, openapi: 200 },
        exit: 0,
        triedOutwards: 0,
        addresses: expect.arrayContaining(['tcp 0100007F']),
      })
      // 127.0.0.1 on both sides, or no other side yet; no UDP at all, so no name was looked up.
      for (const address of JSON.parse(stdout).addresses) expect(address).toMatch(/^tcp (0100007F|00000000)$/)
    },
  )

  it.skipIf(!isolates)('one who knocks at another machine is noticed (needs unshare and ip)', () => {
    const { stdout } = alone('knock.mjs')
    const [names, values] = stdout
      .split('\n')
      .filter((line) => line.startsWith('Ip:'))
      .map((line) => line.split(' '))
    expect(Number(values![names!.indexOf('OutNoRoutes')])).toBeGreaterThan(0)
  })
})

describe('the sockets of a server', { timeout: 120_000 }, () => {
  it.skipIf(!hasProc)('are on 127.0.0.1, from its start to its end (needs /proc)', async () => {
    const child = startPixvec(['serve'], { env: { PIXVEC_PORT: '0', PIXVEC_API_KEYS: 'key' } })
    const seen = new Set<string>()
    const family = () => [child.pid!, ...childrenOf(child.pid!)]
    const watch = setInterval(() => {
      try {
        for (const socket of internetSockets(family())) seen.add(JSON.stringify(socket))
      } catch {
        // It has ended.
      }
    }, 10)
    const server = await watchServer(child)
    const body = new FormData()
    body.set('file', new Blob([readFileSync(samples[0]!)]))
    const headers = { authorization: 'Bearer key' }
    for (let i = 0; i < 5; i++) {
      expect((await fetch(`${server.url}/imgembed`, { method: 'POST', body, headers })).status).toBe(200)
    }
    await server.stop()
    clearInterval(watch)
    const sockets = [...seen].map((each) => JSON.parse(each))
    expect(sockets.length).toBeGreaterThan(0)
    for (const { protocol, local, remote } of sockets) {
      expect(protocol).toBe('tcp')
      expect([local, remote].every(isHere), `${local} to ${remote}`).toBe(true)
    }
  })

  it.skipIf(!hasProc)('embed has none at all (needs /proc)', async () => {
    const child = startPixvec(['embed', ...samples])
    child.stdin.end()
    const ended = finished(child)
    let most = 0
    let looks = 0
    const watch = setInterval(() => {
      try {
        most = Math.max(most, internetSockets([child.pid!, ...childrenOf(child.pid!)]).length)
        looks++
      } catch {
        // It has ended.
      }
    }, 10)
    expect((await ended).code).toBe(0)
    clearInterval(watch)
    expect(looks).toBeGreaterThan(5)
    expect(most).toBe(0)
  })

  it.skipIf(!hasProc)('are seen where there are some (needs /proc)', async () => {
    const listening = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => listening.once('listening', resolve))
    expect(internetSockets([process.pid])).toContainEqual({
      protocol: 'tcp',
      local: '127.0.0.1',
      remote: '0.0.0.0',
    })
    listening.close()
  })
})
