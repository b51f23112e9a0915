/** What the encoder of a test takes and gives. */
export interface TinyModelOptions {
  /** Edge of the input, in pixels. @default 8 */
  readonly edge?: number
  /** Images that one run takes. @default any number */
  readonly images?: number
  /** Numbers of one vector. @default 16 */
  readonly length?: number
  /** With it the output is [images, tokens, length]. */
  readonly tokens?: number
  /** Names of the outputs, which are all equal. @default embedding */
  readonly outputs?: readonly string[]
  /** Name of the file that holds the weights. @default none: they are in the model */
  readonly dataFile?: string
}

export interface TinyModel {
  readonly model: Uint8Array
  /** The weights, when they have a file of their own. */
  readonly data: Uint8Array
}

/**
 * An ONNX encoder of a few hundred bytes, made of formulas: the mean colour of a picture, times a matrix.
 * `pixel_values` float32[images, 3, edge, edge] → float32[images, length].
 */
export function tinyModel(options: TinyModelOptions = {}): TinyModel {
  const { edge = 8, images = 'images', length = 16, tokens, outputs = ['embedding'], dataFile } = options
  const width = length * (tokens ?? 1)
  const weights = Float32Array.from({ length: 3 * width }, (_, i) => Math.sin(i * 12.9898) + 0.1)
  const data = new Uint8Array(weights.buffer)
  const shaped = tokens === undefined ? 'product' : 'vectors'
  const graph = [
    node('GlobalAveragePool', ['pixel_values'], 'tiny_mean'),
    node('Flatten', ['tiny_mean'], 'tiny_colour'),
    node('MatMul', ['tiny_colour', 'weights'], 'product'),
    ...(tokens === undefined ? [] : [node('Reshape', ['product', 'shape'], 'vectors')]),
    ...outputs.map((name) => node('Identity', [shaped], name)),
    field(2, text('tiny')),
    field(5, tensor('weights', floatType, [3, width], dataFile === undefined ? raw(data) : beside(dataFile))),
    ...(tokens === undefined
      ? []
      : [field(5, tensor('shape', int64Type, [3], raw(int64s([0, tokens, length]))))]),
    field(11, value('pixel_values', [images, 3, edge, edge])),
    ...outputs.map((name) => field(12, value(name, [images, ...(tokens ? [tokens] : []), length]))),
  ]
  const model = concat([
    number(1, 8), // ir_version
    field(7, concat(graph)),
    field(8, concat([field(1, text('')), number(2, 17)])), // opset_import
  ])
  return { model, data: dataFile === undefined ? new Uint8Array() : data }
}

// The numbers of fields are those of onnx.proto.
const floatType = 1
const int64Type = 7

function node(operator: string, inputs: readonly string[], output: string): Uint8Array {
  return field(
    1,
    concat([...inputs.map((name) => field(1, text(name))), field(2, text(output)), field(4, text(operator))]),
  )
}

function tensor(name: string, type: number, dims: readonly number[], content: Uint8Array): Uint8Array {
  return concat([...dims.map((dim) => number(1, dim)), number(2, type), field(8, text(name)), content])
}

const raw = (bytes: Uint8Array) => field(9, bytes)

function beside(location: string): Uint8Array {
  return concat([field(13, concat([field(1, text('location')), field(2, text(location))])), number(14, 1)])
}

function value(name: string, dims: readonly (number | string)[]): Uint8Array {
  const shape = dims.map((dim) => field(1, typeof dim === 'number' ? number(1, dim) : field(2, text(dim))))
  const type = field(1, concat([number(1, floatType), field(2, concat(shape))]))
  return concat([field(1, text(name)), field(2, type)])
}

const text = (value: string) => new TextEncoder().encode(value)
const int64s = (values: readonly number[]) => new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer)

function field(id: number, bytes: Uint8Array): Uint8Array {
  return concat([varint((id << 3) | 2), varint(bytes.length), bytes])
}

const number = (id: number, value: number) => concat([varint(id << 3), varint(value)])

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest])
    bytes.push((rest % 128) | 128)
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
