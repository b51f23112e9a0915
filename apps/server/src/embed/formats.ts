import { type EmbedResult, shortestFloat32, toEmbeddingResponse } from '@pixvec/core'
import { npyHeader, npyHeaderBytes, npyRow } from './npy.js'
import type { Output } from './output.js'

export const formats = ['json', 'ndjson', 'npy'] as const
export type Format = (typeof formats)[number]

/** Turns results into one of the formats. Results come one at a time. */
export interface Writer {
  /** `input` where the place of a result says which image it is of. */
  readonly order: 'input' | 'finished'
  /** Whether what is written is of use before the end. */
  readonly keepsPartial: boolean
  add(file: string, result: EmbedResult): Promise<void>
  /** Writes the end and puts the answer in its place. */
  finish(): Promise<void>
  /** Leaves nothing behind. */
  discard(): Promise<void>
}

/** One object, as `POST /imgembed` answers it. */
export function jsonObjectWriter(output: Output): Writer {
  return {
    order: 'input',
    keepsPartial: false,
    add: (_, result) => output.write(`${JSON.stringify(toEmbeddingResponse(result))}\n`),
    finish: () => output.commit(),
    discard: () => output.discard(),
  }
}

/** A list in the order of the input. */
export function jsonListWriter(output: Output): Writer {
  let count = 0
  return {
    order: 'input',
    keepsPartial: false,
    add: (file, result) =>
      output.write(`${count++ === 0 ? '[' : ','}\n${JSON.stringify(entry(file, result))}`),
    finish: async () => {
      await output.write(count === 0 ? '[]\n' : '\n]\n')
      await output.commit()
    },
    discard: () => output.discard(),
  }
}

/** One line an image, as it is done. */
export function ndjsonWriter(output: Output): Writer {
  return {
    order: 'finished',
    keepsPartial: true,
    add: (file, result) => output.write(`${JSON.stringify(entry(file, result))}\n`),
    finish: () => output.commit(),
    discard: () => output.discard(),
  }
}

/** float32[images, dimension] in the order of the input, and beside it the names of the rows. */
export function npyWriter(array: Output, names: Output): Writer {
  let count = 0
  let columns = 0
  return {
    order: 'input',
    keepsPartial: false,
    add: async (file, result) => {
      if (count === 0) {
        columns = result.vector.length
        // Its place is kept; how many rows there are shows at the end.
        await array.write(new Uint8Array(npyHeaderBytes))
        const { model, revision } = result
        const head = JSON.stringify({ model, revision, dimension: columns }).slice(0, -1)
        await names.write(`${head},"files":[`)
      }
      await names.write(`${count++ === 0 ? '' : ','}\n${JSON.stringify(file)}`)
      await array.write(npyRow(result.vector))
    },
    finish: async () => {
      await array.writeAt?.(npyHeader(count, columns), 0)
      await names.write('\n]}\n')
      await names.commit()
      await array.commit()
    },
    discard: async () => {
      await names.discard()
      await array.discard()
    },
  }
}

function entry(file: string, result: EmbedResult) {
  return {
    file,
    embedding: shortestFloat32(result.vector),
    dimension: result.vector.length,
    model: result.model,
    revision: result.revision,
  }
}
