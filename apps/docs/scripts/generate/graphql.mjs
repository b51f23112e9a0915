import { readFile } from 'node:fs/promises'
import {
  buildSchema,
  isEnumType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql'
import { code, escapeText, fence, table } from './markdown.mjs'

const schemaFile = new URL('../../../../packages/gateway/schema.graphql', import.meta.url)

/** The SDL as tables: queries first, then every type in the order of the file, then the SDL itself. */
export async function renderGraphql() {
  const sdl = await readFile(schemaFile, 'utf8')
  const schema = buildSchema(sdl)
  const root = [schema.getQueryType(), schema.getMutationType()].filter((type) => type != null)
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type) && !root.includes(type),
  )
  return [
    ...root.flatMap((type) => [`## ${type.name === 'Query' ? 'Queries' : 'Mutations'}`, ...rootFields(type)]),
    '## Types',
    ...types.map(describeType),
    '## The whole schema',
    fence('graphql', sdl),
  ].join('\n\n')
}

/** @param {import('graphql').GraphQLObjectType} type */
function rootFields(type) {
  return Object.values(type.getFields()).map((field) => {
    const args = field.args.map((arg) => [
      code(arg.name),
      code(String(arg.type)),
      arg.defaultValue === undefined ? '' : code(JSON.stringify(arg.defaultValue)),
      arg.description ?? '',
    ])
    return [
      `### ${field.name}`,
      escapeText(field.description ?? ''),
      `Returns ${code(String(field.type))}.`,
      args.length > 0 ? table(['Argument', 'Type', 'Default', ''], args) : '',
    ]
      .filter(Boolean)
      .join('\n\n')
  })
}

/** @param {import('graphql').GraphQLNamedType} type */
function describeType(type) {
  return [`### ${type.name}`, escapeText(type.description ?? ''), members(type)].filter(Boolean).join('\n\n')
}

/** @param {import('graphql').GraphQLNamedType} type */
function members(type) {
  if (isUnionType(type))
    return `One of ${type
      .getTypes()
      .map((one) => code(one.name))
      .join(', ')}.`
  if (isScalarType(type)) return ''
  if (isEnumType(type)) {
    return table(
      ['Value', ''],
      type.getValues().map((value) => [code(value.name), value.description ?? '']),
    )
  }
  if (!isObjectType(type)) return ''
  return table(
    ['Field', 'Type', ''],
    Object.values(type.getFields()).map((field) => [
      code(field.name),
      code(String(field.type)),
      field.description ?? '',
    ]),
  )
}
