import { useState } from 'react'
import { Link, useSearchParams } from 'wouter'
import { useText, useWords } from '../../text'
import { money } from '../../text/number'
import { Ask } from '../../ui/ask'
import { AreaField, SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { More } from '../../ui/list'
import { Empty, Failed, told, Waiting } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useNow, useViewer, useWhen } from '../../ui/viewer'
import { type Redemption, sheetTable, useBrandOf, useClerks, useRedeemed, useReverse, useShops } from './api'
import { room, type Word } from './words'

/** Redeemed is what was written off, the newest first, and where it can still be taken back. */
export function Redeemed() {
  const w = useWords(room)
  const [search] = useSearchParams()
  const [shop, setShop] = useState(search.get('shop') ?? '')
  const [date, setDate] = useState(search.get('date') ?? '')
  const [clerk, setClerk] = useState('')
  const shops = useShops().data ?? []
  const brand = useBrandOf(shop)
  const organiser = useViewer().account.role === 'organiser'
  const clerks = useClerks(brand, !organiser || brand !== '').data ?? []
  return (
    <div className="stack">
      <div className="card redeemed-choice">
        <SelectField name="redeemed-shop" label={w('rd.shop')} value={shop} onValue={(id) => { setShop(id); setClerk('') }} options={[{ value: '', label: w('rd.everyShop') }, ...shops.map((s) => ({ value: s.id, label: s.name }))]} />
        <TextField name="redeemed-date" type="date" label={w('rd.date')} hint={date ? '' : w('rd.everyDay')} value={date} onValue={setDate} />
        {clerks.length > 0 && (
          <SelectField name="redeemed-clerk" label={w('rd.clerk')} value={clerk} onValue={setClerk} options={[{ value: '', label: w('rd.everyClerk') }, ...clerks.map((c) => ({ value: c.id, label: c.name || c.login }))]} />
        )}
      </div>
      {shop && date && <p className="actions"><Link to={`/shops/sheet?shop=${shop}&date=${date}`} className="button">{w('rd.sheet')}</Link><a className="button" href={sheetTable({ brand: '', shop, date })} download><Icon name="down" size={16} />{w('sheet.csv')}</a></p>}
      <List which={{ shop, date, clerk }} />
    </div>
  )
}

function List({ which }: { which: { shop: string; date: string; clerk: string } }) {
  const w = useWords(room)
  const query = useRedeemed(which)
  const all = query.data?.pages.flat()
  if (!all) return query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Waiting />
  const chosen = which.shop || which.date || which.clerk
  if (all.length === 0) return <div className="card"><Empty icon="check" title={w(chosen ? 'rd.noneHere' : 'rd.none')} text={w(chosen ? 'rd.noneHereText' : 'rd.noneText')} /></div>
  return <section className="card" aria-label={w('redeemed')}><ul className="shop-list">{all.map((r) => <Row key={r.id} done={r} />)}</ul><More query={query} /></section>
}

const proofs: Record<string, Word> = { rotating: 'proof.rotating', card: 'proof.card', offline: 'proof.offline', typed: 'proof.typed', phone: 'proof.phone' }

function Row({ done: r }: { done: Redemption }) {
  const w = useWords(room)
  const { lang } = useText()
  const { say } = useWhen()
  const now = useNow()
  const organiser = useViewer().account.role === 'organiser'
  const [asking, setAsking] = useState(false)
  const back = r.reversed_at > 0
  const facts = [say(r.at), r.shop_name, r.staff_name, organiser && r.brand_name, proofs[r.proof] && w(proofs[r.proof] as Word)]
  return (
    <li data-redemption={r.id}>
      <div>
        <p><span className="strong">{r.offer_title}</span>{back && <span className="tag">{w('rd.back')}</span>}</p>
        <p className="muted small">{facts.filter(Boolean).join(' · ')}</p>
        {back && <p className="small">{w('rd.backAt', { when: say(r.reversed_at), why: r.reverse_reason })}</p>}
      </div>
      <div className="actions">
        <span className={back ? 'muted redeemed-value' : 'strong redeemed-value'}>{r.currency ? money(r.value_fen, r.currency, lang) : '—'}</span>
        {!back && r.undo_until > now && <button type="button" className="button" aria-label={`${w('rd.reverse')}: ${r.offer_title}`} onClick={() => setAsking(true)}>{w('rd.reverse')}</button>}
      </div>
      {asking && <Reverse done={r} onClose={() => setAsking(false)} />}
    </li>
  )
}

function Reverse({ done, onClose }: { done: Redemption; onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const { say } = useWhen()
  const tell = useTell()
  const reverse = useReverse()
  const [reason, setReason] = useState('')
  const [needed, setNeeded] = useState(false)
  const go = async () => {
    if (!reason.trim()) return setNeeded(true)
    if (!(await reverse.do({ id: done.id, reason: reason.trim() }))) return
    tell(w('rd.isBack'))
    onClose()
  }
  return (
    <Ask open careful title={w('rd.ask', { offer: done.offer_title })} text={w('rd.askText', { until: say(done.undo_until) })} yes={w('rd.reverse')} busy={reverse.isPending}
      error={reverse.error ? told(reverse.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <AreaField name="reverse-reason" label={w('reason')} hint={w('rd.reasonHint')} rows={3} maxLength={200} value={reason} wrong={needed && !reason.trim() ? w('need') : undefined} onValue={setReason} />
    </Ask>
  )
}
