/** A PNG of 8 × 8 pixels, orange beside blue: enough to go the whole way of an image. */
export const tinyImage: Uint8Array = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAHElEQVQI12O4UxEFR3JIiIGaEjZR' +
    'cCSHhKgoAQDZ2UxB7oYu9AAAAABJRU5ErkJggg==',
  'base64',
)
