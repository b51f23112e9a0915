import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { keyFromFile } from './key-file.js'

function freshPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'pixvec-key-')), 'state', 'key')
}

const modeOf = (path: string) => statSync(path).mode & 0o777

test('makes a key that only the owner can read, in a folder that only the owner can open', async () => {
  const path = freshPath()
  const key = await keyFromFile(path)
  expect(key).toMatch(/^pixvec_[\w-]{32}$/)
  expect(modeOf(path)).toBe(0o600)
  expect(modeOf(dirname(path))).toBe(0o700)
})

test('gives the same key at the next start', async () => {
  const path = freshPath()
  expect(await keyFromFile(path)).toBe(await keyFromFile(path))
})

test('gives different servers different keys', async () => {
  expect(await keyFromFile(freshPath())).not.toBe(await keyFromFile(freshPath()))
})

test('agrees on one key when several servers start together, and leaves nothing else behind', async () => {
  const path = freshPath()
  const keys = await Promise.all(Array.from({ length: 8 }, () => keyFromFile(path)))
  expect(new Set(keys).size).toBe(1)
  expect(keys[0]).toBe(readFileSync(path, 'utf8').trim())
  expect(readdirSync(dirname(path))).toEqual(['key'])
})

test.each([0o640, 0o604, 0o644, 0o660])(
  'refuses a key file of mode %o and does not say the key',
  async (mode) => {
    const path = freshPath()
    const key = await keyFromFile(path)
    chmodSync(path, mode)
    const refusal = await keyFromFile(path).catch((thrown: Error) => thrown.message)
    expect(refusal).toContain(`mode 0${mode.toString(8)}`)
    expect(refusal).toContain('chmod 600')
    expect(refusal).not.toContain(key)
  },
)

test.each([
  ['empty', ''],
  ['of two lines', 'one\ntwo\n'],
  ['not ASCII', 'ключ\n'],
])('refuses a key file that is %s', async (_, content) => {
  const path = freshPath()
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content, { mode: 0o600 })
  await expect(keyFromFile(path)).rejects.toThrow('does not hold one line')
})

test('says which path could not be written and what to set', async () => {
  const path = freshPath()
  mkdirSync(dirname(dirname(path)), { recursive: true })
  writeFileSync(dirname(path), 'a file where the folder should be')
  await expect(keyFromFile(path)).rejects.toThrow(
    `Cannot keep the key in ${path}: a part of the path is not a folder. Set PIXVEC_KEY_FILE`,
  )
})
