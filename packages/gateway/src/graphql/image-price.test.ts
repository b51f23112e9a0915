import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { imagesAskedFor, tooManyImages } from './image-price.js'

function price(query: string, variables?: Record<string, unknown>): number {
  const document = parse(query)
  const operation = document.definitions.find((definition) => definition.kind === 'OperationDefinition')!
  return imagesAskedFor({ document, operation, variables })
}

test('an embedImage is one image, under any alias', () => {
  expect(price('{ models { id } }')).toBe(0)
  expect(price('{ embedImage(img: "a") { id } }')).toBe(1)
  expect(price('{ a: embedImage(img: "a") { id } b: embedImage(img: "b") { id } }')).toBe(2)
})

test('an embedImages is as many as its list is long, literal or variable', () => {
  expect(price('{ embedImages(imgs: ["a", "b", "c"]) { __typename } }')).toBe(3)
  expect(price('{ embedImages(imgs: "a") { __typename } }')).toBe(1)
  expect(price('{ embedImages(imgs: []) { __typename } }')).toBe(0)
  const byVariable = 'query ($imgs: [String!]!) { embedImages(imgs: $imgs) { __typename } }'
  expect(price(byVariable, { imgs: ['a', 'b'] })).toBe(2)
  expect(price(byVariable, { imgs: 'a' })).toBe(1)
  expect(price(byVariable)).toBe(0)
  expect(price('query ($i: String!) { embedImages(imgs: [$i, $i]) { __typename } }', { i: 'a' })).toBe(2)
})

test('a default value counts where the variable is left out', () => {
  const query = 'query ($imgs: [String!]! = ["a", "b"]) { embedImages(imgs: $imgs) { __typename } }'
  expect(price(query)).toBe(2)
  expect(price(query, { imgs: ['a'] })).toBe(1)
})

test('fragments and inline fragments count where they are spread', () => {
  expect(
    price(`{ ...One ... on Query { a: embedImage(img: "a") { id } ... { ...One } } }
      fragment One on Query { embedImages(imgs: ["a", "b"]) { __typename } }`),
  ).toBe(5)
})

test('fragments that double each other cost no more than their text', () => {
  const depth = 60
  const bomb = Array.from(
    { length: depth },
    (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`,
  ).join('\n')
  const query = `{ ...F0 } ${bomb} fragment F${depth} on Query { embedImage(img: "a") { id } }`
  // 2^60 visits would not end.
  expect(price(query)).toBe(2 ** depth)
})

test('an operation over the limit is refused with both figures', () => {
  const document = parse('{ embedImages(imgs: ["a", "b", "c"]) { __typename } }')
  const operation = document.definitions[0] as Parameters<typeof imagesAskedFor>[0]['operation']
  expect(tooManyImages({ document, operation, variables: {} }, 3)).toBeUndefined()
  expect(tooManyImages({ document, operation, variables: {} }, 2)).toMatchObject({
    code: 'TOO_MANY_IMAGES',
    details: { received: 3, limit: 2 },
  })
})
