import { original, share } from './subject.mjs'

const most = 6

/** `{ files, threshold, kept: name[], copies: { copy, of, similarity }[] }` */
export function drawNearDuplicates({ files, threshold, kept, copies }) {
  const right = copies.filter(({ copy, of }) => original(copy) === original(of))
  // Those with a mistake first, then the first of the others.
  const isClean = (name) => copies.every(({ copy, of }) => of !== name || original(copy) === original(of))
  const withCopies = kept.filter((name) => copies.some(({ of }) => of === name)).sort()
  const shown = withCopies.toSorted((a, b) => Number(isClean(a)) - Number(isClean(b))).slice(0, most)
  return {
    figures: `Of ${files} files ${copies.length} are called copies at a threshold of ${threshold.toFixed(3)}, **${share(right.length, copies.length)}** rightly; ${kept.length} are kept.`,
    alt: 'Pictures that are kept, and the files that were found to be copies of them',
    heading: 'Kept, and its copies',
    line: 'the largest file is kept; cosine similarity of its copies',
    words: { right: 'a copy', wrong: 'another picture' },
    columns: Math.max(4, ...shown.map((name) => copies.filter(({ of }) => of === name).length)),
    rows: shown.map((name) => ({
      lead: { file: `album/${name}`, caption: original(name) },
      shown: copies
        .filter(({ of }) => of === name)
        .map(({ copy, similarity }) => ({
          file: `album/${copy}`,
          caption: `${original(copy) === original(name) ? copy.split('.')[1] : original(copy)} ${similarity.toFixed(2)}`,
          kind: original(copy) === original(name) ? 'right' : 'wrong',
          title: `${copy} is called a copy of ${name}: ${similarity.toFixed(3)}`,
        })),
    })),
  }
}
