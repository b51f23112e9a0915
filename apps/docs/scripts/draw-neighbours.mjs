// Searches the gallery with each of its pictures, and draws what the built-in model finds: public/neighbours.svg
// and generated/neighbours.md with the figures, and public/neighbours-missed.svg when there is something missed.
import { rm, writeFile } from 'node:fs/promises'
import { embeddedPictures, gallery, samples } from './drawing/embedded-pictures.mjs'
import { dimensions, missed, mostDrawn, neighbours } from './drawing/neighbours.mjs'
import { neighboursSheet } from './drawing/neighbours-sheet.mjs'
import { neighboursText } from './drawing/neighbours-text.mjs'

const to = (path) => new URL(`../${path}`, import.meta.url)

const { model, pictures } = await embeddedPictures([samples, gallery], dimensions)
const results = neighbours(pictures)
// Every other subject, whatever comes of it.
const some = results.filter(({ name }) => name.endsWith('-1')).filter((_, i) => i % 2 === 0)
const wrong = missed(results)

await writeFile(to('generated/neighbours.md'), neighboursText({ model, results }))
await draw('public/neighbours.svg', some, 'What is nearest to each?')
if (wrong.length > 0)
  await draw(
    'public/neighbours-missed.svg',
    wrong.slice(0, mostDrawn),
    'Where another subject comes in the first two places',
  )
else await rm(to('public/neighbours-missed.svg'), { force: true })

async function draw(path, queries, heading) {
  await writeFile(to(path), await neighboursSheet({ model, pictures, results: queries, heading }))
}
