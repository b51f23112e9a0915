import { expect, it } from 'vitest'
import { parseStat, watchOthers } from './machine-load.js'

it('reads busy and idle time of a machine, time given to other guests included', () => {
  const stat = 'cpu  100 200 300 1000 500 10 20 370 50 60\ncpu0 1 2 3 4 5 6 7 8 9 10\n'
  expect(parseStat(stat)).toEqual({ allSeconds: 25, busySeconds: 10 })
})

it('says what share of the machine others used', async () => {
  const readings = [
    { allSeconds: 100, busySeconds: 50, ownSeconds: 20 },
    { allSeconds: 120, busySeconds: 65, ownSeconds: 30 },
  ]
  const { value, othersShare } = await watchOthers(
    async () => 'done',
    () => readings.shift()!,
  )
  expect(value).toBe('done')
  expect(othersShare).toBe(0.25)
})
