// Whether a voucher may be accepted without asking anybody. The phone knows what was true when it last had a network; what it
// cannot know is whether somebody else accepts the same voucher in this very hour. That is bounded: few tickets, little value, a
// picture of this minute, and a name beside every line.
import type { Book, Terms } from './api'
import { genuine, type QR, windowMillis } from './qr'
import type { Line } from './store'
import type { Key } from './text'

export interface Refusal { key: Key; fill?: Record<string, string | number>; at?: number; fatal?: boolean }

export interface Ticket { qr: QR; terms: Terms }

/** ticketOf checks everything but what lies in the journal: the picture, its time, and the rules of its offer. */
export async function ticketOf(q: QR, book: Book | undefined, shop: string, now: number): Promise<Ticket | Refusal> {
  if (!isSecureContext) return { key: 'off.insecure' }
  if (!book) return { key: 'off.noBook' }
  if (now - book.now > book.limits.hours * 3_600_000) return { key: 'off.oldBook', fill: { hours: book.limits.hours } }
  const key = book.keys.find((k) => k.key === q.key)
  if (!key) return { key: 'off.noKey' }
  if (!(await genuine(q, key.public))) return { key: 'off.forged', fatal: true }
  const slack = book.limits.slack_seconds * 1000
  if (Math.floor((now - slack) / windowMillis) > q.window + 1) return { key: 'off.stale' }
  if (Math.floor((now + slack) / windowMillis) < q.window) return { key: 'off.early' }
  if (q.brand !== book.brand_id) return { key: 'off.brand', fatal: true }
  if (q.validTo <= now) return { key: 'off.expired', at: q.validTo, fatal: true }
  if (book.used.includes(q.voucher)) return { key: 'off.used', fatal: true }
  const terms = book.terms.find((t) => t.id === q.terms)
  if (!terms) return { key: 'off.unknown' }
  if (terms.shop_ids.length > 0 && !terms.shop_ids.includes(shop)) return { key: 'off.shop', fatal: true }
  const closed = terms.closed.find((c) => c.from <= now && now < c.to)
  if (closed) return { key: 'off.closed', at: closed.to, fatal: true }
  if (terms.unit !== 'use' || terms.units !== 1) return { key: 'off.parts' }
  return { qr: q, terms }
}

/** within checks a ticket against what the phone has accepted already. */
export function within(ticket: Ticket, book: Book, there: Line[]): Refusal | null {
  const mine = there.filter((l) => l.state !== 'refused' && l.voucher_id === ticket.qr.voucher)
  const first = mine[0]
  if (first) return { key: 'off.here', at: first.at, fatal: true }
  const waiting = there.filter((l) => l.kind === 'offline' && l.state === 'waiting')
  if (waiting.length >= book.limits.tickets) return { key: 'off.tickets', fill: { n: book.limits.tickets } }
  const sum = waiting.reduce((all, l) => all + l.value_fen, ticket.terms.value_fen)
  if (sum > book.limits.value_fen) return { key: 'off.value' }
  return null
}
