// What the till keeps on the phone: who is signed in, what is needed to work without a network, and the journal. A line of the
// journal is on the disk before the clerk sees that a voucher is accepted, and stays there until the server has said what
// became of it and the clerk has read it.
import type { Book, Redemption, Session } from './api'

/** Line is one voucher this phone wrote off, or is about to. */
export interface Line {
  /** made on this phone before anything is sent; the same for ever */
  request_no: string
  /** the line's number in the journal, counted from 1 and never twice; 0 for a request that was sent with a network */
  n: number
  kind: 'offline' | 'asked'
  state: 'waiting' | 'settled' | 'refused'
  at: number
  staff_id: string
  staff_name: string
  shop_id: string
  title: string
  value_fen: number
  currency: string
  voucher_id: string
  /** the picture's text, of an offline line */
  code?: string
  /** what the request said, of an asked one */
  body?: unknown
  /** why it was refused, in the clerk's words */
  text?: string
  redemption?: Redemption
  /** when the server answered */
  answered_at?: number
  /** the clerk has seen the answer */
  seen?: boolean
}

interface Kept {
  session: Session
  book: Book
  shop: string
  offset: number
  device: string
  counter: number
}

const name = 'siyu-till'

let opened: Promise<IDBDatabase> | undefined

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('kept')
      request.result.createObjectStore('lines', { keyPath: 'request_no' })
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  return opened
}

/** run makes one transaction and answers when it is on the disk. */
async function run<T>(stores: string[], mode: IDBTransactionMode, act: (tx: IDBTransaction) => Promise<T>): Promise<T> {
  const db = await database()
  const tx = db.transaction(stores, mode, { durability: 'strict' })
  const done = new Promise<void>((resolve, reject) => {
    tx.oncomplete = () => resolve()
    tx.onabort = () => reject(tx.error ?? new Error('aborted'))
    tx.onerror = () => reject(tx.error)
  })
  const result = await act(tx)
  await done
  return result
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

export const keep = <K extends keyof Kept>(key: K, value: Kept[K]) =>
  run(['kept'], 'readwrite', async (tx) => { await answer(tx.objectStore('kept').put(value, key)) })

export const kept = <K extends keyof Kept>(key: K): Promise<Kept[K] | undefined> =>
  run(['kept'], 'readonly', (tx) => answer(tx.objectStore('kept').get(key)))

export const forget = (key: keyof Kept) => run(['kept'], 'readwrite', async (tx) => { await answer(tx.objectStore('kept').delete(key)) })

/** fresh makes a name that nobody else makes; browsers give one of their own only to pages that came by https. */
export function fresh(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('')
}

/** lines are all lines on this phone, oldest first. */
export const lines = () => run(['lines'], 'readonly', async (tx) =>
  (await answer<Line[]>(tx.objectStore('lines').getAll())).sort((a, b) => a.at - b.at || a.n - b.n))

/** addOffline puts a line into the journal and gives it its number, unless check refuses what is there by then. An asked line
 * with the same request number becomes this one. */
export function addOffline<E>(line: Line, check: (there: Line[]) => E | null): Promise<E | null> {
  return run(['kept', 'lines'], 'readwrite', async (tx) => {
    const there = await answer<Line[]>(tx.objectStore('lines').getAll())
    const refusal = check(there.filter((l) => l.request_no !== line.request_no))
    if (refusal) return refusal
    const before: number = (await answer(tx.objectStore('kept').get('counter'))) ?? 0
    await answer(tx.objectStore('kept').put(before + 1, 'counter'))
    await answer(tx.objectStore('lines').put({ ...line, n: before + 1 }))
    return null
  })
}

export const putLine = (line: Line) => run(['lines'], 'readwrite', async (tx) => { await answer(tx.objectStore('lines').put(line)) })

/** changeLine changes a line that still stands as it was read; another tab may have been faster. */
export const changeLine = (line: Line, change: Partial<Line>) => run(['lines'], 'readwrite', async (tx) => {
  const now = await answer<Line | undefined>(tx.objectStore('lines').get(line.request_no))
  if (now && now.state === line.state && now.kind === line.kind) await answer(tx.objectStore('lines').put({ ...now, ...change }))
})

export const dropLine = (requestNo: string) => run(['lines'], 'readwrite', async (tx) => { await answer(tx.objectStore('lines').delete(requestNo)) })

const day = 24 * 3_600_000

/** tidy drops what was settled two days ago, and refusals that were read as long ago. What waits is never dropped. */
export const tidy = () => run(['lines'], 'readwrite', async (tx) => {
  const there = await answer<Line[]>(tx.objectStore('lines').getAll())
  const old = there.filter((l) => (l.state === 'settled' || l.state === 'refused' && l.seen) && (l.answered_at ?? 0) < Date.now() - 2 * day)
  for (const line of old) await answer(tx.objectStore('lines').delete(line.request_no))
})
