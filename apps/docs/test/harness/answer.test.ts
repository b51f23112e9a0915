import { expect, test } from 'vitest'
import { differences, readShownJson, textDifferences } from './answer.js'

const real = { status: 200, id: '0123456789', embedding: [0.1234567, -0.5, 0.25], model: 'pixvec-7' }

test('takes a true answer, shortened and with another id', () => {
  const shown = readShownJson(
    '{"status": 200, "id": "FFFFFFFFFF", "embedding": [0.1235, -0.5, …], "model": "pixvec-7"}',
  )
  expect(differences(shown, real)).toEqual([])
})

test.each([
  ['a number that is off', '{"status": 200, "id": "A", "embedding": [0.13, …], "model": "pixvec-7"}'],
  ['another status', '{"status": 201, "id": "A", "embedding": [0.1235, …], "model": "pixvec-7"}'],
  ['a key too few', '{"status": 200, "embedding": [0.1235, …], "model": "pixvec-7"}'],
  ['another order', '{"id": "A", "status": 200, "embedding": [0.1235, …], "model": "pixvec-7"}'],
  ['a list that ends too soon', '{"status": 200, "id": "A", "embedding": [0.1235], "model": "pixvec-7"}'],
  ['another kind', '{"status": 200, "id": 5, "embedding": [0.1235, …], "model": "pixvec-7"}'],
  ['another word', '{"status": 200, "id": "A", "embedding": [0.1235, …], "model": "other"}'],
])('names %s', (_, shown) => {
  expect(differences(readShownJson(shown), real)).toHaveLength(1)
})

test('compares lines of text word by word, and their numbers nearly', () => {
  expect(textDifferences('rose tulip 0.913', 'rose tulip 0.9127\n')).toEqual([])
  expect(textDifferences('rose tulip 0.913', 'rose tulip 0.7\n')).toHaveLength(1)
  expect(textDifferences('rose tulip 0.913', 'rose lily 0.913\n')).toHaveLength(1)
})

test('lets whole numbers be off by as much as the block allows, and no word', () => {
  expect(textDifferences('30 of 36 right', '31 of 36 right', 1)).toEqual([])
  expect(textDifferences('30 of 36 right', '32 of 36 right', 1)).toHaveLength(1)
  expect(textDifferences('30 of 36 right', '30 of 36 wrong', 1)).toHaveLength(1)
})
