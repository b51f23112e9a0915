// Draws public/similarity.svg: the sample pictures, each compared with each by the built-in model.
// The pictures are drawn by code as well (apps/server/samples), so that the result is nobody else's.
import { writeFile } from 'node:fs/promises'
import { cosine } from './drawing/cosine.mjs'
import { embeddedPictures, samples } from './drawing/embedded-pictures.mjs'
import { palette, sheet } from './drawing/sheet.mjs'
import { thumbnail } from './drawing/thumbnail.mjs'

const target = new URL('../public/similarity.svg', import.meta.url)

const edge = 92
const gap = 6
const groupGap = 14
const margin = 30
const top = 78

const { model, pictures } = await embeddedPictures([samples], [512])
const vectors = pictures.map((one) => one.vectors[512])
const thumbnails = await Promise.all(pictures.map(({ image }) => thumbnail(image, edge)))

const first = edge + 2 * groupGap
const width = margin + at(pictures.length) - gap + margin
const height = top + at(pictures.length) - gap + 58
await writeFile(target, picture())

function picture() {
  const cells = vectors.flatMap((row, y) => vectors.map((column, x) => cell(x, y, cosine(row, column))))
  const heads = pictures.map((_, i) => {
    return `<use href="#p${i}" x="${margin + at(i)}" y="${top}"/><use href="#p${i}" x="${margin}" y="${top + at(i)}"/>`
  })
  const images = thumbnails.map((data, i) => {
    return `<image id="p${i}" width="${edge}" height="${edge}" clip-path="url(#r)" href="${data}"/>`
  })
  return sheet({
    width,
    height,
    margin,
    title: `Cosine similarity of ${pictures.length} pictures by ${model.id}: pictures of one kind are near, others are not`,
    heading: 'How near is each picture to each?',
    line: `cosine similarity of 512-number embeddings, model ${model.id}, revision ${model.revision}`,
    defs: [`<clipPath id="r"><rect width="${edge}" height="${edge}" rx="10"/></clipPath>`, ...images].join(
      '\n',
    ),
    body: [...heads, ...cells, legend()].join('\n'),
  })
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
  return `<text x="${left}" y="${upper + 10}" font-size="12" fill="${palette.faint}">0.00</text>${swatches.join('')}<text x="${left + 42 + steps * step}" y="${upper + 10}" font-size="12" fill="${palette.faint}">1.00 = the same</text>`
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
