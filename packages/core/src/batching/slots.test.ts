import { describe, expect, it } from 'vitest'
import { createSlots } from './slots.js'

const never = new AbortController().signal

describe('slots', () => {
  it('lets in as many as there are places, and the others in the order they came', async () => {
    const slots = createSlots(1)
    const order: string[] = []
    const leave = await slots.enter(never)
    const enter = async (name: string) => {
      const leaveAgain = await slots.enter(never)
      order.push(name)
      return leaveAgain
    }
    const second = enter('second')
    const third = enter('third')
    await Promise.resolve()
    expect(order).toEqual([])
    leave()
    ;(await second)()
    ;(await third)()
    expect(order).toEqual(['second', 'third'])
  })

  it('forgets one who goes while waiting', async () => {
    const slots = createSlots(1)
    const leave = await slots.enter(never)
    const caller = new AbortController()
    const gone = slots.enter(caller.signal)
    caller.abort(new Error('hung up'))
    await expect(gone).rejects.toThrow('hung up')
    leave()
    ;(await slots.enter(never))()
  })

  it('refuses one who had gone before', async () => {
    await expect(createSlots(1).enter(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
  })
})
