import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { startChild } from './children.js'
import type { Contestant } from './contestant.js'
import type { SubjectMessage, SubjectRequest, SubjectTask } from './subject.js'

/**
 * Starts a program that is framed by `runSubject`, and waits for its first vector.
 * @throws Error when the process ends before it answers
 */
export async function startSubject(name: string, program: string, task: SubjectTask): Promise<Contestant> {
  const child = startChild(program, [JSON.stringify(task)])
  const { vector } = await answer(child, 'ready')
  const ask = (request: SubjectRequest) => void child.send(request)
  return {
    name,
    pid: child.pid!,
    vector,
    async measure(load) {
      const measured = answer(child, 'measured')
      ask({ kind: 'measure', load })
      return (await measured).slice
    },
    async close() {
      const gone = once(child, 'exit')
      ask({ kind: 'end' })
      await gone
    },
  }
}

async function answer<Kind extends SubjectMessage['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<SubjectMessage, { kind: Kind }>> {
  const stop = new AbortController()
  const { signal } = stop
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`A measured process ended with exit code ${code}.`)
  })
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [SubjectMessage]
    if (message.kind !== kind) throw new Error(`Expected ${kind} of a measured process; got ${message.kind}.`)
    return message as Extract<SubjectMessage, { kind: Kind }>
  } finally {
    stop.abort()
  }
}
