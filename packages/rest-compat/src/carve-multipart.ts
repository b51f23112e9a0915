import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { maxFields } from './wire-fields.js'

/** A body of multipart whose long parts were taken out. */
export interface CarvedMultipart {
  /** Slices of the body, with a short content in the place of each long one. As valid, or as broken, as the body. */
  readonly rest: readonly Buffer[]
  /** What a part holds: a view of the body where its content stands for a long one. */
  restore(content: Buffer): Buffer
}

/** Longest content, in bytes, that is left to the parser. */
const longestContent = 16_384
/** Searched in one turn of the event loop: well under a millisecond. */
const searchedBytes = 1_000_000
const blankLine = Buffer.from('\r\n\r\n')

/**
 * Cuts the long parts out of a body, so that the parser need not go through megabytes of image: it looks at each
 * byte in JavaScript, and the end of a part is found sooner in native code.
 * @param contentType  the whole header; where it tells no boundary nothing is cut out
 */
export async function carveMultipart(body: Buffer, contentType: string): Promise<CarvedMultipart> {
  const boundary = /;\s*boundary=(?:"([^"\\]+)"|([^\s";,]+))/i.exec(contentType)
  const delimiter = Buffer.from(`\r\n--${boundary?.[1] ?? boundary?.[2] ?? ''}`, 'latin1')
  const rest: Buffer[] = []
  const contents = new Map<string, Buffer>()
  // Nobody can guess what a placeholder looks like, so no content of a caller is taken for one.
  const secret = randomUUID()
  let keptUpTo = 0
  let at = boundary ? 0 : -1
  for (let parts = 0; at >= 0 && parts <= maxFields; parts++) {
    const headersEnd = await indexOf(body, blankLine, at)
    if (headersEnd < 0) break
    const start = headersEnd + blankLine.length
    // An empty content ends with the line break that ends the headers.
    const end = await indexOf(body, delimiter, start - 2)
    if (end - start > longestContent) {
      const placeholder = `${secret}-${contents.size}`
      contents.set(placeholder, body.subarray(start, end))
      rest.push(body.subarray(keptUpTo, start), Buffer.from(placeholder))
      keptUpTo = end
    }
    at = end < 0 ? -1 : end + delimiter.length
  }
  rest.push(body.subarray(keptUpTo))
  return {
    rest,
    restore: (content) =>
      (content.length <= secret.length + 4 && contents.get(content.toString('latin1'))) || content,
  }
}

/** `indexOf` with turns of the event loop in between. */
async function indexOf(body: Buffer, wanted: Buffer, from: number): Promise<number> {
  for (let start = from; start < body.length; start += searchedBytes) {
    if (start > from) await nextTurn()
    const found = body.subarray(start, start + searchedBytes + wanted.length - 1).indexOf(wanted)
    if (found >= 0) return start + found
  }
  return -1
}
