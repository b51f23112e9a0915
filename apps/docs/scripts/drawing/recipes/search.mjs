import { share, subject } from './subject.mjs'

/** What both recipes of a search find: `{ answers: { query, found: { name, similarity }[] }[] }`. */
export function drawSearch({ answers }) {
  const first = answers.filter(({ query, found }) => subject(query) === subject(found[0].name))
  const some = answers.filter(({ query }) => query.endsWith('-1.jpg')).filter((_, i) => i % 2 === 0)
  return {
    figures: `**${share(first.length, answers.length)}** pictures have one of their own subject as their nearest.`,
    alt: 'Pictures of the gallery, and the five that are nearest to each',
    heading: 'More like this',
    line: 'the five nearest pictures and their cosine similarity',
    words: { right: 'same subject', wrong: 'another subject' },
    columns: 5,
    rows: some.map(({ query, found }) => ({
      lead: { file: `gallery/${query}`, caption: query.replace('.jpg', '') },
      shown: found.map(({ name, similarity }) => ({
        file: `gallery/${name}`,
        caption: similarity.toFixed(2),
        kind: subject(name) === subject(query) ? 'right' : 'wrong',
        title: `${query} to ${name}: ${similarity.toFixed(2)}`,
      })),
    })),
  }
}
