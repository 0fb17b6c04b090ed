// What becomes of the lines on this phone. Sending is safe at any time and any number of times: the server knows each line by its
// number and answers what it answered before.
import { type Ask, type Book, NoAnswer, readBook, redeem, type Redemption, Refused, sendJournal } from './api'
import { learn } from './clock'
import { changeLine, fresh, keep, kept, type Line, lines } from './store'

const together = 20

/** device is the name this phone has for the server, made once. */
async function device(): Promise<string> {
  const known = await kept('device')
  if (known) return known
  const made = fresh()
  await keep('device', made)
  return made
}

/** settle sends what waits and asks again about what was never answered. One tab does it at a time. It throws NoAnswer or
 * Refused if it got no further; what was answered by then is kept. */
export async function settle(): Promise<void> {
  if (!navigator.locks) return settleAll()
  await navigator.locks.request('siyu-till-journal', () => settleAll())
}

async function settleAll(): Promise<void> {
  const waiting = (await lines()).filter((l) => l.state === 'waiting')
  for (const line of waiting.filter((l) => l.kind === 'asked')) await askAgain(line)
  const offline = waiting.filter((l) => l.kind === 'offline')
  for (let from = 0; from < offline.length; from += together) await send(offline.slice(from, from + together))
}

async function askAgain(line: Line): Promise<void> {
  try {
    const answer = await redeem(line.body as Ask)
    await settled(line, answer.redemptions[0])
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 401) throw error
    await refused(line, error.message)
  }
}

async function send(batch: Line[]): Promise<void> {
  const answer = await sendJournal(await device(), batch.map((l) => ({
    n: l.n, request_no: l.request_no, code: l.code, at: l.at, staff_id: l.staff_id, shop_id: l.shop_id,
  })))
  learn(answer.now)
  let later = false
  for (const outcome of answer.lines) {
    const line = batch.find((l) => l.request_no === outcome.request_no)
    if (!line) continue
    if (outcome.state === 'settled') await settled(line, outcome.redemption)
    else if (outcome.state === 'refused') await refused(line, outcome.text)
    else later = true
  }
  if (later) throw new NoAnswer()
}

const settled = (line: Line, redemption: Redemption | undefined) =>
  changeLine(line, { state: 'settled', answered_at: Date.now(), redemption })

const refused = (line: Line, text: string) => changeLine(line, { state: 'refused', answered_at: Date.now(), text })

const wholeEvery = 30 * 60_000

/** refreshBook keeps what is needed without a network up to date. */
export async function refreshBook(): Promise<Book> {
  const before = await kept('book')
  const session = await kept('session')
  const shop = (await kept('shop')) ?? ''
  const more = before && session && before.brand_id === session.brand.id && before.now - (before.whole_at ?? 0) < wholeEvery
  const book = await readBook(shop, more ? before.since : 0)
  learn(book.now)
  book.whole_at = more ? before.whole_at : book.now
  if (more) book.used = [...new Set([...book.used, ...before.used])]
  await keep('book', book)
  return book
}
