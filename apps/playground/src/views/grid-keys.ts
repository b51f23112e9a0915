/**
 * Arrow keys, Home and End among the children of an element, wherever they lie: the next one in that direction gets
 * the focus.
 */
export function moveInGrid(
  event: KeyboardEvent,
  container: HTMLElement | null,
  selector = ':scope > *',
): void {
  const items = [...(container?.querySelectorAll<HTMLElement>(selector) ?? [])]
  const at = items.indexOf(document.activeElement as HTMLElement)
  if (at < 0) return
  const target =
    event.key === 'Home'
      ? items[0]
      : event.key === 'End'
        ? items.at(-1)
        : nearestInDirection(event.key, items[at]!, items)
  if (!target) return
  event.preventDefault()
  target.focus()
  target.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

const directions: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

function nearestInDirection(key: string, from: HTMLElement, items: readonly HTMLElement[]) {
  const direction = directions[key]
  if (!direction) return undefined
  const [x, y] = middleOf(from)
  let best: { item: HTMLElement; cost: number } | undefined
  for (const item of items) {
    if (item === from) continue
    const [dx, dy] = middleOf(item).map((value, axis) => value - [x, y][axis]!) as [number, number]
    const ahead = dx * direction[0] + dy * direction[1]
    const aside = Math.abs(dx * direction[1]) + Math.abs(dy * direction[0])
    if (ahead <= 1) continue
    const cost = ahead + 2.5 * aside
    if (!best || cost < best.cost) best = { item, cost }
  }
  if (best) return best.item
  // At the end of a line the next one goes on.
  const step = direction[0]
  return step === 0 ? undefined : items[items.indexOf(from) + step]
}

function middleOf(element: HTMLElement): [number, number] {
  const { left, top, width, height } = element.getBoundingClientRect()
  return [left + width / 2, top + height / 2]
}
