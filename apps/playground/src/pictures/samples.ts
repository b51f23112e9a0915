import type { NewPicture } from '../state/pictures.js'

const addresses = import.meta.glob<string>(
  ['../../../server/gallery/*.jpg', '../../../server/samples/*.jpg'],
  {
    eager: true,
    query: '?url',
    import: 'default',
  },
)

/** The pictures that ship with Pixvec, drawn by code: three each of twelve subjects, in the order of their names. */
export const samples: readonly NewPicture[] = Object.entries(addresses)
  .map(([path, address]) => sample(path.replace(/^.*\//, ''), new URL(address, document.baseURI).href))
  .sort((a, b) => (a.name < b.name ? -1 : 1))

function sample(name: string, address: string): NewPicture {
  return {
    name,
    thumbnail: address,
    async load() {
      const answer = await fetch(address)
      if (!answer.ok)
        throw new Error(`The sample ${name} is not there: HTTP ${answer.status}. Reload the page.`)
      return answer.blob()
    },
  }
}
