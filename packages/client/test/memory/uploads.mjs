// node --expose-gc uploads.mjs: 10,000 uploads by one client. Prints, as JSON, the bytes that the heap and its
// buffers hold after every 2,000, with all garbage collected.
import { createClient } from '@pixvec/client'

const uploads = 10_000
const step = 2000
const imageBytes = 20_000

const answer = JSON.stringify({
  status: 200,
  id: '6783E34342',
  embedding: Array.from({ length: 512 }, (_, i) => Math.fround(Math.sin(i))),
  object: 'embedding',
  created: 1_790_000_000,
  model: 'pixvec-7',
  total_input_tokens: 49,
  total_output_tokens: 1,
})
const headers = {
  'content-type': 'application/json',
  'server-timing': 'queue;dur=1, decode;dur=1, resize;dur=1, inference;dur=1, total;dur=4, batch;desc=1',
}

let received = 0
/** Reads the whole body and holds on to the attempt's signal, as a real one does. */
async function fetch(_url, { body, signal }) {
  signal.addEventListener('abort', () => body)
  const { byteLength } = await body.get('file').arrayBuffer()
  received += byteLength
  return new Response(answer, { headers })
}

let events = 0
const client = createClient({ baseUrl: 'http://127.0.0.1:9', key: 'key-one', fetch, onEvent: () => events++ })
// One signal for all of it: whatever leaves a listener on it grows.
const { signal } = new AbortController()

function* images() {
  for (let i = 0; i < uploads; i++) yield new Uint8Array(imageBytes).fill(i)
}

const held = []
let done = 0
for await (const result of client.embedMany(images(), { concurrency: 8, signal })) {
  if (!result.ok) throw result.error
  if (++done % step === 0) held.push(await bytesHeld())
}
process.stdout.write(JSON.stringify({ done, received, events, held }))

async function bytesHeld() {
  for (let i = 0; i < 3; i++) {
    await new Promise(setImmediate)
    globalThis.gc()
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
