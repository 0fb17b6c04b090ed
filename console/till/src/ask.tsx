import { useEffect, useState } from 'react'
import { type Ask as Request, NoAnswer, prepare, type Prepared, redeem, Refused } from './api'
import { now } from './clock'
import { words } from './desk'
import type { Result } from './done'
import { Icon } from './icons'
import { type Ticket, ticketOf, within } from './offline'
import type { QR } from './qr'
import { bad, good, ready } from './sound'
import { useTill } from './state'
import { addOffline, dropLine, fresh, keep, type Line, putLine } from './store'
import { useText } from './text'

/** Wanted is what lies before the clerk: vouchers the server holds for her, or a picture this phone has checked itself. */
export interface Wanted { vouchers?: Prepared[]; others?: Prepared[]; ticket?: Ticket; qr?: QR }

interface Props { wanted: Wanted; leave: () => void; done: (result: Result) => void }

export function Ask({ wanted, leave, done }: Props) {
  const { t } = useText()
  const { act, busy } = useRedeem(wanted, done)
  const [vouchers, setVouchers] = useState(wanted.vouchers ?? [])
  const [others, setOthers] = useState(wanted.others ?? [])
  const [units, setUnits] = useState<Record<string, number>>({})
  const left = useSeconds(vouchers.length > 0 ? Math.min(...vouchers.map((v) => v.reserved_until)) : 0)
  const over = vouchers.length > 0 && left <= 0
  const unitsOf = (v: Prepared) => units[v.voucher_id] ?? (v.unit === 'fen' ? v.units - v.used : 1)
  const { shop } = useTill()
  const first = vouchers[0]
  const add = async (v: Prepared) => {
    const more = await prepare({ shop_id: shop, voucher_id: v.voucher_id, with: first!.token }).catch(() => null)
    if (more?.vouchers[0]) setVouchers([...vouchers, more.vouchers[0]])
    setOthers(others.filter((o) => o.voucher_id !== v.voucher_id))
  }
  return (
    <main className="page ask" data-offline={wanted.ticket ? true : undefined}>
      <h1>{t('ask.title')}</h1>
      {wanted.ticket && <p className="note warn"><Icon name="cloud" />{t('ask.offline')}</p>}
      {wanted.ticket && <Facts {...wanted.ticket.terms} valid_to={wanted.ticket.qr.validTo} />}
      {vouchers.map((v) => (
        <Facts key={v.voucher_id} {...v} offer_title={undefined} title={v.offer_title}>
          {v.units - v.used > 1 && <Amount voucher={v} value={unitsOf(v)} set={(n) => setUnits({ ...units, [v.voucher_id]: n })} />}
        </Facts>
      ))}
      {others.length > 0 && vouchers.length < 10 && !over && (
        <section className="card list" aria-label={t('ask.others')}>
          <h2>{t('ask.others')}</h2>
          {others.map((v) => <button key={v.voucher_id} type="button" className="button choice" onClick={() => void add(v)}><span>{v.offer_title}</span><Icon name="plus" /></button>)}
        </section>
      )}
      <div className="ask-foot">
        {over && <p className="note bad" role="alert">{t('ask.over')}</p>}
        {!over && vouchers.length > 0 && <p className="help">{t('ask.expires', { s: left })}</p>}
        <button type="button" className="button primary huge" disabled={busy || over}
          onClick={() => { ready(); void act(vouchers, unitsOf) }}>
          {t(busy ? 'ask.busy' : wanted.ticket ? 'ask.confirmOffline' : 'ask.confirm')}
        </button>
        <button type="button" className="button big" disabled={busy} onClick={leave}>{t('ask.cancel')}</button>
      </div>
    </main>
  )
}

