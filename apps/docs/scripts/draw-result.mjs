// Draws public/similarity.svg: the sample pictures, each compared with each by the built-in model.
// The pictures are drawn by code as well (apps/server/samples), so that the result is nobody else's.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createEmbedder } from '@pixvec/core'
import sharp from 'sharp'

const samples = new URL('../../server/samples/', import.meta.url)
const target = new URL('../public/similarity.svg', import.meta.url)

const edge = 92
const gap = 6
const groupGap = 14
const margin = 30
const top = 78

const names = (await readdir(samples)).filter((name) => name.endsWith('.jpg')).sort()
const pictures = await Promise.all(names.map((name) => readFile(new URL(name, samples))))
const embedder = await createEmbedder()
const vectors = []
for (const image of pictures) vectors.push((await embedder.embed({ image })).vector)
const { id, defaultDimension } = embedder.model
await embedder.close()
const thumbnails = await Promise.all(pictures.map(thumbnail))

const first = edge + 2 * groupGap
const width = margin + at(names.length) - gap + margin
const height = top + at(names.length) - gap + 58
await writeFile(target, picture())

function picture() {
  const cells = vectors.flatMap((row, y) => vectors.map((column, x) => cell(x, y, cosine(row, column))))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif">
<title>Cosine similarity of ${names.length} pictures by ${id}: pictures of one kind are near, others are not</title>
<defs>
<clipPath id="r"><rect width="${edge}" height="${edge}" rx="10"/></clipPath>
${thumbnails.map((data, i) => `<image id="p${i}" width="${edge}" height="${edge}" clip-path="url(#r)" href="data:image/jpeg;base64,${data}"/>`).join('\n')}
</defs>
<rect width="${width}" height="${height}" rx="18" fill="#0e1b1e"/>
<text x="${margin}" y="40" font-size="19" font-weight="600" fill="#f2f7f6">How near is each picture to each?</text>
<text x="${margin}" y="62" font-size="13" fill="#9db4b1">cosine similarity of ${defaultDimension}-number embeddings, model ${id}</text>
${names.map((_, i) => `<use href="#p${i}" x="${margin + at(i)}" y="${top}"/><use href="#p${i}" x="${margin}" y="${top + at(i)}"/>`).join('\n')}
${cells.join('\n')}
${legend()}
</svg>
`
}

/** Distance of the i-th cell from the left or upper edge of the grid: pairs of one kind stand together. */
function at(i) {
  return first + i * (edge + gap) + Math.floor(i / 2) * (groupGap - gap)
}

function cell(x, y, similarity) {
  const [left, upper] = [margin + at(x), top + at(y)]
  const { fill, ink } = colour(similarity)
  return `<rect x="${left}" y="${upper}" width="${edge}" height="${edge}" rx="10" fill="${fill}"/><text x="${left + edge / 2}" y="${upper + edge / 2 + 7}" font-size="20" font-weight="600" text-anchor="middle" fill="${ink}">${similarity.toFixed(2)}</text>`
}

function legend() {
  const [left, upper, steps, step] = [margin + first, height - 34, 24, 8]
  const swatches = Array.from({ length: steps }, (_, i) => {
    return `<rect x="${left + 34 + i * step}" y="${upper}" width="${step}" height="10" fill="${colour(i / (steps - 1)).fill}"/>`
  })
  return `<text x="${left}" y="${upper + 10}" font-size="12" fill="#9db4b1">0.00</text>${swatches.join('')}<text x="${left + 42 + steps * step}" y="${upper + 10}" font-size="12" fill="#9db4b1">1.00 = the same</text>`
}

/** Dark slate through teal to amber, even in lightness; the ink is what reads on it. */
function colour(similarity) {
  const stops = [
    [23, 43, 48],
    [22, 84, 88],
    [24, 132, 112],
    [122, 178, 92],
    [255, 205, 96],
  ]
  const place = Math.max(0, Math.min(1, similarity)) * (stops.length - 1)
  const [from, to] = [stops[Math.floor(place)], stops[Math.ceil(place)]]
  const rgb = from.map((value, i) => Math.round(value + (to[i] - value) * (place % 1)))
  return { fill: `rgb(${rgb.join(' ')})`, ink: similarity > 0.62 ? '#10231f' : '#e4efed' }
}

async function thumbnail(bytes) {
  const size = Math.round(edge * 1.75)
  const square = sharp(bytes)
    .resize(size, size, { fit: 'cover' })
    .jpeg({ quality: 82, chromaSubsampling: '4:4:4' })
  return (await square.toBuffer()).toString('base64')
}

/** Both are unit vectors: the dot product is the cosine. */
function cosine(a, b) {
  return a.reduce((sum, value, i) => sum + value * b[i], 0)
}
