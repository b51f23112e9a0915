/** A cosine with three decimals and a true minus. */
export function cosine(value: number): string {
  return value.toFixed(3).replace('-', '−')
}

/** Milliseconds as people read them. */
export function milliseconds(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`
}
