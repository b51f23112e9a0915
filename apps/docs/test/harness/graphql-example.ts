import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, type DocumentNode, Kind, parse, print, validate } from 'graphql'
import { exampleKey } from './example-server.js'
import { readText } from './repository.js'

const sdl = readText('packages/gateway/schema.graphql')
const schema = buildSchema(sdl)

/**
 * Runs the operation of a block, or, for types, looks whether the schema has them exactly so.
 * @returns the server's answer, or undefined for types
 */
export async function runGraphqlExample(code: string, url: string, folder: string): Promise<unknown> {
  const document = parse(code)
  if (document.definitions.some((one) => one.kind === Kind.OPERATION_DEFINITION)) {
    return execute(code, document, url, folder)
  }
  for (const definition of document.definitions) {
    if (!definitionsOf(parse(sdl)).includes(print(definition))) {
      throw new Error(`The schema has no such definition:\n${print(definition)}`)
    }
  }
  return undefined
}

async function execute(query: string, document: DocumentNode, url: string, folder: string): Promise<unknown> {
  const mistakes = validate(schema, document)
  if (mistakes.length > 0) throw new Error(mistakes.map((mistake) => mistake.message).join('\n'))
  const image = (name: string) => readFileSync(join(folder, name)).toString('base64')
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${exampleKey}` },
    body: JSON.stringify({
      query,
      variables: { img: image('photo.jpg'), imgs: [image('photo.jpg'), image('other.jpg')], dimension: 512 },
    }),
  })
  const answer = (await response.json()) as { errors?: { message: string }[] }
  if (answer.errors) throw new Error(answer.errors.map((error) => error.message).join('\n'))
  return answer
}

function definitionsOf(document: DocumentNode): string[] {
  return document.definitions.map((definition) => print(definition))
}
