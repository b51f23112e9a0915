import { setImmediate as nextTurn } from 'node:timers/promises'
import { formSpelling } from './form-spelling.js'
import { jsonSpelling } from './json-spelling.js'
import { LentMemory } from './lent-memory.js'
import { plainSpelling, type Spelling } from './spelling.js'

const spellings = {
  /** Each byte is a character. */
  plain: plainSpelling,
  /** The inside of a JSON string literal that is valid. */
  json: jsonSpelling,
  /** A percent-encoded value of a form. */
  form: formSpelling,
} as const satisfies Record<string, Spelling>

export type SpellingName = keyof typeof spellings

/** Where a long text lies. */
export interface LongTextPlace {
  /** Whoever decodes takes it over and gives it back: no other views of it may be in use by then. */
  readonly memory: LentMemory
  readonly start: number
  readonly end: number
}

/** Read in one turn of the event loop: well under a millisecond. */
const pieceBytes = 131_072

/**
 * A text of many bytes, kept as the wire spelled it: base64 of a large image, mostly. To read it at once
 * would hold up everybody else, so it is read in pieces, with turns of the event loop in between.
 */
export class LongText {
  /** Bytes on the wire: at least one for each character of base64. */
  readonly byteLength: number

  constructor(
    readonly place: LongTextPlace,
    readonly spelling: SpellingName = 'plain',
  ) {
    this.byteLength = place.end - place.start
  }

  /** A text that fills its memory and is its only user. */
  static of(bytes: Buffer, spelling: SpellingName = 'plain'): LongText {
    const start = bytes.byteOffset
    return new LongText(
      { memory: new LentMemory(bytes.buffer as ArrayBuffer), start, end: start + bytes.length },
      spelling,
    )
  }

  /** From beginning to end. Take a turn of the event loop after each. */
  *pieces(): Generator<Buffer> {
    const { memory, start: from, end: to } = this.place
    const bytes = memory.view(from, to)
    for (let start = 0; start < bytes.length; ) {
      const wanted = start + pieceBytes
      const end = wanted >= bytes.length ? bytes.length : this.rules.cut(bytes, start, wanted)
      yield bytes.subarray(start, end)
      start = end
    }
  }

  /** Bytes that no piece has more of. */
  get longestPiece(): number {
    return Math.min(pieceBytes, this.byteLength)
  }

  get rules(): Spelling {
    return spellings[this.spelling]
  }

  /** The whole text. */
  async text(): Promise<string> {
    let text = ''
    for (const piece of this.pieces()) {
      text += this.rules.read(piece)
      await nextTurn()
    }
    return text
  }
}
