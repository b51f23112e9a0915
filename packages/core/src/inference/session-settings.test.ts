import { describe, expect, it } from 'vitest'
import { resolveSessionSettings, type SessionSettings } from './session-settings.js'

const small = 20_000_000
const shape = (cores: number, modelBytes = small, given: Partial<SessionSettings> = {}) => {
  const { sessions, intraOpThreads } = resolveSessionSettings(given, modelBytes, cores)
  return [sessions, intraOpThreads]
}

describe('session settings', () => {
  it('give each core a session of one thread', () => {
    expect(shape(1)).toEqual([1, 1])
    expect(shape(2)).toEqual([2, 1])
    expect(shape(4)).toEqual([4, 1])
  })

  it('give the sessions more threads where there are more than four cores', () => {
    expect(shape(6)).toEqual([4, 1])
    expect(shape(8)).toEqual([4, 2])
    expect(shape(64)).toEqual([4, 16])
  })

  it('keep the weights of all sessions below a gigabyte', () => {
    expect(shape(4, 250_000_000)).toEqual([4, 1])
    expect(shape(4, 350_000_000)).toEqual([2, 2])
    expect(shape(4, 1_700_000_000)).toEqual([1, 4])
  })

  it('give a GPU one session', () => {
    expect(shape(8, small, { executionProviders: ['cuda', 'cpu'] })).toEqual([1, 8])
  })

  it('follow what is set, and share the cores among as many sessions', () => {
    expect(shape(8, small, { sessions: 2 })).toEqual([2, 4])
    expect(shape(2, small, { sessions: 3 })).toEqual([3, 1])
    expect(shape(2, small, { intraOpThreads: 2 })).toEqual([2, 2])
  })

  it('are the measured ones where nothing is set', () => {
    expect(resolveSessionSettings({}, small, 2)).toMatchObject({
      executionProviders: ['cpu'],
      graphOptimization: 'all',
      memoryArena: true,
      spinning: false,
    })
  })
})
