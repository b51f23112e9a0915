import { readFile } from 'node:fs/promises'
import { palette, sheet } from './sheet.mjs'
import { thumbnail } from './thumbnail.mjs'

const edge = 84
const margin = 30
const top = 104
const step = edge + 10
const line = edge + 26
const lead = edge + 46
const apart = 22
const tone = { right: '#2fae90', wrong: '#ff7d5c', plain: '#3c5457' }

/**
 * Rows of small pictures: on the left what was asked, then what was found, framed by whether it is right.
 * @typedef {{ file: string, caption?: string, kind?: 'right' | 'wrong' | 'plain', title?: string }} Shown
 *   `file` below `folder`; `title` is what a screen reader reads
 * @param {{ model: { id: string, revision: string }, folder: string, heading: string, line: string,
 *   words: { right: string, wrong: string }, columns: number,
 *   rows: { lead?: Shown, label?: string, shown: Shown[] }[] }} parts  `words` explain the frames; rows with
 *   a `label` are heaps, which share lines
 */
export async function rowsSheet({ model, folder, heading, line: under, words, columns, rows }) {
  const files = [
    ...new Set(rows.flatMap(({ lead: first, shown }) => [first, ...shown]).flatMap((one) => one?.file ?? [])),
  ]
  const images = await Promise.all(
    files.map(async (file, i) => {
      const data = await thumbnail(await readFile(`${folder}/${file}`), edge, { quality: 74 })
      return `<image id="i${i}" width="${edge}" height="${edge}" clip-path="url(#r)" href="${data}"/>`
    }),
  )
  const picture = (one, x, y) => framed(one, `i${files.indexOf(one.file)}`, x, y)
  const placed = rows.some((row) => row.label)
    ? inHeaps(rows, columns, picture)
    : inRows(rows, columns, picture)
  const { body, right, bottom } = placed
  const foot = `model ${model.id}, revision ${model.revision}`
  return sheet({
    width: right + margin,
    height: bottom + 34,
    margin,
    title: `${heading}: ${under}, by ${model.id}`,
    heading,
    line: under,
    defs: [`<clipPath id="r"><rect width="${edge}" height="${edge}" rx="9"/></clipPath>`, ...images].join(
      '\n',
    ),
    body: [
      legend(words),
      ...body,
      `<text x="${margin}" y="${bottom + 14}" font-size="12" fill="${palette.faint}">${foot}</text>`,
    ].join('\n'),
  })
}

/** What was asked on the left, what was found beside it. */
function inRows(rows, columns, picture) {
  const left = margin + (rows.some((row) => row.lead) ? lead : 0)
  let bottom = top
  const body = rows.flatMap(({ lead: asked, shown }) => {
    const y = bottom
    bottom += Math.ceil(shown.length / columns) * line + 8
    const found = shown.map((one, i) =>
      picture(one, left + (i % columns) * step, y + Math.floor(i / columns) * line),
    )
    return asked ? [picture(asked, margin, y), ...found] : found
  })
  return { body, right: left + columns * step - 10, bottom }
}

/** Each heap with its label above, several on a line where there is room. */
function inHeaps(heaps, columns, picture) {
  const right = margin + columns * step + 2 * apart - 10
  let [x, y] = [margin, top]
  const body = heaps.flatMap(({ label, shown }) => {
    const wide = Math.min(shown.length, columns)
    if (x > margin && x + wide * step - 10 > right) {
      x = margin
      y += line + 26
    }
    const heap = shown.map((one, i) =>
      picture(one, x + (i % columns) * step, y + 24 + Math.floor(i / columns) * line),
    )
    const above = `<text x="${x}" y="${y + 12}" font-size="13" font-weight="600" fill="${palette.ink}">${label}</text>`
    x += wide * step + apart
    y += (Math.ceil(shown.length / columns) - 1) * line
    return [above, ...heap]
  })
  return { body, right, bottom: y + line + 32 }
}

function framed({ caption = '', kind = 'plain', title = caption }, id, x, y) {
  const colour = tone[kind]
  const ink = kind === 'plain' ? palette.faint : colour
  const cross = kind === 'wrong' ? mark(x + edge - 14, y + 14) : ''
  return `<g><title>${title}</title><use href="#${id}" x="${x}" y="${y}"/><rect x="${x}" y="${y}" width="${edge}" height="${edge}" rx="9" fill="none" stroke="${colour}" stroke-width="2.5"/>${cross}<text x="${x + edge / 2}" y="${y + edge + 16}" font-size="12.5" text-anchor="middle" fill="${ink}">${caption}</text></g>`
}

function legend({ right, wrong }) {
  const y = 80
  const text = (x, colour, words) =>
    `<text x="${x}" y="${y + 4}" font-size="12" fill="${colour}">${words}</text>`
  const second = margin + 30 + right.length * 6.4
  return text(margin, tone.right, right) + mark(second, y) + text(second + 16, tone.wrong, wrong)
}

/** A cross: red and green are not told apart by everybody. */
function mark(x, y) {
  return `<circle cx="${x}" cy="${y}" r="9" fill="${tone.wrong}"/><path d="M${x - 4} ${y - 4}l8 8m0-8l-8 8" stroke="#2a0f08" stroke-width="2.2" stroke-linecap="round"/>`
}
