/**
 * Words for Node before the program of a child: two spaces of 1 MB for what is new, and not of 16 MB. A child
 * makes a handful of objects a picture; with more room it only collects later, and keeps the pixels and tensors
 * that hang on them until then: a picture of 3 megapixels keeps 9 MB. And no threads that help with it: the cores
 * have other work.
 */
export const smallYoungHeap: readonly string[] = ['--max-semi-space-size=1', '--single-threaded-gc']

/**
 * glibc keeps what was freed for the next time, an arena a thread, and gives nothing back from below what is still in
 * use. Pixels and tensors of all sizes leave it in pieces: 150 MB became 216 MB over 1,000 odd files, and 113 MB with
 * these, at the same speed. From 1 MB on a block is now a mapping of its own and goes when it is freed. (Without a
 * number glibc raises the limit to the largest block that it ever saw freed: after a model was read, none is large.)
 */
export const givesMemoryBack = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '1000000',
  MALLOC_TRIM_THRESHOLD_: '1000000',
}
