import type { Call } from './call.js'

/** The same call, in the words of four programs. The key is read from `KEY`: it is never written out. */
export const languages = [
  { id: 'curl', label: 'curl', write: curl },
  { id: 'graphql', label: 'GraphQL', write: graphql },
  { id: 'typescript', label: 'TypeScript', write: typescript },
  { id: 'python', label: 'Python', write: python },
] as const

export type LanguageId = (typeof languages)[number]['id']

function curl({ address, dimension, file }: Call): string {
  return [
    `curl -F ${shellWord(`file=@${curlName(file)}`)} -F dimension=${dimension} \\`,
    '  -H "Authorization: Bearer $KEY" \\',
    `  ${shellWord(`${address}/imgembed`)}`,
  ].join('\n')
}

function graphql({ address, dimension, file }: Call): string {
  return `# POST ${address}/graphql
# Authorization: Bearer $KEY
# variables: { "img": "<base64 of ${file.replaceAll(/[\r\n]/g, ' ')}>" }
query EmbedImage($img: String!) {
  embedImage(img: $img, dimension: ${dimension}) {
    embedding
    model
    revision
    timings { decodeMs queueMs inferenceMs }
  }
}`
}

function typescript({ address, dimension, file, transport }: Call): string {
  const chosen = transport === 'graphql' ? ", transport: 'graphql'" : ''
  return `import { readFile } from 'node:fs/promises'
import { createClient } from '@pixvec/client'

const client = createClient({ baseUrl: ${quoted(address)}, key: process.env.KEY${chosen} })
const image = await readFile(${quoted(file)})
const { embedding, model, timings } = await client.embedImage(image, { dimension: ${dimension} })
console.log(model, embedding.length, timings)`
}

function python({ address, dimension, file }: Call): string {
  return `import os
import requests

with open(${JSON.stringify(file)}, "rb") as image:
    answer = requests.post(
        ${JSON.stringify(`${address}/imgembed`)},
        files={"file": image},
        data={"dimension": ${dimension}},
        headers={"Authorization": "Bearer " + os.environ["KEY"]},
    )
reply = answer.json()
if reply["status"] != 200:
    raise SystemExit(reply["error"])
print(reply["model"], len(reply["embedding"]))`
}

/** One word of a shell, whatever is in it. */
function shellWord(word: string): string {
  return /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** In quotes where curl would take a character of the name for its own. */
function curlName(file: string): string {
  return /[",;\\]/.test(file) ? `"${file.replaceAll(/["\\]/g, '\\$&')}"` : file
}

/** A string of JavaScript in single quotes. */
function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
