import { share } from './subject.mjs'

/** `{ classes, shots, answers: { name, label, knn, regression }[] }` */
export function drawClassification({ classes, shots, answers }) {
  const right = (method) => answers.filter((answer) => answer[method] === answer.label).length
  const shown = answers
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, label, regression }) => ({
      file: `gallery/${name}`,
      caption: regression,
      kind: regression === label ? 'right' : 'wrong',
      title: `${name} is called ${regression}`,
    }))
  return {
    figures: `With ${shots} labelled pictures of each of ${classes} classes, k-NN names **${share(right('knn'), answers.length)}** of the other pictures rightly, logistic regression **${share(right('regression'), answers.length)}**.`,
    alt: 'Every picture of the gallery with the class that logistic regression gives it',
    heading: `What is it? Told from ${shots} pictures a class`,
    line: 'the class that logistic regression gives',
    words: { right: 'right', wrong: 'wrong' },
    columns: 9,
    rows: [{ shown }],
  }
}

/** The same result of photos, as a sentence. */
export function photosText({ classes, shots, answers }) {
  const right = (method) => answers.filter((answer) => answer[method] === answer.label).length
  return `The same program, on ${classes} kinds of photos (airplanes, barrels, beavers …) with ${shots} labelled ones of each: k-NN names **${share(right('knn'), answers.length)}** of the others rightly, logistic regression **${share(right('regression'), answers.length)}**. By chance it would be ${Math.round(100 / classes)} %.`
}
