/** What is known of each block of an MCU: where it stands, in 32-bit words. src/image/jpeg/jpeg-blocks.ts writes it. */
export const dcTableAt: usize = 0
export const acTableAt: usize = 4
/** Where the last DC value of the component is kept. */
export const predictionAt: usize = 8
export const factorAt: usize = 12
/** Where the first sample of the block of the first MCU shown goes, and how far it is to that of the next MCU. */
export const targetAt: usize = 16
export const stepAt: usize = 20
/** Bytes from a row of samples to the next. */
export const strideAt: usize = 24
/** Only in progressive pictures: coefficients of the block of the first MCU, and how far to the next MCU, and row. */
export const coefficientsAt: usize = 28
export const coefficientStepAt: usize = 32
export const coefficientRowAt: usize = 36
/** Samples of an edge of the block: 8, 4, 2 or 1. */
export const edgeAt: usize = 40
export const blockSize: usize = 44
