import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findInputs } from './inputs.js'

function folderWith(...names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'pixvec-inputs-'))
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), '')
  }
  return folder
}

test('a folder gives the images in it and below, by name, whatever the case of the extension', async () => {
  const folder = folderWith('b.PNG', 'a.jpg', 'deep/er/c.webp', 'notes.txt', 'd.tiff')
  const { files, isSingle } = await findInputs([folder])
  expect(files).toEqual(['a.jpg', 'b.PNG', 'd.tiff', 'deep/er/c.webp'].map((name) => join(folder, name)))
  expect(isSingle).toBe(false)
})

test('a pattern gives what it matches, by name', async () => {
  const folder = folderWith('2.jpg', '1.jpg', 'sub/3.jpg', '4.png')
  expect((await findInputs([`${folder}/**/*.jpg`])).files).toEqual(
    ['1.jpg', '2.jpg', 'sub/3.jpg'].map((name) => join(folder, name)),
  )
})

test('a file whose name looks like a pattern is that file', async () => {
  const folder = folderWith('photo[1].jpg', 'photo1.jpg')
  const path = join(folder, 'photo[1].jpg')
  expect(await findInputs([path])).toEqual({ files: [path], failures: [], isSingle: true })
})

test('keeps the order of the arguments and names nothing twice', async () => {
  const folder = folderWith('a.jpg', 'b.jpg')
  const b = join(folder, 'b.jpg')
  expect((await findInputs([b, folder, '-'])).files).toEqual([b, join(folder, 'a.jpg'), '-'])
})

test('what names nothing is a failure that says why, and stops nothing', async () => {
  const folder = folderWith('a.jpg', 'empty/notes.txt')
  const { files, failures } = await findInputs([
    join(folder, 'nope.jpg'),
    join(folder, '*.gif'),
    join(folder, 'empty'),
    join(folder, 'a.jpg'),
  ])
  expect(files).toEqual([join(folder, 'a.jpg')])
  expect(failures.map(({ error }) => error)).toEqual([
    'no such file or folder',
    'no file matches this pattern',
    expect.stringContaining('no images in this folder'),
  ])
})

test('a link that leads back to its own folder does not go on for ever', async () => {
  const folder = folderWith('a.jpg')
  symlinkSync(folder, join(folder, 'loop'))
  expect((await findInputs([folder])).files).toContain(join(folder, 'a.jpg'))
})
