/** A cosine with three decimals and a true minus; with four where three would claim that it is 1. */
export function cosine(value: number): string {
  if (value < 1 - 1e-6 && value >= 0.9995) return Math.min(value, 0.9999).toFixed(4)
  return value.toFixed(3).replace('-', '−')
}

/** Milliseconds as people read them. */
export function milliseconds(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`
}
