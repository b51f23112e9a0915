/** `cat-1.grey.jpg` → `cat-1` */
export const original = (name) => name.split('.')[0]

/** `cat-1.grey.jpg` → `cat` */
export const subject = (name) => original(name).replace(/-\d+$/, '')

/** `3 of 4 (75 %)` */
export const share = (count, all) => `${count} of ${all} (${Math.round((100 * count) / all)} %)`
