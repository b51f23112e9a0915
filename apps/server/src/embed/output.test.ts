import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { OutputClosed, openOutputFile, standardOutput } from './output.js'

const freshFolder = () => mkdtempSync(join(tmpdir(), 'pixvec-output-'))

test('the file appears when it is whole, and nothing else stays', async () => {
  const folder = freshFolder()
  const output = await openOutputFile(join(folder, 'out.json'))
  await output.write('one ')
  await output.write(Buffer.from('two'))
  expect(readdirSync(folder)).not.toContain('out.json')
  await output.commit()
  expect(readdirSync(folder)).toEqual(['out.json'])
  expect(readFileSync(join(folder, 'out.json'), 'utf8')).toBe('one two')
})

test('what was there stays when the answer does not become whole', async () => {
  const folder = freshFolder()
  writeFileSync(join(folder, 'out.json'), 'before')
  const output = await openOutputFile(join(folder, 'out.json'))
  await output.write('half')
  await output.discard()
  expect(readdirSync(folder)).toEqual(['out.json'])
  expect(readFileSync(join(folder, 'out.json'), 'utf8')).toBe('before')
})

test('a place in the file can be written again', async () => {
  const folder = freshFolder()
  const output = await openOutputFile(join(folder, 'out'))
  await output.write('____ after')
  await output.writeAt!(Buffer.from('head'), 0)
  await output.commit()
  expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('head after')
})

test('behind a link the file is replaced and the link stays', async () => {
  const folder = freshFolder()
  mkdirSync(join(folder, 'real'))
  writeFileSync(join(folder, 'real', 'out'), 'before')
  symlinkSync(join(folder, 'real', 'out'), join(folder, 'link'))
  const output = await openOutputFile(join(folder, 'link'))
  await output.write('after')
  await output.commit()
  expect(readFileSync(join(folder, 'real', 'out'), 'utf8')).toBe('after')
})

test.each([
  ['a folder that is not there', 'nope/out.json', 'no such file or folder'],
  ['a file as a folder', 'file/out.json', 'a part of the path is not a folder'],
  ['a folder as a file', 'folder', 'it is a folder'],
])('%s is told by path and reason', async (_, name, reason) => {
  const folder = freshFolder()
  writeFileSync(join(folder, 'file'), '')
  mkdirSync(join(folder, 'folder'))
  await expect(openOutputFile(join(folder, name))).rejects.toThrow(
    `Cannot write ${join(folder, name)}: ${reason}.`,
  )
})

test.runIf(process.platform === 'linux')('a full disk is told in words', async () => {
  const output = await openOutputFile('/dev/full')
  await expect(output.write('x')).rejects.toThrow('Cannot write /dev/full: no space left on the device.')
  await output.discard()
})

function failingStream(code: string): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
  })
}

test('a reader of standard output that has gone is no failure', async () => {
  const output = standardOutput(failingStream('EPIPE'))
  await expect(output.write('x')).rejects.toBeInstanceOf(OutputClosed)
  await expect(output.write('y')).rejects.toBeInstanceOf(OutputClosed)
})

test('standard output on a full disk is a failure in words', async () => {
  const output = standardOutput(failingStream('ENOSPC'))
  await expect(output.write('x')).rejects.toThrow(
    'Cannot write standard output: no space left on the device.',
  )
})
