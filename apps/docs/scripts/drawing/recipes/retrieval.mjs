import { original, share, subject } from './subject.mjs'

const edits = ['cut', 'small', 'grey', 'mirror', 'bar']

/** `{ alike: { query, found }[], lookups: { query, found, similarity, isRight }[], threshold, answeredRightly }` */
export function drawRetrieval({ alike, lookups, threshold, answeredRightly }) {
  const places = alike.flatMap(({ query, found }) =>
    found.slice(0, 2).map(({ name }) => subject(name) === subject(query)),
  )
  const right = (edit) =>
    lookups.filter(({ query, isRight }) => isRight && (!edit || query.includes(`.${edit}.`)))
  const some = alike
    .map(({ query }) => query)
    .sort() // embedMany gives them as they are done
    .filter((query) => query.endsWith('-2.jpg'))
    .filter((_, i) => i % 2 === 1)
  return {
    figures: `**Retrieval:** ${share(places.filter(Boolean).length, places.length)} of the first two places went to the query's own subject.

**Reverse lookup:** ${share(right().length, lookups.length)} of the edited pictures find their original first.

| ${edits.join(' | ')} |
|${edits.map(() => '---').join('|')}|
| ${edits.map((edit) => `${right(edit).length} of ${alike.length}`).join(' | ')} |

**Is it one of mine?** With a threshold of ${threshold.toFixed(3)}, ${share(answeredRightly, 2 * lookups.length)} of the questions are answered rightly: found when the original is there, refused when it is not.`,
    alt: 'Pictures of the gallery, and the five edits of each, framed by whether the edit finds its original',
    heading: 'Which picture is this made of?',
    line: 'edited pictures and the original that each finds first',
    words: { right: 'finds its original', wrong: 'finds another' },
    columns: edits.length,
    rows: some.map((query) => ({
      lead: { file: `gallery/${query}`, caption: original(query) },
      shown: edits.map((edit) => {
        const name = `${original(query)}.${edit}.jpg`
        const { found, similarity, isRight } = lookups.find((lookup) => lookup.query === name)
        return {
          file: `edited/${name}`,
          caption: isRight ? `${edit} ${similarity.toFixed(2)}` : `${edit}: ${original(found)}`,
          kind: isRight ? 'right' : 'wrong',
          title: `${name} finds ${found}: ${similarity.toFixed(2)}`,
        }
      }),
    })),
  }
}
