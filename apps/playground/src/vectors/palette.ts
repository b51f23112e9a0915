/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number]

/**
 * Dark blue to yellow: the anchors of cividis, which looks nearly the same with and without a colour vision
 * deficiency, and grows evenly lighter.
 * @source Nuñez, Anderton, Renslow: Optimizing colormaps with consideration for color vision deficiency, 2018
 */
const sequential: readonly Rgb[] = [
  [0, 34, 78],
  [53, 69, 108],
  [102, 105, 112],
  [148, 142, 119],
  [200, 184, 102],
  [254, 232, 56],
]

/** Blue for less than nothing, orange for more: told apart with every common colour vision deficiency. */
const negative: Rgb = [33, 102, 184]
const positive: Rgb = [217, 106, 14]
const nothing = { light: [240, 242, 241] as Rgb, dark: [32, 42, 40] as Rgb }

/** @param share  0 to 1; what lies outside is its nearer end */
export function sequentialColour(share: number): Rgb {
  const place = Math.min(1, Math.max(0, share)) * (sequential.length - 1)
  const below = Math.min(Math.floor(place), sequential.length - 2)
  return mixed(sequential[below]!, sequential[below + 1]!, place - below)
}

/** @param share  −1 to 1; what lies outside is its nearer end */
export function divergingColour(share: number, ground: 'light' | 'dark'): Rgb {
  const strength = Math.sqrt(Math.min(1, Math.abs(share)))
  return mixed(nothing[ground], share < 0 ? negative : positive, strength)
}

export function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`
}

function mixed(one: Rgb, other: Rgb, share: number): Rgb {
  const at = (i: 0 | 1 | 2) => Math.round(one[i] + (other[i] - one[i]) * share)
  return [at(0), at(1), at(2)]
}
