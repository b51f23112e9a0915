// Prints how far our pixels are from Pillow's, kind by kind, as a Markdown table.
// Run: node measure-pillow-pixels.mjs FOLDER PIXELS   (after make-pillow-pixels.py FOLDER PIXELS and a build)
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeImage } from '../../dist/image/decode.js'
import { probeImage } from '../../dist/image/probe.js'

const [folder, pixels] = process.argv.slice(2)
const [, ...lines] = readFileSync(new URL('pillow-pixels.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
const kinds = new Map()
for (const line of lines) {
  const [path, format, kind] = line.split('\t')
  const name = `${format} | ${kind}`
  if (!kinds.has(name)) kinds.set(name, { files: 0, equal: 0, refused: 0, largest: 0, mean: 0 })
  const row = kinds.get(name)
  row.files++
  const expected = readFileSync(join(pixels, path.replaceAll('/', '~')))
  const image = await read(join(folder, path))
  if (!image) row.refused++
  else measure(row, image.data, expected)
}

process.stdout.write(
  '| format | kind | files | equal | refused | largest difference | largest mean difference |\n',
)
process.stdout.write('|---|---|---:|---:|---:|---:|---:|\n')
for (const [name, { files, equal, refused, largest, mean }] of [...kinds].sort()) {
  process.stdout.write(
    `| ${name} | ${files} | ${equal} | ${refused} | ${largest} | ${mean === 0 ? 0 : mean.toFixed(2)} |\n`,
  )
}

async function read(path) {
  const bytes = new Uint8Array(readFileSync(path))
  try {
    const probed = await probeImage(bytes, { maxImageBytes: 20_000_000, maxPixels: 40_000_000 })
    return await decodeImage(bytes, probed, { exifOrientation: true, alpha: 'drop' }, 20_000)
  } catch {
    return undefined
  }
}

function measure(row, ours, expected) {
  let sum = 0
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(expected[i] - ours[i])
    sum += difference
    largest = Math.max(largest, difference)
  }
  if (largest === 0) row.equal++
  row.largest = Math.max(row.largest, largest)
  row.mean = Math.max(row.mean, sum / expected.length)
}
