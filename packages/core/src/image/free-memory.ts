import { MessageChannel, type MessagePort } from 'node:worker_threads'

/** Smaller ones may be a part of Node's pool, which others have parts of, and cost the collector little. */
const leastBytes = 65_536

/**
 * Gives the memory of some bytes back now, and all that lies beside them in it. The garbage collector, told of
 * megabytes that come and go, would walk the whole heap several times a second to find them: ten milliseconds
 * each time, in which nobody is served. For whoever made the bytes and knows that nobody reads them any more:
 * afterwards they have no length.
 */
export function freeMemory({ buffer }: ArrayBufferView): void {
  if (buffer.byteLength < leastBytes || !(buffer instanceof ArrayBuffer)) return
  if (buffer.transfer) buffer.transfer(0)
  else nowhere().postMessage(undefined, [buffer])
}

let port: MessagePort | undefined

/** Where what is sent is dropped. Node 20 has no `transfer`. */
function nowhere(): MessagePort {
  if (!port) {
    const { port1, port2 } = new MessageChannel()
    port2.close()
    port = port1
    port.unref()
  }
  return port
}

declare global {
  interface ArrayBuffer {
    /** Moves the memory to a buffer of another length. Node has it from version 22 on. */
    transfer?(length: number): ArrayBuffer
  }
}
