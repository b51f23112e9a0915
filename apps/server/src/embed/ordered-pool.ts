export interface OrderedPoolOptions<Item, Result> {
  /** Items worked on at the same time. */
  readonly concurrency: number
  readonly work: (item: Item) => Promise<Result>
  /** Takes each result, one at a time. The pool waits for it. */
  readonly take: (result: Result, item: Item) => Promise<void>
  /**
   * `input`: results are taken in the order of the items. `finished`: as they are done.
   */
  readonly order: 'input' | 'finished'
  /** No new item is begun once it aborts. */
  readonly signal?: AbortSignal
}

/**
 * Works on items with a bounded number under way, however many there are: an item is begun only when
 * few results wait to be taken. The first failure of `work` or `take` ends it.
 */
export async function orderedPool<Item, Result>(
  items: Iterable<Item>,
  { concurrency, work, take, order, signal }: OrderedPoolOptions<Item, Result>,
): Promise<void> {
  type Done = { readonly item: Item; readonly result: Result; readonly entry: Promise<unknown> }
  const underWay: Promise<Done>[] = []
  const iterator = items[Symbol.iterator]()
  let isExhausted = false

  function begin(): void {
    while (!isExhausted && !signal?.aborted && underWay.length < concurrency) {
      const next = iterator.next()
      if (next.done) {
        isExhausted = true
        return
      }
      const item = next.value
      const entry: Promise<Done> = work(item).then((result) => ({ item, result, entry }))
      // Its failure is met when its turn comes.
      entry.catch(() => {})
      underWay.push(entry)
    }
  }

  begin()
  while (underWay.length > 0) {
    const { item, result, entry } = await (order === 'input' ? underWay[0]! : Promise.race(underWay))
    underWay.splice(underWay.indexOf(entry as Promise<Done>), 1)
    begin()
    await take(result, item)
  }
}
