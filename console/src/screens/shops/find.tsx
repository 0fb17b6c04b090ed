import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { AreaField, CheckField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Found, useFind, useVoid } from './api'
import { room, type Word } from './words'

/** Find tells what became of a voucher, by its code, and takes it from its holder if it must be. */
export function Find() {
  const w = useWords(room)
  const { t } = useText()
  const find = useFind()
  const [code, setCode] = useState('')
  const [found, setFound] = useState<Found>()
  const [asking, setAsking] = useState(false)
  const look = async () => { setFound(undefined); await find.do({ code: code.trim(), found: setFound }) }
  const go = (event: FormEvent) => { event.preventDefault(); if (code.trim()) void look() }
  return (
    <div className="stack">
      <form className="card form find" onSubmit={go}>
        <TextField name="voucher-code" label={w('find.code')} hint={w('find.hint')} maxLength={40} autoComplete="off" autoCapitalize="characters" spellCheck={false} value={code} onValue={setCode} />
        {find.error && <p className="notice bad" role="alert"><Icon name="alert" />{told(find.error, t)}</p>}
        <div className="actions"><button type="submit" className="button primary" disabled={find.isPending || !code.trim()}>{w('find.go')}</button></div>
      </form>
      {found && <Story found={found} onVoid={() => setAsking(true)} />}
      {found && asking && <Void voucher={found} onClose={() => setAsking(false)} onDone={() => { setAsking(false); void look() }} />}
    </div>
  )
}

const kinds: Record<string, Word> = { claimed: 'event.claimed', reserved: 'event.reserved', released: 'event.released', redeemed: 'event.redeemed', reversed: 'event.reversed', voided: 'event.voided' }

function Story({ found: v, onVoid }: { found: Found; onVoid: () => void }) {
  const w = useWords(room)
  const { now, say } = useWhen()
  const state: Word = v.state === 'void' ? 'state.void' : v.state === 'redeemed' ? 'state.redeemed' : v.valid_to <= now ? 'state.expired' : v.valid_from > now ? 'state.pending' : 'state.issued'
  const tone = state === 'state.issued' ? 'good' : state === 'state.void' ? 'bad' : ''
  return (
    <section className="card" aria-labelledby="found">
      <h2 id="found">{v.offer_title}<small>{v.brand_name}</small></h2>
      <dl className="offer-facts">
        <div><dt>{w('find.state')}</dt><dd><span className={`tag ${tone}`}>{w(state)}</span></dd></div>
        {v.units > 1 && <div><dt>{w('find.used')}</dt><dd>{w('find.usedOf', { n: v.used, of: v.units })}</dd></div>}
        <div><dt>{w('find.good')}</dt><dd>{v.valid_from > v.issued_at ? w('find.from', { from: say(v.valid_from), to: say(v.valid_to) }) : w('find.to', { to: say(v.valid_to) })}</dd></div>
        {v.member_id && <div><dt>{w('find.holder')}</dt><dd><Link to={`/members/of/${v.member_id}`} className="link">{w('find.member', { id: v.member_id })}</Link></dd></div>}
        {v.void_reason && <div><dt>{w('reason')}</dt><dd>{v.void_reason}</dd></div>}
      </dl>
      <ol className="story-lines">
        {v.events.map((e, i) => (
          <li key={i}><span className="muted small">{say(e.at)}</span><span><span className="strong">{kinds[e.kind] ? w(kinds[e.kind] as Word) : e.kind}</span>{e.by && ` · ${e.by}`}{e.cause && <span className="muted"> · {e.cause}</span>}</span></li>
        ))}
      </ol>
      {v.state === 'issued' && <div className="actions"><button type="button" className="button" onClick={onVoid}>{w('void')}</button></div>}
    </section>
  )
}

function Void({ voucher, onClose, onDone }: { voucher: Found; onClose: () => void; onDone: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const take = useVoid()
  const [reason, setReason] = useState('')
  const [back, setBack] = useState(true)
  const [needed, setNeeded] = useState(false)
  const go = async () => {
    if (!reason.trim()) return setNeeded(true)
    if (!(await take.do({ id: voucher.id, reason: reason.trim(), back }))) return
    tell(w('voided'))
    onDone()
  }
  return (
    <Ask open careful title={w('voidAsk')} text={w('voidText')} yes={w('void')} busy={take.isPending} error={take.error ? told(take.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <AreaField name="void-reason" label={w('reason')} rows={3} maxLength={200} value={reason} wrong={needed && !reason.trim() ? w('need') : undefined} onValue={setReason} />
      <CheckField name="void-back" label={w('voidBack')} hint={w('voidBackHint')} checked={back} onChecked={setBack} />
    </Ask>
  )
}
