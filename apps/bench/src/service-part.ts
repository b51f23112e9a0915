import { readFileSync } from 'node:fs'
import { describeModel } from '@pixvec/core'
import { endChild } from './children.js'
import { type Corpus, writePicture } from './corpora.js'
import { createHttpCaller, type HttpAnswer, type HttpCaller } from './http-caller.js'
import { runLoad } from './measure.js'
import type { BenchModel } from './models.js'
import { type Arrivals, arrivalTimes, type Sent, sendAt } from './open-loop.js'
import type { ServiceResult } from './results.js'
import { ready, startServer } from './server-process.js'
import { median, quantile } from './statistics.js'

export interface ServiceOptions {
  readonly model: BenchModel
  readonly corpus: Corpus
  readonly rounds: number
  /** Measured seconds of each kind of load in one round. */
  readonly seconds: number
  /** For the picture. */
  readonly folder: string
  readonly progress: (line: string) => void
}

/** Callers whose rate counts as the capacity: enough that the server always has work. */
const callersAtPeak = 16
/** What is offered at overload, as a multiple of the capacity. */
const overloadFactor = 4
/** The part of the overload that is not counted: until the queue is full. */
const untilFull = 0.25

/** How one server behaves with no load, at its capacity, at 80 % of it and at four times of it. */
export async function measureService(options: ServiceOptions): Promise<ServiceResult> {
  const { model, corpus, rounds, seconds, progress } = options
  const { path, jpeg } = await writePicture(corpus, options.folder)
  const server = await startServer({ manifest: model.isBuiltIn ? undefined : model.path })
  const caller = createHttpCaller(server.port, readFileSync(path), 'upload')
  try {
    await ready(server)
    await runLoad(caller.call, { concurrency: callersAtPeak, seconds: Math.min(2, seconds) })
    const all: Round[] = []
    for (let round = 0; round < rounds; round++) {
      all.push(await measureRound(caller, seconds))
      progress(`round ${round + 1} of ${rounds}: ${describeRound(all.at(-1)!)}`)
    }
    return {
      kind: 'service',
      model: model.title,
      revision: describeModel(model).revision,
      corpus: `${corpus.title}, ${Math.round(jpeg.length / 1000)} kB`,
      ...summariseRounds(all, seconds),
    }
  } finally {
    caller.close()
    await endChild(server.child)
  }
}

/** @internal */
export interface Round {
  readonly peak: number
  readonly unloaded: readonly number[]
  readonly at80: Readonly<
    Record<Arrivals, { readonly rate: number; readonly sent: readonly Sent<HttpAnswer>[] }>
  >
  readonly overload: readonly Sent<HttpAnswer>[]
}

async function measureRound(caller: HttpCaller, seconds: number): Promise<Round> {
  const unloaded = (await runLoad(caller.call, { concurrency: 1, seconds })).times
  const { images, elapsedSeconds } = await runLoad(caller.call, { concurrency: callersAtPeak, seconds })
  const peak = images / elapsedSeconds
  const at = async (arrivals: Arrivals) => ({
    rate: 0.8 * peak,
    sent: await sendAt(arrivalTimes(0.8 * peak, seconds * 1.5, arrivals), caller.send),
  })
  const at80 = { even: await at('even'), random: await at('random') }
  const overload = await sendAt(arrivalTimes(overloadFactor * peak, seconds * 1.5, 'even'), caller.send)
  return { peak, unloaded, at80, overload }
}

/** All rounds as one result. @param seconds  of each kind of load; what is sent at a rate is sent for half as long again */
export function summariseRounds(
  all: readonly Round[],
  seconds: number,
): Omit<ServiceResult, 'kind' | 'model' | 'revision' | 'corpus'> {
  const unloadedP50 = quantile(
    all.flatMap(({ unloaded }) => unloaded),
    0.5,
  )
  const latency = (arrivals: Arrivals) => {
    const sent = all.flatMap(({ at80 }) => at80[arrivals].sent)
    // One that is refused or lost at this load counts as one that never came back.
    const times = sent.map(({ value, tookMs }) => (value?.status === 200 ? tookMs : Number.MAX_VALUE))
    const p99 = quantile(times, 0.99)
    return {
      arrivals,
      perSecond: median(all.map(({ at80 }) => at80[arrivals].rate)),
      p50: quantile(times, 0.5),
      p95: quantile(times, 0.95),
      p99,
      calls: times.length,
      ofUnloaded: p99 / unloadedP50,
    }
  }
  return {
    peakRounds: all.map(({ peak }) => peak),
    peak: median(all.map(({ peak }) => peak)),
    unloadedP50,
    at80: [latency('even'), latency('random')],
    overload: {
      offered: overloadFactor,
      goodput: median(all.map(({ peak, overload }) => goodputOf(overload, seconds * 1.5) / peak)),
      ...answersOf(all.flatMap(({ overload }) => overload)),
    },
  }
}

/** Images answered a second, from when the queue is full to when nothing more is sent. */
function goodputOf(sent: readonly Sent<HttpAnswer>[], seconds: number): number {
  const from = untilFull * seconds * 1000
  const answered = sent.filter(
    ({ value, endedMs }) => value?.status === 200 && endedMs >= from && endedMs < seconds * 1000,
  )
  return answered.length / (seconds * (1 - untilFull))
}

function answersOf(sent: readonly Sent<HttpAnswer>[]) {
  const times = (status: number) =>
    sent.filter(({ value }) => value?.status === status).map(({ tookMs }) => tookMs)
  const answered = times(200)
  // From when it was sent: the sender shares the cores, and how late it was is no doing of the server.
  const refused = sent.flatMap(({ value }) => (value?.status === 503 ? [value.ms] : []))
  const at = (values: readonly number[], q: number) => (values.length > 0 ? quantile(values, q) : null)
  return {
    answered: answered.length,
    refused: refused.length,
    failed: sent.length - answered.length - refused.length,
    refuseP50: at(refused, 0.5),
    refuseP99: at(refused, 0.99),
    answerP50: at(answered, 0.5),
    answerP99: at(answered, 0.99),
  }
}

function describeRound({ peak, unloaded, overload }: Round): string {
  const refused = overload.filter(({ value }) => value?.status === 503).length
  return `${peak.toFixed(1)} images/s, alone ${quantile(unloaded, 0.5).toFixed(1)} ms, ${refused} of ${overload.length} refused at overload`
}
