import { expect, it } from 'vitest'
import type { HttpAnswer } from './http-caller.js'
import type { Sent } from './open-loop.js'
import { type Round, summariseRounds } from './service-part.js'

it('makes one result of the rounds of a service', () => {
  const { at80, overload, ...rest } = summariseRounds([round(), round()], 2)
  expect(rest).toEqual({ peakRounds: [10, 10], peak: 10, unloadedP50: 40 })
  expect(
    at80.map(({ arrivals, perSecond, p99, ofUnloaded }) => [arrivals, perSecond, p99, ofUnloaded]),
  ).toEqual([
    ['even', 8, 100, 2.5],
    ['random', 8, Number.MAX_VALUE, Number.MAX_VALUE / 40],
  ])
  // 18 of the 20 were answered between 0.75 s and 3 s: 8 a second, of 10.
  expect(overload).toEqual({
    offered: 4,
    goodput: 0.8,
    answered: 40,
    refused: 20,
    failed: 2,
    refuseP50: 5,
    refuseP99: 5,
    answerP50: 500,
    answerP99: 500,
  })
})

function round(): Round {
  const even = [sent(200, 60), sent(200, 100)]
  return {
    peak: 10,
    unloaded: [40, 39, 41],
    at80: { even: { rate: 8, sent: even }, random: { rate: 8, sent: [...even, sent(503, 1)] } },
    overload: [
      sent(200, 500, 700),
      ...Array.from({ length: 18 }, () => sent(200, 500, 1000)),
      sent(200, 500, 3000),
      ...Array.from({ length: 10 }, () => sent(503, 5)),
      { dueMs: 0, endedMs: 1, tookMs: 1, value: undefined },
    ],
  }
}

function sent(status: number, tookMs: number, endedMs = 1500): Sent<HttpAnswer> {
  return { dueMs: endedMs - tookMs, endedMs, tookMs, value: { status, ms: tookMs, text: '' } }
}
