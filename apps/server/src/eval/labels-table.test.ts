import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { freshFolder } from '../../test/pixvec.js'
import { readLabelsTable } from './labels-table.js'

function tableOf(text: string): string {
  const file = join(freshFolder(), 'labels.tsv')
  writeFileSync(file, text)
  return file
}

const lines = 'path\tlabel\tsplit\na/1.jpg\tcat\tquery\na/2.jpg\tcat\tgallery\n'

it('reads paths beside the table, labels and splits', async () => {
  const file = tableOf(lines)
  expect(await readLabelsTable(file)).toEqual([
    { path: join(file, '../a/1.jpg'), name: 'a/1.jpg', label: 'cat', split: 'query' },
    { path: join(file, '../a/2.jpg'), name: 'a/2.jpg', label: 'cat', split: 'gallery' },
  ])
})

it('takes other columns, another order, a byte order mark, and the line ends of Windows', async () => {
  const text = '\uFEFFsplit\twho\tlabel\tpath\r\nquery\tme\tcat\t/abs/1.jpg\r\n\r\ngallery\t\tdog\t2.jpg\r\n'
  expect(
    (await readLabelsTable(tableOf(text))).map(({ name, label, split }) => [name, label, split]),
  ).toEqual([
    ['/abs/1.jpg', 'cat', 'query'],
    ['2.jpg', 'dog', 'gallery'],
  ])
})

it.each([
  [
    '',
    'line 1: expected the names of columns, path, label, split among them, with tabs between; path, label, split are missing. It has nothing.',
  ],
  ['path,label,split\n', 'path, label, split are missing. It has path,label,split.'],
  ['path\tlabel\n', 'split is missing. It has path, label.'],
  [`${lines}a/3.jpg\tcat\n`, 'line 4: expected split to be query or gallery; received "".'],
  [`${lines}a/3.jpg\tcat\ttrain\n`, 'line 4: expected split to be query or gallery; received "train".'],
  [`${lines}a/3.jpg\t\tquery\n`, 'line 4: label is empty. Expected path, label, split with tabs between'],
  [`${lines}\ta\tquery\n`, 'line 4: path is empty.'],
  [`${lines}a/1.jpg\tcat\tgallery\n`, 'line 4: a/1.jpg stands there twice.'],
  ['path\tlabel\tsplit\na\tb\tquery\n', 'has no picture whose split is gallery.'],
  ['path\tlabel\tsplit\n', 'has no picture whose split is query.'],
])('says of %j what is wrong', async (text, message) => {
  await expect(readLabelsTable(tableOf(text))).rejects.toThrow(message)
})

it('says of a table that is not there that it is not', async () => {
  await expect(readLabelsTable('/no/labels.tsv')).rejects.toThrow(
    'Cannot read /no/labels.tsv: no such file or folder.',
  )
})
