import sharp from 'sharp'

// libvips can open far more than we mean to: SVG (fetches, scripts), PDF, ImageMagick's hundred
// formats. All loaders are blocked for the whole process, and those that are wanted opened again: of
// six formats from memory, and of JPEG from a file that is ours (scaled-jpeg.ts).
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadJpegFile',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadTiffBuffer',
    'VipsForeignLoadHeifBuffer',
  ],
})

// Every picture is new: a cache of operations only holds memory.
sharp.cache(false)
// Images run side by side, one thread each: more threads an image lose to their own overhead.
sharp.concurrency(1)

export type { Sharp } from 'sharp'
export { sharp }
