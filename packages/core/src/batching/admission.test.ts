import { describe, expect, it } from 'vitest'
import { createAdmission } from './admission.js'
import type { Waiter } from './fair-queue.js'

const { signal } = new AbortController()

/** An admission of `maxQueue` places in which all who are inside wait, unless the test says otherwise. */
function admissionOf(maxQueue: number, canTurnAway = true) {
  const waiting: Waiter[] = []
  const turnedAway: string[] = []
  const admission = createAdmission({
    maxQueue,
    turnAway(caller) {
      const at = waiting.findLastIndex((each) => each.caller === caller)
      if (!canTurnAway || at < 0) return undefined
      turnedAway.push(caller)
      return waiting.splice(at, 1)[0]
    },
  })
  const enter = (caller: string): Waiter => {
    const waiter = { caller, signal }
    admission.enter(waiter)
    waiting.push(waiter)
    return waiter
  }
  return { admission, enter, turnedAway }
}

describe('admission', () => {
  it('refuses at once when all places are taken, and says when to come again', () => {
    const { enter, admission } = admissionOf(2)
    const first = enter('a')
    enter('a')
    expect(() => enter('a')).toThrow(
      expect.objectContaining({ code: 'OVERLOADED', status: 503, retryAfterMs: 1000 }),
    )
    admission.leave(first)
    admission.leave(first)
    expect(admission.size()).toBe(1)
    enter('a')
  })

  it('gives one who brings a single image a place of one who brings a thousand', () => {
    const { enter, admission, turnedAway } = admissionOf(100)
    let refused = 0
    for (let i = 0; i < 1000; i++) {
      try {
        enter('many')
      } catch {
        refused++
      }
    }
    expect(refused).toBe(900)
    enter('single')
    expect(turnedAway).toEqual(['many'])
    expect(admission.size()).toBe(100)
  })

  it('parts the places evenly between two who both want all', () => {
    const { enter, turnedAway } = admissionOf(10)
    for (let i = 0; i < 10; i++) enter('early')
    for (let i = 0; i < 5; i++) enter('late')
    expect(turnedAway).toHaveLength(5)
    expect(() => enter('late')).toThrow('queue is full')
    expect(() => enter('early')).toThrow('queue is full')
  })

  it('says beforehand who would be refused, and changes nothing', () => {
    const { admission, enter, turnedAway } = admissionOf(2)
    expect(admission.refusal('a')).toBeUndefined()
    enter('a')
    enter('a')
    expect(admission.refusal('a')).toMatchObject({ code: 'OVERLOADED', retryAfterMs: 1000 })
    expect(admission.refusal('single')).toBeUndefined()
    enter('single')
    expect(admission.refusal('another')).toMatchObject({ code: 'OVERLOADED' })
    expect([admission.size(), turnedAway]).toEqual([2, ['a']])
  })

  it('turns nobody away whose image is being worked on', () => {
    const { enter } = admissionOf(2, false)
    enter('many')
    enter('many')
    expect(() => enter('single')).toThrow('queue is full')
  })
})
