import { MalformedRequestError, PixvecError } from '@pixvec/core'

/** Longest string literal in a query text. */
const longestLiteral = 65_536
/** Longest query text: room for as many literals of that size as an operation may have images. */
const longestQuery = 4_194_304

/**
 * Refuses images that stand in the query text, before anything parses it: the lexer takes twice the time
 * of JSON for them, and every one of them would become an entry of the document cache.
 * @throws PixvecError LITERAL_TOO_LARGE, or MALFORMED_REQUEST for a text that is huge by other means
 */
export function guardQueryText(query: unknown): void {
  if (typeof query !== 'string' || query.length <= longestLiteral) return
  const length = longestLiteralIn(query)
  if (length > longestLiteral) {
    throw new PixvecError(
      'LITERAL_TOO_LARGE',
      `A string literal of the query text has ${length} characters; the limit is ${longestLiteral}. ` +
        'Send the image as a variable: query ($img: String!) { embedImage(img: $img) { embedding } }',
      { details: { received: length, limit: longestLiteral } },
    )
  }
  if (query.length > longestQuery) {
    throw new MalformedRequestError(
      `The query text has ${query.length} characters; the limit is ${longestQuery}. Send images as variables.`,
    )
  }
}

/** Length of the longest string literal. A literal without an end reaches to the end of the text. */
function longestLiteralIn(query: string): number {
  let longest = 0
  const interesting = /["#]/g
  for (let found = interesting.exec(query); found; found = interesting.exec(query)) {
    const start = found.index
    if (found[0] === '#') {
      interesting.lastIndex = endOfLine(query, start)
      continue
    }
    const quotes = query.startsWith('"""', start) ? '"""' : '"'
    const end = endOfLiteral(query, start + quotes.length, quotes)
    longest = Math.max(longest, end - start - quotes.length)
    interesting.lastIndex = end + quotes.length
  }
  return longest
}

function endOfLine(query: string, from: number): number {
  const lineFeed = query.indexOf('\n', from)
  const carriageReturn = query.indexOf('\r', from)
  const ends = [lineFeed, carriageReturn].filter((index) => index >= 0)
  return ends.length > 0 ? Math.min(...ends) + 1 : query.length
}

/** Index of the closing quotes, or the length of the text. */
function endOfLiteral(query: string, from: number, quotes: string): number {
  let end = query.indexOf(quotes, from)
  while (end >= 0 && isEscaped(query, end, quotes)) end = query.indexOf(quotes, end + 1)
  return end < 0 ? query.length : end
}

function isEscaped(query: string, index: number, quotes: string): boolean {
  // In a block string only \""" is an escape; in a plain one a backslash may itself be escaped.
  if (quotes === '"""') return query[index - 1] === '\\'
  let backslashes = 0
  while (query[index - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}
