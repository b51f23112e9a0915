import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { type StopReason, watchForStop } from './stop.js'

function watched() {
  const source = new EventEmitter()
  const atOnce: StopReason[] = []
  let time = 1000
  const watch = watchForStop({ source, stopNow: (reason) => atOnce.push(reason), now: () => time })
  return {
    source,
    atOnce,
    watch,
    later: (ms: number) => {
      time += ms
    },
  }
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s asks to stop', async (signal) => {
  const { source, watch, atOnce } = watched()
  source.emit(signal, signal)
  expect(await watch.reason).toEqual({ kind: 'signal', signal })
  expect(atOnce).toEqual([])
})

test('SIGHUP is left alone where it means something else', () => {
  const source = new EventEmitter()
  watchForStop({ source, stopNow: () => {}, stopsOnHangup: false })
  expect(source.listenerCount('SIGHUP')).toBe(0)
  expect(source.listenerCount('SIGTERM')).toBe(1)
})

test('one Ctrl-C that arrives twice, from the terminal and from npm, is one', () => {
  const { source, atOnce, later } = watched()
  source.emit('SIGINT', 'SIGINT')
  later(20)
  source.emit('SIGINT', 'SIGINT')
  expect(atOnce).toEqual([])
})

test('a second Ctrl-C ends at once', () => {
  const { source, atOnce, later } = watched()
  source.emit('SIGINT', 'SIGINT')
  later(700)
  source.emit('SIGINT', 'SIGINT')
  expect(atOnce).toEqual([{ kind: 'signal', signal: 'SIGINT' }])
})

test.each(['uncaughtException', 'unhandledRejection'])('an %s is a fault that stops', async (name) => {
  const { source, watch } = watched()
  const error = new Error('nobody caught this')
  source.emit(name, error)
  expect(await watch.reason).toEqual({ kind: 'fault', error })
})

test('a fault while stopping ends at once', () => {
  const { source, atOnce } = watched()
  source.emit('SIGTERM', 'SIGTERM')
  source.emit('uncaughtException', new Error('while stopping'))
  expect(atOnce).toMatchObject([{ kind: 'fault' }])
})

test('gives the signals back when released', () => {
  const { source, watch } = watched()
  watch.release()
  expect(source.eventNames()).toEqual([])
})
