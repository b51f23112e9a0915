import { type Client, createClient, type Model, PixvecApiError, PixvecConnectionError } from '@pixvec/client'
import { batch, computed, signal } from '@preact/signals'

export type Transport = 'rest' | 'graphql'

/** Where the page stands with its server. */
export type Connection =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'refused'; readonly message: string; readonly isKeyWrong: boolean }
  | { readonly kind: 'connected'; readonly model: Model }

/** A page that a server serves asks that server alone: its policy forbids any other. Vite's own is none. */
export const isServedByPixvec = document.documentElement.dataset.server === 'self' && !import.meta.env.DEV

/** Origin, or with a path where a proxy puts one. */
export const address = signal(
  isServedByPixvec ? new URL('.', location.href).href.replace(/\/$/, '') : 'http://127.0.0.1:8080',
)
/** As it was typed. It lives here and in the headers of requests, and nowhere else. */
export const key = signal('')
export const transport = signal<Transport>('rest')
export const connection = signal<Connection>({ kind: 'none' })

export const model = computed(() =>
  connection.value.kind === 'connected' ? connection.value.model : undefined,
)
const chosenDimension = signal<number | undefined>(undefined)
/** What the server's model gives; what the built-in one gives until we know. */
export const dimensions = computed(() => model.value?.dimensions ?? [512, 1024])
export const dimension = computed(() => {
  const chosen = chosenDimension.value
  return chosen !== undefined && dimensions.value.includes(chosen)
    ? chosen
    : (model.value?.defaultDimension ?? dimensions.value[0] ?? 512)
})

export function chooseDimension(value: number): void {
  chosenDimension.value = value
}

/** The client of the moment: of the address, the key and the transport that are set. */
export function client(): Client {
  return createClient({
    baseUrl: address.value,
    ...(key.value !== '' && { key: key.value }),
    transport: transport.value,
  })
}

let asked: AbortController | undefined

/** Asks the server which model it has, which also tells whether the key is right. */
export async function connect(): Promise<void> {
  asked?.abort()
  asked = new AbortController()
  const { signal } = asked
  connection.value = { kind: 'asking' }
  try {
    const [first] = await client().models({ signal })
    if (!first) throw new Error('The server has no model. Look into its log.')
    connection.value = { kind: 'connected', model: first }
  } catch (error) {
    if (!signal.aborted) refuse(error)
  }
}

/** Notes why the server cannot be used. */
export function refuse(error: unknown): void {
  batch(() => {
    connection.value = {
      kind: 'refused',
      message: inWords(error),
      isKeyWrong: isKeyProblem(error),
    }
  })
}

/** A browser does not tell a page whether nobody answered, or one who does not know the page. */
function inWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return PixvecConnectionError.isInstance(error) && !isServedByPixvec
    ? `${message} Was it started with PIXVEC_CORS_ORIGINS=${location.origin}?`
    : message
}

export function isKeyProblem(error: unknown): boolean {
  return PixvecApiError.isInstance(error) ? error.code === 'UNAUTHENTICATED' : error instanceof TypeError
}
