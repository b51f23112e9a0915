import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** An input or output of a graph. */
export interface GraphValue {
  readonly name: string
  /** `float32`, `uint8`, or another type by its number in onnx.proto. */
  readonly type: string
  /** Sizes; a name, or undefined, where the graph leaves a size open. */
  readonly shape: readonly (number | string | undefined)[]
}

/** What can be known of an ONNX file without running it. */
export interface OnnxGraph {
  readonly inputs: readonly GraphValue[]
  readonly outputs: readonly GraphValue[]
  /** Files that hold weights, relative to the folder of the model, each once. */
  readonly externalFiles: readonly string[]
  /** Sets of operators that it uses; '' is ONNX's own. */
  readonly domains: readonly string[]
}

/**
 * Reads names, shapes and the names of other files from an ONNX file. Weights are stepped over, so a
 * model of gigabytes costs little. The file is untrusted: what points out of it, or nests too deep, is refused.
 * @throws Error when the file is no ONNX model, or is damaged
 * @source github.com/onnx/onnx, onnx.proto: the numbers of fields
 */
export function readOnnxGraph(path: string): OnnxGraph {
  const file = openSync(path, 'r')
  try {
    const bytes = pagedReader(file)
    const graph = collect(bytes)
    if (graph.inputs.length === 0 || graph.outputs.length === 0) throw new Error('it has no graph')
    return graph
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${path} is not an ONNX model that can be read: ${reason}.`, { cause })
  } finally {
    closeSync(file)
  }
}

/** More than any model has that people use: a file of nothing but tiny fields would fill the memory. */
const maxFields = 2_000_000

interface Bytes {
  readonly size: number
  /** Fields read so far. */
  fields: number
  /** Byte at a position. */
  at(position: number): number
  text(begin: number, end: number): string
}

interface Field {
  readonly id: number
  /** Value of a number; undefined for a field of bytes. */
  readonly value: number | undefined
  readonly begin: number
  readonly end: number
}

function collect(bytes: Bytes): OnnxGraph {
  const inputs: GraphValue[] = []
  const outputs: GraphValue[] = []
  const initialized = new Set<string>()
  const external = new Set<string>()
  const domains = new Set<string>()

  function model(whole: Span): void {
    for (const each of fields(bytes, whole)) {
      if (each.id === 7) graph(each, 0)
      if (each.id === 8) domains.add(textOf(bytes, each, 1) ?? '')
      // Functions of the model's own hold nodes as well.
      if (each.id === 25) for (const part of fields(bytes, each)) if (part.id === 7) node(part, 0)
    }
  }

  function graph(span: Span, depth: number): void {
    if (depth > 16) throw new Error('its graphs are nested too deep')
    for (const each of fields(bytes, span)) {
      if (each.id === 1) node(each, depth)
      else if (each.id === 5) tensor(each)
      else if (each.id === 15) sparse(each)
      else if (each.id === 11 && depth === 0) inputs.push(graphValue(bytes, each))
      else if (each.id === 12 && depth === 0) outputs.push(graphValue(bytes, each))
    }
  }

  function node(span: Span, depth: number): void {
    for (const each of fields(bytes, span)) {
      if (each.id !== 5) continue
      for (const attribute of fields(bytes, each)) {
        if (attribute.id === 5 || attribute.id === 10) tensor(attribute)
        if (attribute.id === 6 || attribute.id === 11) graph(attribute, depth + 1)
        if (attribute.id === 22 || attribute.id === 23) sparse(attribute)
      }
    }
  }

  function sparse(span: Span): void {
    for (const each of fields(bytes, span)) if (each.id === 1 || each.id === 2) tensor(each)
  }

  function tensor(span: Span): void {
    for (const each of fields(bytes, span)) {
      if (each.id === 8) initialized.add(bytes.text(each.begin, each.end))
      if (each.id !== 13 || textOf(bytes, each, 1) !== 'location') continue
      external.add(textOf(bytes, each, 2) ?? '')
    }
  }

  model({ begin: 0, end: bytes.size })
  return {
    // Old exporters list the weights among the inputs.
    inputs: inputs.filter(({ name }) => !initialized.has(name)),
    outputs,
    externalFiles: [...external],
    domains: [...domains],
  }
}

type Span = Pick<Field, 'begin' | 'end'>

function graphValue(bytes: Bytes, span: Span): GraphValue {
  let name = ''
  let type = 'unknown'
  const shape: GraphValue['shape'][number][] = []
  for (const each of fields(bytes, span)) {
    if (each.id === 1) name = bytes.text(each.begin, each.end)
    if (each.id !== 2) continue
    for (const tensorType of fields(bytes, each).filter(({ id }) => id === 1)) {
      for (const part of fields(bytes, tensorType)) {
        if (part.id === 1) type = elementTypes[part.value ?? 0] ?? `type ${part.value}`
        if (part.id === 2) for (const dim of fields(bytes, part)) shape.push(sizeOf(bytes, dim))
      }
    }
  }
  return { name, type, shape }
}

const elementTypes: Readonly<Record<number, string>> = { 1: 'float32', 2: 'uint8', 7: 'int64', 10: 'float16' }

function sizeOf(bytes: Bytes, span: Span): number | string | undefined {
  const [each] = fields(bytes, span)
  if (each?.id === 1) return each.value
  return each?.id === 2 ? bytes.text(each.begin, each.end) : undefined
}

function textOf(bytes: Bytes, span: Span, id: number): string | undefined {
  const found = fields(bytes, span).find((each) => each.id === id)
  return found && bytes.text(found.begin, found.end)
}

/** The fields of one message, their contents unread. @source protobuf.dev, encoding */
function fields(bytes: Bytes, { begin, end }: Span): Field[] {
  const found: Field[] = []
  let position = begin
  const varint = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      if (position >= end || shift > 63) throw new Error('it ends in the middle of a field')
      const byte = bytes.at(position++)
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }
  while (position < end) {
    const key = varint()
    const id = Math.floor(key / 8)
    const wire = key % 8
    const value = wire === 0 ? varint() : undefined
    const length = wire === 0 ? 0 : wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? varint() : Number.NaN
    if (!(position + length <= end) || id === 0) throw new Error('its fields do not fit into each other')
    if (++bytes.fields > maxFields) throw new Error(`it has more than ${maxFields} fields`)
    found.push({ id, value, begin: position, end: position + length })
    position += length
  }
  return found
}

/** Reads a file in pages of 64 KiB, one at a time: walking a graph goes forward. */
function pagedReader(file: number): Bytes {
  const { size } = fstatSync(file)
  const page = Buffer.alloc(65_536)
  let from = 0
  let to = 0
  return {
    size,
    fields: 0,
    at(position) {
      if (position < from || position >= to) {
        from = position
        to = from + readSync(file, page, 0, page.length, from)
        if (to === from) throw new Error('it ends too early')
      }
      return page[position - from]!
    },
    text(begin, end) {
      if (end - begin > 4096) throw new Error('a name in it is longer than 4096 bytes')
      const bytes = Buffer.alloc(end - begin)
      readSync(file, bytes, 0, bytes.length, begin)
      return bytes.toString('utf8')
    },
  }
}