/** useRedeem writes vouchers off. The request has its number, and both are on the disk, before anything is sent. */
function useRedeem(wanted: Wanted, done: (result: Result) => void) {
  const { t, moment } = useText()
  const till = useTill()
  const [busy, setBusy] = useState(false)

  const blank = (what: Partial<Line>): Line => ({
    request_no: fresh(), n: 0, kind: 'asked', state: 'waiting', at: now(), staff_id: till.session.account.id,
    staff_name: till.session.account.name, shop_id: till.shop, title: '', value_fen: 0, currency: '', voucher_id: '', ...what,
  })

  const refuse = (text: string) => {
    bad()
    done({ kind: 'refused', text })
  }

  /** offline puts the ticket into the journal; a request that was not answered becomes that line, with the same number. */
  const offline = async (ticket: Ticket, from?: Line) => {
    const { qr, terms } = ticket
    const line: Line = { ...(from ?? blank({})), kind: 'offline', at: now(), title: terms.title, value_fen: terms.value_fen,
      currency: terms.currency, voucher_id: qr.voucher, code: qr.text, body: undefined }
    const refusal = await addOffline(line, (there) => within(ticket, till.book!, there))
    await till.reload()
    if (refusal) return refuse(words(refusal, t, moment))
    good()
    done({ kind: 'offline', requestNo: line.request_no, title: line.title })
  }

  const online = async (vouchers: Prepared[], unitsOf: (v: Prepared) => number) => {
    const requestNo = fresh()
    const body: Request = { request_no: requestNo, shop_id: till.shop, items: vouchers.map((v) => ({ voucher_id: v.voucher_id, token: v.token, units: unitsOf(v) })) }
    const title = vouchers.map((v) => v.offer_title).join(' + ')
    const line = blank({ request_no: requestNo, body, title, voucher_id: vouchers[0]!.voucher_id,
      value_fen: vouchers.reduce((all, v) => all + v.value_fen, 0), currency: vouchers[0]!.currency })
    await putLine(line)
    try {
      const answer = await redeem(body)
      await dropLine(requestNo)
      if (till.book) await keep('book', { ...till.book, used: [...till.book.used, ...vouchers.filter((v) => v.units - v.used <= unitsOf(v)).map((v) => v.voucher_id)] })
      good()
      done({ kind: 'good', title, redemptions: answer.redemptions, repeated: answer.repeated })
    } catch (error) {
      if (error instanceof Refused && error.status !== 401) {
        await dropLine(requestNo)
        return refuse(error.message)
      }
      const ticket = wanted.qr && vouchers.length === 1 && error instanceof NoAnswer ? await ticketOf(wanted.qr, till.book, till.shop, now()) : undefined
      if (ticket && 'qr' in ticket) return offline(ticket, line)
      bad()
      done({ kind: 'unknown', requestNo, title })
    } finally {
      await till.reload()
    }
  }

  const act = async (vouchers: Prepared[], unitsOf: (v: Prepared) => number) => {
    setBusy(true)
    try {
      await (wanted.ticket ? offline(wanted.ticket) : online(vouchers, unitsOf))
    } finally {
      setBusy(false)
    }
  }
  return { act, busy }
}

function useSeconds(until: number): number {
  const [left, set] = useState(() => Math.ceil((until - now()) / 1000))
  useEffect(() => {
    if (until === 0) return
    const timer = setInterval(() => set(Math.ceil((until - now()) / 1000)), 500)
    return () => clearInterval(timer)
  }, [until])
  return left
}

interface FactsProps {
  title: string; offer_title?: undefined; body: string; value_fen: number; currency: string; min_spend_fen: number; valid_to: number
  member?: string; unit: 'use' | 'fen'; units: number; used?: number; children?: React.ReactNode
}

function Facts({ title, body, value_fen, currency, min_spend_fen, valid_to, member, unit, units, used = 0, children }: FactsProps) {
  const { t, money, moment } = useText()
  return (
    <section className="card facts">
      <h2>{title}</h2>
      {value_fen > 0 && <p className="facts-value">{money(value_fen, currency)}</p>}
      <dl>
        {member && <><dt>{t('ask.member')}</dt><dd>{member}</dd></>}
        {(units > 1 || used > 0) && <><dt>{t('ask.left')}</dt><dd>{unit === 'fen' ? money(units - used, currency) : t('ask.times', { n: units - used })}</dd></>}
        {min_spend_fen > 0 && <><dt>{t('ask.minimum')}</dt><dd>{money(min_spend_fen, currency)}</dd></>}
        <dt>{t('ask.until')}</dt><dd>{moment(valid_to)}</dd>
      </dl>
      {body && <p className="facts-body">{body}</p>}
      {children}
    </section>
  )
}

function Amount({ voucher, value, set }: { voucher: Prepared; value: number; set: (n: number) => void }) {
  const { t } = useText()
  const most = voucher.units - voucher.used
  if (voucher.unit === 'fen') {
    return (
      <div className="field">
        <label htmlFor={`amount-${voucher.voucher_id}`}>{t('ask.amount')}</label>
        <input id={`amount-${voucher.voucher_id}`} className="input code" type="number" inputMode="decimal" min="0.01" step="0.01" defaultValue={(value / 100).toFixed(2)}
          onChange={(e) => set(Math.max(1, Math.min(most, Math.round(Number(e.target.value) * 100) || 1)))} />
      </div>
    )
  }
  return (
    <div className="stepper" role="group" aria-label={t('ask.units')}>
      <button type="button" className="button" aria-label={t('ask.less')} disabled={value <= 1} onClick={() => set(value - 1)}>−</button>
      <output>{t('ask.times', { n: value })}</output>
      <button type="button" className="button" aria-label={t('ask.more')} disabled={value >= most} onClick={() => set(value + 1)}>+</button>
    </div>
  )
}
