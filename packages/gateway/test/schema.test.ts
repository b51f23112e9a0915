import { readFile } from 'node:fs/promises'
import { type ErrorCode, errorCodes, errorTable } from '@pixvec/core'
import {
  buildSchema,
  type GraphQLEnumType,
  type GraphQLNamedType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql'
import { expect, test } from 'vitest'
import { createSchema } from '../src/graphql/schema.js'

const committed = buildSchema(await readFile(new URL('../schema.graphql', import.meta.url), 'utf8'))
const current = await createSchema({
  host: { embed: async () => Promise.reject(), models: [] },
  maxImageBytes: 0,
})

test('schema.graphql is what the resolvers say', () => {
  const print = (schema: typeof current) => printSchema(lexicographicSortSchema(schema))
  expect(print(committed)).toBe(print(current))
})

test('every code of the error table is in the schema with its meaning, and no other', () => {
  const values = (committed.getType('ErrorCode') as GraphQLEnumType).getValues()
  expect(values.map(({ name }) => name).sort()).toEqual([...errorCodes].sort())
  for (const { name, description } of values) expect(description).toBe(errorTable[name as ErrorCode].when)
})

test('every type, field and argument says what it is', () => {
  const silent: string[] = []
  const look = (path: string, element: { description?: string | null | undefined }) => {
    if (!element.description) silent.push(path)
  }
  const ours = (type: GraphQLNamedType) =>
    !type.name.startsWith('__') && type.name !== 'Query' && 'astNode' in type
  for (const type of Object.values(committed.getTypeMap())) {
    if (ours(type)) look(type.name, type)
    if (type.name.startsWith('__') || !('getFields' in type)) continue
    for (const field of Object.values(type.getFields())) {
      look(`${type.name}.${field.name}`, field)
      if ('args' in field) for (const arg of field.args) look(`${type.name}.${field.name}(${arg.name})`, arg)
    }
  }
  expect(silent).toEqual([])
})
