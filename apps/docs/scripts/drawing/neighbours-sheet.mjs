import { dimensions, places } from './neighbours.mjs'
import { palette, sheet } from './sheet.mjs'
import { thumbnail } from './thumbnail.mjs'

const edge = 84
const margin = 30
const top = 104
const step = edge + 10
const line = edge + 24
const row = line * dimensions.length + 22
const queryEdge = 124
const left = margin + queryEdge + 66
const tone = { same: '#2fae90', other: '#ff7d5c' }

/** Some queries, one below the other, each with its nearest pictures for each dimension. */
export async function neighboursSheet({ model, pictures, results, heading }) {
  const shown = new Set(
    results.flatMap(({ nearest }) => dimensions.flatMap((d) => nearest[d].map(({ name }) => name))),
  )
  for (const { name } of results) shown.add(name)
  const images = await Promise.all(
    pictures
      .filter(({ name }) => shown.has(name))
      .map(async ({ name, image }) => {
        return `<image id="${name}" width="${edge}" height="${edge}" clip-path="url(#r)" href="${await thumbnail(image, edge)}"/>`
      }),
  )
  return sheet({
    width: left + places * step - 10 + margin,
    height: top + results.length * row + 8,
    margin,
    title: `${heading}: the ${places} nearest pictures by ${model.id}`,
    heading,
    line: `the ${places} nearest pictures and their cosine similarity, model ${model.id}, revision ${model.revision}`,
    defs: [`<clipPath id="r"><rect width="${edge}" height="${edge}" rx="9"/></clipPath>`, ...images].join(
      '\n',
    ),
    body: [legend(), ...results.map(query)].join('\n'),
  })
}

function query({ name, nearest }, index) {
  const upper = top + index * row
  const zoom = queryEdge / edge
  const own = `<use href="#${name}" transform="translate(${margin} ${upper}) scale(${zoom.toFixed(4)})"/><text x="${margin + queryEdge / 2}" y="${upper + queryEdge + 18}" font-size="13" text-anchor="middle" fill="${palette.ink}">${name}</text>`
  const lines = dimensions.map((dimension, i) => {
    const y = upper + i * line
    const label = `<text x="${left - 14}" y="${y + edge / 2 + 5}" font-size="14" font-weight="600" text-anchor="end" fill="${palette.faint}">${dimension}</text>`
    return (
      label +
      nearest[dimension].map((one, place) => neighbour(one, left + place * step, y, name, dimension)).join('')
    )
  })
  return [own, ...lines].join('\n')
}

function neighbour({ name, isSame, score }, x, y, from, dimension) {
  const colour = isSame ? tone.same : tone.other
  const cross = isSame ? '' : mark(x + edge - 14, y + 14)
  return `<g><title>${from} to ${name}, ${dimension} numbers: ${score.toFixed(2)}</title><use href="#${name}" x="${x}" y="${y}"/><rect x="${x}" y="${y}" width="${edge}" height="${edge}" rx="9" fill="none" stroke="${colour}" stroke-width="2.5"/>${cross}<text x="${x + edge / 2}" y="${y + edge + 16}" font-size="13" text-anchor="middle" fill="${colour}">${score.toFixed(2)}</text></g>`
}

function legend() {
  const y = 80
  const text = (x, colour, words) =>
    `<text x="${x}" y="${y + 4}" font-size="12" fill="${colour}">${words}</text>`
  return (
    text(margin, tone.same, 'same subject') +
    mark(margin + 110, y) +
    text(margin + 126, tone.other, 'another subject')
  )
}

/** A cross: red and green are not told apart by everybody. */
function mark(x, y) {
  return `<circle cx="${x}" cy="${y}" r="9" fill="${tone.other}"/><path d="M${x - 4} ${y - 4}l8 8m0-8l-8 8" stroke="#2a0f08" stroke-width="2.2" stroke-linecap="round"/>`
}
