import { describe, expect, it } from 'vitest'
import { createSlots } from './slots.js'

const { signal } = new AbortController()
const of = (caller: string) => ({ caller, signal })

describe('slots', () => {
  it('lets in as many as there are places, and the others in turns', async () => {
    const slots = createSlots(1)
    const order: string[] = []
    const leave = await slots.enter(of('many'))
    const enter = async (caller: string, name: string) => {
      const leaveAgain = await slots.enter(of(caller))
      order.push(name)
      leaveAgain()
    }
    const all = [
      enter('many', 'many 1'),
      enter('many', 'many 2'),
      enter('many', 'many 3'),
      enter('single', 'single'),
    ]
    await Promise.resolve()
    expect(order).toEqual([])
    leave()
    await Promise.all(all)
    expect(order).toEqual(['many 1', 'single', 'many 2', 'many 3'])
  })

  it('forgets one who goes while waiting', async () => {
    const slots = createSlots(1)
    const leave = await slots.enter(of('a'))
    const caller = new AbortController()
    const gone = slots.enter({ caller: 'a', signal: caller.signal })
    caller.abort(new Error('hung up'))
    await expect(gone).rejects.toThrow('hung up')
    leave()
    ;(await slots.enter(of('a')))()
  })

  it('refuses one who had gone before', async () => {
    const gone = { caller: 'a', signal: AbortSignal.abort(new Error('gone')) }
    await expect(createSlots(1).enter(gone)).rejects.toThrow('gone')
  })

  it('turns away the newest of a caller, and nobody who has a place', async () => {
    const slots = createSlots(1)
    const leave = await slots.enter(of('a'))
    expect(slots.turnAway('a', new Error('full'))).toBeUndefined()
    const older = slots.enter(of('a'))
    const newest = of('a')
    const refused = expect(slots.enter(newest)).rejects.toThrow('full')
    expect(slots.turnAway('a', new Error('full'))).toBe(newest)
    await refused
    leave()
    ;(await older)()
  })
})
