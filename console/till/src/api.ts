// Every call of the till. A request ends in one of three ways: an answer, a refusal in words, or nothing at all; only the first
// two say what happened, and the third is asked again with the same number.
import type { components } from '../../src/schema'
import { kept } from './store'

export interface Shop { id: string; name: string; address: string; manager: boolean; paused_at: number }

export interface Session {
  token: string
  expires_at: number
  now: number
  account: { id: string; name: string; lang: string }
  community: { id: string; name: string; zone: string; offset: number }
  brand: { id: string; name: string }
  shops: Shop[]
  undo_seconds: number
  manager_undo_seconds: number
}

export interface Prepared {
  voucher_id: string
  token: string
  reserved_until: number
  offer_title: string
  body: string
  value_fen: number
  currency: string
  unit: 'use' | 'fen'
  units: number
  used: number
  min_spend_fen: number
  member: string
  valid_to: number
  proof: string
}

export interface Redemption {
  id: string
  voucher_id: string
  offer_title: string
  brand_name: string
  at: number
  units: number
  value_fen: number
  currency: string
  shop_name: string
  staff_name: string
  undo_until: number
  member?: string
  proof?: string
  reversed_at?: number
  reverse_reason?: string
}

export interface Ask { request_no: string; shop_id: string; items: { voucher_id: string; token: string; units: number }[] }

/** Book is what a phone needs to accept vouchers without a network. */
export type Book = components['schemas']['OfflineBook'] & {
  /** when the used vouchers were last read from the beginning: one that was given back is used no more */
  whole_at?: number
}
export type Terms = Book['terms'][number]

export interface Outcome { n: number; request_no: string; state: 'settled' | 'refused' | 'later'; code: string; text: string; redemption?: Redemption }

/** Totals are sums of one currency. */
export interface Totals { currency: string; redeemed: number; reversed: number; units: number; value: number }

export interface Sheet {
  date: string
  zone: string
  totals: Totals[]
  offers: (Totals & { offer_id: string; name: string })[]
  staff: (Totals & { account_id: string; name: string })[]
}

export interface Invited { shop_name: string; brand_name: string; community: string; name: string; manager: boolean; expires_at: number }

/** Refused is an answer of the server that says no. */
export class Refused extends Error {
  constructor(readonly status: number, readonly code: string, text: string) { super(text) }
}

/** NoAnswer is that nothing is known: no network, or a server that failed. */
export class NoAnswer extends Error {}

type Listener = (online: boolean) => void
const listeners = new Set<Listener>()

/** onReach tells whether requests reach the server, each time one has tried. */
export function onReach(listen: Listener): () => void {
  listeners.add(listen)
  return () => { listeners.delete(listen) }
}

const patience = 10_000

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const session = await kept('session')
  let response: Response
  try {
    response = await fetch(path, {
      method,
      cache: 'no-store',
      signal: AbortSignal.timeout(patience),
      headers: {
        'Accept-Language': document.documentElement.lang,
        ...(session && { Authorization: `Bearer ${session.token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  } catch {
    for (const tell of listeners) tell(false)
    throw new NoAnswer()
  }
  const said = await response.json().catch(() => null)
  for (const tell of listeners) tell(response.status < 500)
  if (response.ok) return said as T
  // Too many at once, and a failure of the server's own, leave it open what happened.
  if (response.status >= 500 || response.status === 429 || !said?.error) throw new NoAnswer()
  throw new Refused(response.status, said.error.code, said.error.text)
}

const staff = '/api/staff/v1'

export async function signIn(login: string, password: string): Promise<Pick<Session, 'token' | 'expires_at'>> {
  return ask('POST', `${staff}/sessions`, { login, password })
}

export const leave = () => ask<unknown>('DELETE', `${staff}/session`)
export const readSession = () => ask<Omit<Session, 'token' | 'expires_at'>>('GET', `${staff}/session`)
export const readBook = (shop: string, since: number) => ask<Book>('GET', `${staff}/offline?shop_id=${shop}&since=${since}`)
export const reach = () => ask<unknown>('GET', '/healthz')
export const prepare = (what: { shop_id: string; code?: string; phone_tail?: string; voucher_id?: string; with?: string }) =>
  ask<{ vouchers: Prepared[]; others?: Prepared[] }>('POST', `${staff}/prepare`, what)
export const lookInvitation = (code: string) => ask<Invited>('POST', `${staff}/invitations/look`, { code })
export const acceptInvitation = (code: string, login: string, name: string, password: string) =>
  ask<Pick<Session, 'token' | 'expires_at'>>('POST', `${staff}/invitations/accept`, { code, login, name, password })
export const release = (token: string) => ask<unknown>('POST', `${staff}/release`, { token })
export const redeem = (body: Ask) => ask<{ redemptions: Redemption[]; repeated: boolean }>('POST', `${staff}/redemptions`, body)
export const reverse = (id: string, reason: string) => ask<unknown>('POST', `${staff}/redemptions/${id}/reverse`, { reason })
export const recent = (shop: string) => ask<{ redemptions: Redemption[] }>('GET', `${staff}/recent?shop_id=${shop}&limit=30`)
export const sheet = (shop: string) => ask<Sheet>('GET', `${staff}/sheet?shop_id=${shop}`)
export const sendJournal = (device: string, lines: unknown[]) =>
  ask<{ now: number; lines: Outcome[]; missing: number[] }>('POST', `${staff}/journal`, { device, lines })
