import { expect, test } from 'vitest'
import { createReadingTurns } from './reading-turns.js'

function senders() {
  const turns: (() => void)[] = []
  const reading = createReadingTurns((callback) => turns.push(callback))
  const open = () => {
    const stream = { isPaused: false, pause: () => flag(true), resume: () => flag(false) }
    function flag(isPaused: boolean) {
      stream.isPaused = isPaused
    }
    return stream
  }
  return { reading, turns, first: open(), second: open() }
}

test('lets a sender go on until the turn is full, and again in the next', () => {
  const { reading, turns, first } = senders()
  reading.take(first, 200_000)
  expect(first.isPaused).toBe(false)
  reading.take(first, 65_536)
  expect(first.isPaused).toBe(true)
  expect(turns).toHaveLength(1)
  turns.pop()!()
  expect(first.isPaused).toBe(false)
  reading.take(first, 65_536)
  expect(first.isPaused).toBe(false)
})

test('counts all senders of a turn together', () => {
  const { reading, turns, first, second } = senders()
  reading.take(first, 200_000)
  reading.take(second, 200_000)
  expect([first.isPaused, second.isPaused]).toEqual([false, true])
  turns.pop()!()
  expect(second.isPaused).toBe(false)
})

test('lets go of a sender that has left', () => {
  const { reading, turns, first } = senders()
  reading.take(first, 300_000)
  reading.leave(first)
  first.isPaused = true
  turns.pop()!()
  expect(first.isPaused).toBe(true)
})
