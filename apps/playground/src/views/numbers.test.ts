import { expect, test } from 'vitest'
import { cosine, milliseconds } from './numbers.js'

test.each([
  [1, '1.000'],
  [0.99999997, '1.000'],
  [0.99998, '0.9999'],
  [0.9996, '0.9996'],
  [0.9994, '0.999'],
  [-0.1234, '−0.123'],
])('a cosine of %d reads %s', (value, text) => {
  expect(cosine(value)).toBe(text)
})

test.each([
  [0.04, '0.0 ms'],
  [9.94, '9.9 ms'],
  [10.4, '10 ms'],
])('%d reads %s', (value, text) => {
  expect(milliseconds(value)).toBe(text)
})
