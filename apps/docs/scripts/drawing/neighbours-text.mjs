import { dimensions, firstPlaces, intruders, missed, mostDrawn, places, reordered } from './neighbours.mjs'

/** The paragraphs of the page that hold figures, in Markdown. */
export function neighboursText({ model, results }) {
  const all = results.length
  const subjects = new Set(results.map(({ subject }) => subject)).size
  const wrong = missed(results)
  const found = (dimension) => results.filter(({ nearest }) => nearest[dimension][0].isSame).length
  const own = (dimension) =>
    results.reduce((sum, { nearest }) => sum + firstPlaces - intruders(nearest[dimension]).length, 0)
  return `<!-- Drawn by \`pnpm --filter @pixvec/docs draw\`. Do not edit. -->

${all} pictures of ${subjects} subjects, model \`${model.id}\`, revision \`${model.revision}\`:

| | ${dimensions.map((dimension) => `${dimension} numbers`).join(' | ')} |
|---|---|---|
| queries whose nearest picture is of their subject | ${dimensions.map((d) => share(found(d), all)).join(' | ')} |
| first two places that went to the query's subject | ${dimensions.map((d) => share(own(d), firstPlaces * all)).join(' | ')} |

The two lengths name another nearest picture for ${reordered(results, 1).length} of the ${all} queries, and another
order or choice of the nearest ${places} for ${reordered(results, places).length}.

![For the first picture of every other subject, the ${places} nearest of all the others](/neighbours.svg)

## Where it fails

${wrong.length === 0 ? 'No query of this gallery has another subject in its first two places.' : failures(wrong, all)}
`
}

function failures(wrong, all) {
  const lines = wrong.map(({ name, nearest }) => {
    const answers = dimensions.map((dimension) => {
      const others = intruders(nearest[dimension]).map((one) => `${one.name} ${one.score.toFixed(2)}`)
      return `${dimension}: ${others.length > 0 ? others.join(', ') : 'right'}`
    })
    return `- **${name}** (${answers.join('; ')})`
  })
  return `${wrong.length} of ${all} queries have a picture of another subject in their first two places, with 512 numbers, with
1024 or with both:

${lines.join('\n')}

${wrong.length > mostDrawn ? `The first ${mostDrawn} of them:\n\n` : ''}![Queries with another subject in their first two places, and their ${places} nearest](/neighbours-missed.svg)`
}

function share(count, all) {
  return `${count} of ${all} (${Math.round((100 * count) / all)} %)`
}
