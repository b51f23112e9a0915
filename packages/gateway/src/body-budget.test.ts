import { expect, test } from 'vitest'
import { createBodyBudget } from './body-budget.js'

test('lets bodies in until the budget is full, and again when one is done', () => {
  const budget = createBodyBudget(100)
  const release = budget.reserve(60)
  budget.reserve(40)
  expect(() => budget.reserve(1)).toThrow(expect.objectContaining({ code: 'OVERLOADED', retryAfterMs: 1000 }))
  release()
  expect(budget.inUse()).toBe(40)
  expect(() => budget.reserve(60)).not.toThrow()
})

test('gives a body back once, however often it is released', () => {
  const budget = createBodyBudget(100)
  const release = budget.reserve(30)
  budget.reserve(30)
  release()
  release()
  expect(budget.inUse()).toBe(30)
})

test('lets a lone body in that is larger than the budget', () => {
  expect(() => createBodyBudget(10).reserve(20)).not.toThrow()
})
