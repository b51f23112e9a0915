import { expect, test } from 'vitest'
import { readFences } from './fences.js'

const markdown = [
  '# Title',
  '```sh no-run="installs and serves"',
  'npm start',
  '```',
  '- in a list:',
  '  ```json answer',
  '  {"a": 1}',
  '  ```',
  '````ts [plugin.ts]',
  '```not a fence```',
  '````',
].join('\n')

test('finds every block with its line, language and marks', () => {
  const [shell, json, module] = readFences('x.md', markdown)
  expect(shell).toMatchObject({ line: 2, language: 'sh', noRun: 'installs and serves', code: 'npm start\n' })
  expect(json).toMatchObject({ line: 6, language: 'json', isAnswer: true, code: '{"a": 1}\n' })
  expect(module).toMatchObject({ language: 'ts', title: 'plugin.ts', code: '```not a fence```\n' })
})

test('reads what an answer is of, and whether it may be near', () => {
  const [answer] = readFences('x.md', '```text answer [search.ts] near\n1\n```')
  expect(answer).toMatchObject({ isAnswer: true, title: 'search.ts', isNear: true })
})

test('refuses a block that is never closed', () => {
  expect(() => readFences('x.md', '```sh\ncurl')).toThrow('x.md:1')
})
