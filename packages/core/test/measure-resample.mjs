// Prints the time of the resampler beside sharp's cubic kernel on the same pixels, without shrink-on-load.
// Run: node test/measure-resample.mjs [ROUNDS]   (after a build)
import { performance } from 'node:perf_hooks'
import { resample } from '../dist/image/resample.js'
import { sharp } from '../dist/image/sharp.js'

const rounds = Number(process.argv[2] ?? 15)
process.stdout.write('pixels        to   sharp ms   ours ms   ours / sharp (medians of one run)\n')
for (const [width, height, edge] of [
  [640, 480, 142],
  [1280, 960, 224],
  [4000, 3000, 142],
  [4000, 3000, 224],
]) {
  const data = photo(width, height)
  const whole = Math.trunc((edge * width) / height)
  const crop = { left: (whole - edge) >> 1, top: 0, width: edge, height: edge }
  const raw = { width, height, channels: 3 }
  const cover = { fit: 'cover', kernel: 'cubic', fastShrinkOnLoad: false }
  const theirs = []
  const ours = []
  for (let round = 0; round < rounds; round++) {
    theirs.push(await time(() => sharp(data, { raw }).resize(edge, edge, cover).raw().toBuffer()))
    ours.push(
      await time(() =>
        resample({ data, width, height }, { filter: 'bicubic', width: whole, height: edge, crop }),
      ),
    )
  }
  const [a, b] = [median(theirs), median(ours)]
  process.stdout.write(
    `${`${width} × ${height}`.padEnd(12)} ${edge}   ${a.toFixed(2).padStart(8)}  ${b.toFixed(2).padStart(8)}   ${(b / a).toFixed(2)}\n`,
  )
}

/** Soft light and grain. */
function photo(width, height) {
  let grain = 12345
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    grain = (Math.imul(grain, 1664525) + 1013904223) >>> 0
    return 40 + (i % (width * 3)) / (width / 50) + (grain >>> 27)
  })
}

async function time(run) {
  const begin = performance.now()
  await run()
  return performance.now() - begin
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1]
}
