import { readFileSync } from 'node:fs'
import { endChild } from './children.js'
import type { Contestant } from './contestant.js'
import { createHttpCaller, type Wire } from './http-caller.js'
import { runLoad } from './measure.js'
import { ready, startServer } from './server-process.js'

export interface ServerContestantOptions {
  readonly manifest: string | undefined
  /** The picture, a JPEG file. */
  readonly picture: string
}

/** One server and its rows: the same process, measured over each wire in turn. */
export async function startServerContestants(
  wires: Readonly<Record<string, Wire>>,
  { manifest, picture }: ServerContestantOptions,
): Promise<Contestant[]> {
  const server = await startServer({ manifest })
  await ready(server)
  const image = readFileSync(picture)
  return Promise.all(
    Object.entries(wires).map(async ([name, wire]): Promise<Contestant> => {
      const caller = createHttpCaller(server.port, image, wire)
      return {
        name,
        pid: server.child.pid!,
        vector: await caller.embed(),
        measure: (load) => runLoad(caller.call, load),
        async close() {
          caller.close()
          await endChild(server.child)
        },
      }
    }),
  )
}
