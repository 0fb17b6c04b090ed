import { useState } from 'react'
import { useLocation } from 'wouter'
import { useText, useWords } from '../../text'
import { money } from '../../text/number'
import { Ask } from '../../ui/ask'
import { Loaded } from '../../ui/list'
import { Empty, told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useOwner } from '../../ui/viewer'
import { type Due, useClose, useDues } from './api'
import { Sums } from './sums'
import { room } from './words'

/** Dues are what each brand owes now, and the months that can be closed. */
export function Dues() {
  const w = useWords(room)
  const dues = useDues()
  return (
    <Loaded query={dues}>
      {(all) => all.length === 0
        ? <div className="card"><Empty icon="money" title={w('dues.empty')} text={w('dues.emptyText')} /></div>
        : <div className="stack">{all.map((d) => <One key={`${d.brand_id} ${d.currency}`} due={d} />)}</div>}
    </Loaded>
  )
}

function One({ due }: { due: Due }) {
  const w = useWords(room)
  const { lang } = useText()
  const owner = useOwner()
  const [month, setMonth] = useState('')
  const next = due.closable[0]
  return (
    <section className="card due" data-brand={due.brand_id} aria-label={due.brand_name}>
      <div className="card-head">
        <h2>{due.brand_name}<small>{due.currency}</small></h2>
        {owner && next && <button type="button" className="button primary" onClick={() => setMonth(next)}>{w('close', { month: next })}</button>}
      </div>
      <dl className="money-figures">
        <div><dt>{w('owed')}</dt><dd>{money(due.owed, due.currency, lang)}</dd></div>
        <div><dt>{w('unstated')}</dt><dd>{money(due.unstated, due.currency, lang)}</dd></div>
      </dl>
      <Sums sums={due.sums} currency={due.currency} />
      {due.closable.length > 1 && <p className="muted small">{w('closable', { months: due.closable.join(lang === 'en' ? ', ' : '、') })}</p>}
      {month && <Close due={due} month={month} onClose={() => setMonth('')} />}
    </section>
  )
}

function Close({ due, month, onClose }: { due: Due; month: string; onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const close = useClose()
  const go = async () => {
    let id = ''
    if (!(await close.do({ brand: due.brand_id, currency: due.currency, month, closed: (s) => { id = s.id } }))) return
    tell(w('closed', { month }))
    navigate(`/money/statements/${id}`)
  }
  return (
    <Ask open careful title={w('closeAsk', { month, brand: due.brand_name })} text={w('closeText')} yes={w('close', { month })} busy={close.isPending} error={close.error ? told(close.error, t) : undefined} onYes={() => void go()} onClose={onClose} />
  )
}
