// Draws the sample pictures of this folder and of the gallery beside it, from formulas alone, so that a
// server can be tried and a similarity be shown without anybody's photos. The same code gives the same
// pictures. Run it with `pnpm --filter pixvec draw-samples`, and names of pictures to draw only those.
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { gallery, samples } from './draw/pictures.mjs'
import { render } from './draw/render.mjs'

const size = { width: 640, height: 480 }
const wanted = process.argv.slice(2)

await draw(samples, { folder: new URL('.', import.meta.url), quality: 84 })
await draw(gallery, { folder: new URL('../gallery/', import.meta.url), quality: 68 })

async function draw(pictures, { folder, quality }) {
  await mkdir(folder, { recursive: true })
  for (const [name, shade] of Object.entries(pictures)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const { size: bytes } = await sharp(render(shade, size), { raw: { ...size, channels: 3 } })
      .jpeg({ quality, mozjpeg: true })
      .toFile(fileURLToPath(new URL(`${name}.jpg`, folder)))
    process.stdout.write(`${name}.jpg ${bytes} bytes\n`)
  }
}
