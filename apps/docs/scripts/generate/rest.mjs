import { readFile } from 'node:fs/promises'
import { code, escapeText, table } from './markdown.mjs'

const documentFile = new URL('../../../../packages/rest-compat/openapi.json', import.meta.url)
const methods = ['post', 'get', 'put', 'patch', 'delete']
const isService = (operation) => (operation.tags?.includes('service') ? 1 : 0)

/** openapi.json as pages for people: one section an operation, then the shapes of the answers. */
export async function renderRest() {
  const document = JSON.parse(await readFile(documentFile, 'utf8'))
  const operations = Object.entries(document.paths)
    .flatMap(([path, item]) =>
      methods.filter((method) => item[method]).map((method) => [path, method, item[method]]),
    )
    .sort((a, b) => isService(a[2]) - isService(b[2]))
    .map(([path, method, operation]) => describeOperation(path, method, operation, document))
  const schemas = Object.entries(document.components?.schemas ?? {}).map(([name, schema]) =>
    describeComponent(name, schema, document),
  )
  return [...operations, '## Shapes', ...schemas].join('\n\n')
}

function describeOperation(path, method, operation, document) {
  const parameters = (operation.parameters ?? []).map((parameter) => [
    code(parameter.name),
    parameter.in,
    typeOf(parameter.schema ?? {}, document),
    parameter.required ? 'yes' : 'no',
    parameter.description ?? parameter.schema?.description ?? '',
  ])
  return [
    `## ${method.toUpperCase()} ${path}`,
    operation.summary ? `**${escapeText(operation.summary)}**` : '',
    escapeText(operation.description ?? ''),
    parameters.length > 0 ? table(['Parameter', 'In', 'Type', 'Required', ''], parameters) : '',
    ...bodies(operation.requestBody?.content ?? {}, document),
    answers(operation.responses ?? {}, document),
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** Content types whose fields are the same share one table. */
function bodies(content, document) {
  const byTable = new Map()
  for (const [type, { schema }] of Object.entries(content)) {
    const fields = fieldTable(schema, document, 'Required')
    byTable.set(fields, [...(byTable.get(fields) ?? []), type])
  }
  return [...byTable].map(([fields, types]) => `Body ${types.map(code).join(' or ')}:\n\n${fields}`)
}

function answers(responses, document) {
  const rows = Object.entries(responses).map(([status, response]) => {
    const [[type, media] = []] = Object.entries(response.content ?? {})
    return [status, type ? `${code(type)} ${typeOf(media.schema ?? {}, document)}` : '', meaning(response)]
  })
  return rows.length > 0 ? `Answers:\n\n${table(['Status', 'Body', 'When'], rows)}` : ''
}

/** Fastify's own words for a response without a description say nothing. */
function meaning({ description = '' }) {
  return description === 'Default Response' ? '' : description
}

function describeComponent(name, schema, document) {
  const body = schema.properties ? fieldTable(schema, document, 'Always there') : values(schema)
  return [`### ${name}`, escapeText(schema.description ?? ''), body].filter(Boolean).join('\n\n')
}

function values(schema) {
  return schema.enum ? `One of ${schema.enum.map((value) => code(String(value))).join(', ')}.` : ''
}

function fieldTable(schema, document, requiredHeader) {
  const { properties = {}, required = [] } = resolve(schema, document)
  const rows = Object.entries(properties).map(([name, property]) => [
    code(name),
    typeOf(property, document),
    required.includes(name) ? 'yes' : 'no',
    property.default === undefined ? '' : code(JSON.stringify(property.default)),
    property.description ?? '',
  ])
  const hasDefaults = rows.some((row) => row[3] !== '')
  const pick = (row) => (hasDefaults ? row : row.filter((_, i) => i !== 3))
  return table(pick(['Field', 'Type', requiredHeader, 'Default', '']), rows.map(pick))
}

function typeOf(schema, document) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)
    return `[${name}](#${name.toLowerCase()})`
  }
  if (schema.const !== undefined) return code(JSON.stringify(schema.const))
  if (schema.enum) return schema.enum.map((value) => code(JSON.stringify(value))).join(', ')
  const union = schema.anyOf ?? schema.oneOf
  if (union) return union.map((one) => typeOf(one, document)).join(', ')
  if (schema.type === 'array') return `array of ${typeOf(schema.items ?? {}, document)}`
  if (schema.format === 'binary') return 'file'
  return [schema.type].flat().filter(Boolean).join(' or ')
}

function resolve(schema, document) {
  if (!schema?.$ref) return schema ?? {}
  return schema.$ref
    .replace('#/', '')
    .split('/')
    .reduce((node, key) => node[key], document)
}
