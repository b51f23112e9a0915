import sharp from 'sharp'

/** The middle square of a picture, sharp on screens of 1.75 pixels a point, for the `href` of an `image`. */
export async function thumbnail(bytes, edge, jpeg = { quality: 82, chromaSubsampling: '4:4:4' }) {
  const size = Math.round(edge * 1.75)
  const square = sharp(bytes).resize(size, size, { fit: 'cover' }).jpeg(jpeg)
  return `data:image/jpeg;base64,${(await square.toBuffer()).toString('base64')}`
}
