import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Busboy } from '@fastify/busboy'
import { LongText, MalformedRequestError, PixvecError } from '@pixvec/core'
import { carveMultipart } from './carve-multipart.js'
import { tooManyFields } from './read-form.js'
import { fieldNames, longestText, maxFields, type WireFields } from './wire-fields.js'

/**
 * A body of `multipart/form-data` → its fields, which may stand in any order. The image is a file in `file`
 * or `img`, or base64 text in one of them.
 * @param contentType the whole header, for its boundary
 * @throws MalformedRequestError without a boundary, for a truncated body, and for more than one image
 */
export async function readMultipart(body: Buffer, contentType: string): Promise<WireFields> {
  if (body.length === 0) return {}
  const parts = await splitParts(body, contentType)
  const fields: Record<string, unknown> = {}
  for (const part of parts) {
    if (part.name === 'img' || part.name === 'file') continue
    if (isOneOf(part.name, fieldNames)) fields[part.name] = readText(part)
    else if (part.filename) fields.strayFile = part.name
  }
  const img = findImage(parts.filter((part) => part.name === 'img' || part.name === 'file'))
  return img === undefined ? fields : { ...fields, img }
}

/** A key, a dimension, a model's id or a URL is never longer. */
const maxTextBytes = 8192

/** Small enough that a body of a million tiny parts is given up early, and the event loop gets its turns. */
const sliceBytes = 65_536

interface Part {
  readonly name: string
  readonly filename: string | undefined
  readonly encoding: string
  readonly bytes: Buffer
}

async function splitParts(body: Buffer, contentType: string): Promise<Part[]> {
  const { rest, restore } = await carveMultipart(body, contentType)
  const parts: (Omit<Part, 'bytes'> & { readonly chunks: Buffer[] })[] = []
  const parser = openParser(contentType)
  parser.on('file', (name, content, filename, encoding) => {
    const chunks: Buffer[] = []
    parts.push({ name, filename, encoding, chunks })
    content.on('data', (chunk: Buffer) => chunks.push(chunk))
    // A part that is cut off says so here and on the parser; the parser's word is enough.
    content.on('error', () => {})
  })
  parser.on('partsLimit', () => parser.destroy(tooManyFields()))
  try {
    await write(rest, parser)
  } catch (thrown) {
    if (PixvecError.isInstance(thrown)) throw thrown
    throw new MalformedRequestError(
      `Expected a multipart/form-data body with a closing boundary; received ${body.length} bytes that are ` +
        'cut off or use another boundary than the Content-Type. Let your HTTP library build body and header.',
      { cause: thrown },
    )
  }
  return parts.map(({ chunks, ...part }) => ({ ...part, bytes: restore(Buffer.concat(chunks)) }))
}

function openParser(contentType: string): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { parts: maxFields },
      // All parts are taken as bytes. What they are is decided by name and content, not by their headers.
      isPartAFile: () => true,
    })
  } catch (cause) {
    throw new MalformedRequestError(
      'Expected a boundary in the Content-Type (multipart/form-data; boundary=…); received none. ' +
        'Leave the header to your HTTP library: it knows the boundary.',
      { cause },
    )
  }
}

/** Writes slices of a body, with turns of the event loop where they are many. */
async function write(rest: readonly Buffer[], parser: Writable): Promise<void> {
  const ended = finished(parser)
  // Awaited in the end; it may fail in the middle.
  ended.catch(() => {})
  for (const slice of rest) {
    for (let start = 0; start < slice.length && !parser.destroyed; start += sliceBytes) {
      if (start > 0) await nextTurn()
      parser.write(slice.subarray(start, start + sliceBytes))
    }
  }
  parser.end()
  await ended
}

/** The one image of the form: bytes of a file, or text. An empty file input of a browser counts for nothing. */
function findImage(parts: readonly Part[]): Buffer | LongText | string | undefined {
  const values = parts.map((part) => (isText(part) ? textOf(part.bytes) : part.bytes))
  const files = values.filter((value) => value instanceof Buffer && value.length > 0)
  const text = values.findLast((value) => !(value instanceof Buffer) && value !== '')
  if (files.length + (text === undefined ? 0 : 1) > 1) {
    throw new MalformedRequestError(
      `Expected one image, as a file in \`file\` or \`img\`; received ${describe(files.length, text)}. ` +
        'Send one request for each image.',
    )
  }
  return files[0] ?? text ?? values[0]
}

function describe(files: number, text: unknown): string {
  const counted = `${files} file${files === 1 ? '' : 's'}`
  return text === undefined ? counted : `${counted} and an image as text`
}

/**
 * Whether an image part holds base64 (or a URL) rather than the file itself. Clients leave out the
 * part's Content-Type, so its first bytes decide: every image format has unprintable ones among them.
 */
function isText({ encoding, filename, bytes }: Part): boolean {
  if (encoding === 'base64') return true
  return !filename && !/[^\t\n\r -~]/.test(bytes.toString('latin1', 0, 64))
}

function textOf(bytes: Buffer): LongText | string {
  return bytes.length > longestText ? LongText.of(bytes) : bytes.toString('latin1')
}

function readText({ name, bytes }: Part): string {
  if (bytes.length <= maxTextBytes) return bytes.toString('utf8')
  throw new PixvecError(
    'PAYLOAD_TOO_LARGE',
    `Field \`${name}\` may have ${maxTextBytes} bytes; ${bytes.length} came. The image goes into \`file\` or \`img\`.`,
    { details: { limitBytes: maxTextBytes, receivedBytes: bytes.length } },
  )
}

function isOneOf<const T extends string>(name: string, names: readonly T[]): name is T {
  return names.some((known) => known === name)
}
