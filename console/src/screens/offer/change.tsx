import { useState } from 'react'
import { useText, useWords } from '../../text'
import type { Offer } from '../../types'
import { Ask } from '../../ui/ask'
import { AreaField } from '../../ui/form'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useOwner } from '../../ui/viewer'
import { type Terms, useApproveChange, useDeclineChange } from './api'
import { promiseOf, useSaid } from './facts'
import { room } from './words'

/** Change is what a brand wants to be different in an offer that runs: old and new side by side. */
export function Change({ offer, change }: { offer: Offer; change: Terms }) {
  const w = useWords(room)
  const said = useSaid()
  const owner = useOwner()
  const [asked, setAsked] = useState<'' | 'yes' | 'no'>('')
  const before = new Map(said(promiseOf(offer)).map((r) => [r.name, r]))
  const after = new Map(said(change).map((r) => [r.name, r]))
  const names = [...new Set([...before.keys(), ...after.keys()])]
  const rows = [
    { label: w('title'), was: offer.title, is: change.title },
    { label: w('body'), was: offer.body, is: change.body },
    ...names.map((name) => ({ label: (after.get(name) ?? before.get(name))?.label ?? '', was: before.get(name)?.text ?? '—', is: after.get(name)?.text ?? '—' })),
  ].filter((r) => r.was !== r.is)
  return (
    <section className="card change" aria-labelledby="change">
      <h2 id="change">{w(owner ? 'change.title' : 'change.waits')}</h2>
      <p className="muted">{w('change.text')}</p>
      <dl>
        {rows.map((r) => (
          <div key={r.label}><dt>{r.label}</dt><dd><del>{r.was}</del><ins>{r.is}</ins></dd></div>
        ))}
      </dl>
      {rows.length === 0 && <p className="muted small">{w('change.words')}</p>}
      {owner && (
        <div className="actions">
          <button type="button" className="button" onClick={() => setAsked('no')}>{w('change.decline')}</button>
          <button type="button" className="button primary" onClick={() => setAsked('yes')}>{w('change.approve')}</button>
        </div>
      )}
      {asked === 'yes' && <Approve offer={offer} change={change.id} onClose={() => setAsked('')} />}
      {asked === 'no' && <Decline offer={offer} change={change.id} onClose={() => setAsked('')} />}
    </section>
  )
}

interface Props { offer: Offer; change: string; onClose: () => void }

function Approve({ offer, change, onClose }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const approve = useApproveChange()
  const go = async () => {
    if (!(await approve.do({ id: offer.id, change }))) return
    tell(w('change.approved'))
    onClose()
  }
  return <Ask open title={w('change.ask')} text={w('change.askText')} yes={w('change.approve')} busy={approve.isPending} error={approve.error ? told(approve.error, t) : undefined} onYes={() => void go()} onClose={onClose} />
}

function Decline({ offer, change, onClose }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const decline = useDeclineChange()
  const [reason, setReason] = useState('')
  const [needed, setNeeded] = useState(false)
  const go = async () => {
    if (!reason.trim()) return setNeeded(true)
    if (!(await decline.do({ id: offer.id, change, reason: reason.trim() }))) return
    tell(w('change.isDeclined'))
    onClose()
  }
  return (
    <Ask open title={w('change.declineAsk')} text={w('change.declineText')} yes={w('change.decline')} busy={decline.isPending} error={decline.error ? told(decline.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <AreaField name="change-reason" label={w('reason')} rows={3} maxLength={200} value={reason} wrong={needed && !reason.trim() ? w('reason.need') : undefined} onValue={setReason} />
    </Ask>
  )
}
