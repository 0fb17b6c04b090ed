import { useState } from 'react'
import { Link, useParams } from 'wouter'
import { type Fill, useText, useWords } from '../../text'
import { money } from '../../text/number'
import { Ask } from '../../ui/ask'
import { TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded, More } from '../../ui/list'
import { Page } from '../../ui/page'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useOwner, useWhen } from '../../ui/viewer'
import { type Statement, useLines, usePaid, useReviewed, useStatement } from './api'
import { Sums } from './sums'
import { room, type Word } from './words'

/** StatementPage is one closed month of a brand: it never changes, and can be taken along as a table or a page. */
export function StatementPage() {
  const { id = '' } = useParams()
  return <Loaded query={useStatement(id)}>{(s) => <One statement={s} />}</Loaded>
}

function One({ statement: s }: { statement: Statement }) {
  const w = useWords(room)
  const { lang } = useText()
  const { say } = useWhen()
  const owner = useOwner()
  const [paying, setPaying] = useState(false)
  const file = `/api/console/v1/statements/${s.id}`
  return (
    <Page title={w('st.name', { n: s.number, month: s.month })} sub={s.brand_name} actions={<Link to="/money/statements" className="button"><Icon name="left" />{w('back')}</Link>}>
      <div className="stack">
        {owner && s.reviewed_at === 0 && <Unseen statement={s} />}
        <section className="card due" aria-labelledby="total">
          <div className="card-head">
            <h2 id="total">{w('st.total')}<span className={s.paid_at > 0 ? 'tag good' : 'tag warn'}>{w(s.paid_at > 0 ? 'paid' : 'unpaid')}</span></h2>
            <div className="actions">
              <a className="button" href={`${file}/table.xlsx`} download><Icon name="down" size={16} />{w('xlsx')}</a>
              <a className="button" href={`${file}/page.html?lang=${lang}`} target="_blank" rel="noreferrer noopener">{w('print')}</a>
              {owner && s.paid_at === 0 && <button type="button" className="button primary" onClick={() => setPaying(true)}>{w('markPaid')}</button>}
            </div>
          </div>
          <p className="money-total">{money(s.total, s.currency, lang)}</p>
          <p className="muted small">{w('st.closedAt', { when: say(s.closed_at) })}{s.paid_at > 0 && ` · ${w('paidAt', { when: say(s.paid_at) })}`}{s.paid_note && ` · ${s.paid_note}`}</p>
          <Sums sums={s.sums ?? []} currency={s.currency} />
          <p className="muted small money-digest">{w('digest')} <code>{s.digest}</code></p>
        </section>
        <Lines statement={s} />
      </div>
      {paying && <Paid statement={s} onClose={() => setPaying(false)} />}
    </Page>
  )
}

/** Unseen is a month that was closed by itself: its brand sees it when an organiser has looked at it. */
function Unseen({ statement: s }: { statement: Statement }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const reviewed = useReviewed()
  const go = async () => {
    if (await reviewed.do(s.id)) tell(w('isShown'))
  }
  return (
    <section className="card" aria-labelledby="unseen">
      <div className="card-head">
        <h2 id="unseen">{w('unseen')}</h2>
        <div className="actions"><button type="button" className="button primary" disabled={reviewed.isPending} onClick={() => void go()}>{w('show', { brand: s.brand_name })}</button></div>
      </div>
      <p className="muted small">{w('unseenText', { brand: s.brand_name })}</p>
      {reviewed.error && <p className="field-error" role="alert">{told(reviewed.error, t)}</p>}
    </section>
  )
}

const refs = { voucher: 'ref.voucher', redemption: 'ref.redemption', placement: 'ref.placement' } as const

/** sayRef says what a line is about, such as voucher:123; a month's fee and a line that takes another back name nothing. */
function sayRef(ref: string, w: (key: Word, fill?: Fill) => string): string {
  const [kind = '', id = ''] = ref.split(':')
  return kind in refs ? ` · ${w(refs[kind as keyof typeof refs], { id })}` : ''
}

function Lines({ statement: s }: { statement: Statement }) {
  const w = useWords(room)
  const { lang } = useText()
  const { say } = useWhen()
  const query = useLines(s.id)
  const lines = query.data?.pages.flatMap((p) => p.lines) ?? []
  if (lines.length === 0) return null
  const named = (code: string) => (['claim', 'redemption', 'placement', 'flat', 'cap', 'reversal'] as const).find((c) => c === code)
  return (
    <section className="card" aria-labelledby="lines">
      <h2 id="lines">{w('lines')}<small>{w('linesN', { n: s.line_count })}</small></h2>
      <ul className="money-list">
        {lines.map((l) => {
          const code = named(l.code)
          return (
            <li key={l.no}>
              <div><p>{l.no}. {code ? w(`code.${code}`) : l.code}{l.title && ` · ${l.title}`}</p><p className="muted small">{say(l.at)}{sayRef(l.ref, w)}</p></div>
              <span>{money(l.amount, s.currency, lang)}</span>
            </li>
          )
        })}
      </ul>
      <More query={query} />
    </section>
  )
}

function Paid({ statement: s, onClose }: { statement: Statement; onClose: () => void }) {
  const w = useWords(room)
  const { t, lang } = useText()
  const tell = useTell()
  const paid = usePaid()
  const [note, setNote] = useState('')
  const go = async () => {
    if (!(await paid.do({ id: s.id, note: note.trim() }))) return
    tell(w('isPaid'))
    onClose()
  }
  return (
    <Ask open careful title={w('paidAsk', { sum: money(s.total, s.currency, lang) })} text={w('paidText')} yes={w('markPaid')} busy={paid.isPending} error={paid.error ? told(paid.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <TextField name="paid-note" label={w('note')} hint={w('paidHint')} maxLength={200} value={note} onValue={setNote} />
    </Ask>
  )
}
