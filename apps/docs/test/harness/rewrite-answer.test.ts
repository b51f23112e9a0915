import { expect, test } from 'vitest'
import { rewriteJson } from './rewrite-answer.js'

const shown = `{
  "id": "6783E34342",
  "embedding": [-0.1194, 0.35, …], "model": "old \\"one\\"",
  "items": [{ "ok": true }, {}]
}
`

test('puts new values where the old ones stood, and leaves the writing alone', () => {
  const real = { id: 'X', embedding: [0.51239, -1, 7], model: 'new', items: [{ ok: false }, {}] }
  expect(rewriteJson(shown, real)).toBe(`{
  "id": "6783E34342",
  "embedding": [0.5124, -1.00, …], "model": "new",
  "items": [{ "ok": false }, {}]
}
`)
})

test('refuses an answer of another shape', () => {
  expect(() => rewriteJson(shown, { id: 'X', embedding: [1] })).toThrow('which the real one lacks')
})
