/** One way of sending an image, as the bytes of a request. */
export interface LargeBody {
  readonly name: string
  readonly path: string
  readonly contentType: string
  readonly bytes: Buffer
}

/** The same image in every body that the server reads, each built once. */
export function largeBodies(image: Buffer): LargeBody[] {
  const img = image.toString('base64')
  const lines = img.replace(/.{76}/g, '$&\r\n')
  const query = 'query ($img: String!) { embedImage(img: $img) { embedding } }'
  return [
    json('REST, JSON', JSON.stringify({ img })),
    json('REST, JSON with \\/ as PHP writes it', JSON.stringify({ img }).replaceAll('/', '\\/')),
    json('REST, JSON with line breaks', JSON.stringify({ img: lines })),
    {
      name: 'REST, urlencoded',
      path: '/imgembed',
      contentType: 'application/x-www-form-urlencoded',
      bytes: Buffer.from(new URLSearchParams({ img }).toString()),
    },
    multipart('REST, multipart file', '; filename="a.jpg"', image),
    multipart('REST, multipart base64', '', Buffer.from(img)),
    {
      name: 'GraphQL, variable',
      path: '/graphql',
      contentType: 'application/json',
      bytes: Buffer.from(JSON.stringify({ query, variables: { img } })),
    },
  ]
}

function json(name: string, text: string): LargeBody {
  return { name, path: '/imgembed', contentType: 'application/json', bytes: Buffer.from(text) }
}

function multipart(name: string, filename: string, content: Buffer): LargeBody {
  const boundary = 'pixvec-bench-boundary'
  return {
    name,
    path: '/imgembed',
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="img"${filename}\r\n\r\n`),
      content,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  }
}
