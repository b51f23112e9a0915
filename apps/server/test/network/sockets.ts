import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A socket of the internet, as the kernel lists it. */
export interface InternetSocket {
  readonly protocol: string
  readonly local: string
  readonly remote: string
}

/** Sockets that the processes have open to, or for, other machines and this one. Linux only. */
export function internetSockets(pids: readonly number[]): InternetSocket[] {
  const owned = new Set(pids.flatMap(socketInodes))
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((protocol) =>
    readFileSync(`/proc/net/${protocol}`, 'latin1')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => owned.has(fields[9]!))
      .map((fields) => ({ protocol, local: addressOf(fields[1]!), remote: addressOf(fields[2]!) })),
  )
}

/** Whether an address is this machine's own, or none in particular. */
export const isHere = (address: string) => /^(127\.|0\.0\.0\.0$)/.test(address)

/** `0100007F:1F90` → `127.0.0.1`; what is longer stays as it is, and is not here. */
function addressOf(written: string): string {
  const [address = ''] = written.split(':')
  if (address.length !== 8) return address
  return [6, 4, 2, 0].map((at) => Number.parseInt(address.slice(at, at + 2), 16)).join('.')
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? []
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}
