import { dimensions, missed, mostDrawn, places, reordered } from './neighbours.mjs'

/** The paragraphs of the page that hold figures, in Markdown. */
export function neighboursText({ model, results }) {
  const all = results.length
  const subjects = new Set(results.map(({ subject }) => subject)).size
  const wrong = missed(results)
  const found = (dimension) => all - missed(results, [dimension]).length
  const own = (dimension) =>
    results.reduce(
      (sum, { nearest }) => sum + nearest[dimension].slice(0, 2).filter(({ isSame }) => isSame).length,
      0,
    )
  return `<!-- Drawn by \`pnpm --filter @pixvec/docs draw\`. Do not edit. -->

${all} pictures of ${subjects} subjects, model \`${model.id}\`, revision \`${model.revision}\`:

| | ${dimensions.map((dimension) => `${dimension} numbers`).join(' | ')} |
|---|---|---|
| queries whose nearest picture is of their subject | ${dimensions.map((d) => share(found(d), all)).join(' | ')} |
| first two places that went to the query's subject | ${dimensions.map((d) => share(own(d), 2 * all)).join(' | ')} |

The two lengths name another nearest picture for ${reordered(results, 1).length} of the ${all} queries, and another
order or choice of the nearest ${places} for ${reordered(results, places).length}.

![For the first picture of every other subject, the ${places} nearest of all the others](/neighbours.svg)

## Where it fails

${wrong.length === 0 ? 'No query of this gallery has its nearest picture in another subject.' : failures(wrong, all)}
`
}

function failures(wrong, all) {
  const lines = wrong.map(({ name, nearest }) => {
    const answers = dimensions.map((dimension) => {
      const [first] = nearest[dimension]
      return `${dimension}: ${first.name} ${first.score.toFixed(2)}${first.isSame ? ', which is right' : ''}`
    })
    return `- **${name}** (${answers.join('; ')})`
  })
  return `${wrong.length} of ${all} queries find a picture of another subject first, with 512 numbers, with 1024 or with both:

${lines.join('\n')}

${wrong.length > mostDrawn ? `The first ${mostDrawn} of them:\n\n` : ''}![Queries whose nearest picture is of another subject, and their ${places} nearest](/neighbours-missed.svg)`
}

function share(count, all) {
  return `${count} of ${all} (${Math.round((100 * count) / all)} %)`
}
