import { original, share, subject } from './subject.mjs'

/** `{ groups: { cover, pictures }[], silhouette }` */
export function drawClustering({ groups, silhouette }) {
  const count = (pictures, name) => pictures.filter((one) => subject(one) === subject(name)).length
  const main = ({ pictures }) => pictures.reduce((a, b) => (count(pictures, b) > count(pictures, a) ? b : a))
  const atHome = groups.map((group) => count(group.pictures, main(group))).reduce((a, b) => a + b, 0)
  const all = groups.flatMap(({ pictures }) => pictures)
  const subjects = new Set(all.map(subject)).size
  return {
    figures: `${all.length} pictures of ${subjects} subjects fall into **${groups.length} groups** (silhouette ${silhouette.toFixed(2)}), and **${share(atHome, all.length)}** lie in a group that is mostly of their own subject.`,
    alt: 'The groups, each with the picture that stands for it first',
    heading: 'A library in groups',
    line: 'the picture in the middle of each group first',
    words: { right: 'of the subject that most of the group have', wrong: 'of another' },
    columns: 8,
    rows: groups.map(({ cover, pictures }, i) => ({
      label: `Group ${i + 1}`,
      shown: [cover, ...pictures.filter((one) => one !== cover).sort()].map((name) => ({
        file: `gallery/${name}`,
        caption: original(name),
        kind: subject(name) === subject(main({ pictures })) ? 'right' : 'wrong',
        title: `${original(name)} in group ${i + 1}`,
      })),
    })),
  }
}
