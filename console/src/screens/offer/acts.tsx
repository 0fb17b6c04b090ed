import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useText, useWords } from '../../text'
import { whole } from '../../text/number'
import type { Offer } from '../../types'
import { Ask } from '../../ui/ask'
import { AreaField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useOwner, useViewer } from '../../ui/viewer'
import { useCopy, useDelete, useHandIn, useStock, useWithdraw } from './api'
import { room } from './words'

type Asked = '' | 'hand' | 'stock' | 'withdraw' | 'delete'

/** Acts are what can be done about an offer as it stands, by whom looks at it. */
export function Acts({ offer }: { offer: Offer }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const brand = useViewer().account.role === 'brand'
  const owner = useOwner()
  const copy = useCopy()
  const [asked, setAsked] = useState<Asked>('')
  const close = () => setAsked('')
  const { state } = offer
  const open = state === 'draft' || state === 'declined'
  const runs = state === 'approved'
  const duplicate = async () => {
    let made = ''
    const ok = await copy.do({ id: offer.id, kept: (o) => { made = o.id } })
    tell(ok ? w('copied') : t('error.unknown'), ok ? 'good' : 'bad')
    if (ok) navigate(`/offers/${made}/edit`)
  }
  return (
    <div className="actions">
      {brand && open && <button type="button" className="button primary" onClick={() => setAsked('hand')}>{w('submit')}</button>}
      {brand && (open || runs || state === 'submitted') && <Link to={`/offers/${offer.id}/edit`} className="button"><Icon name="edit" />{w('edit')}</Link>}
      {brand && runs && <button type="button" className="button" onClick={() => setAsked('stock')}><Icon name="plus" />{w('stock.set')}</button>}
      {brand && <button type="button" className="button" disabled={copy.isPending} onClick={() => void duplicate()}><Icon name="copy" />{w('copy')}</button>}
      {(brand || owner) && (runs || (brand && state === 'submitted')) && <button type="button" className="button quiet" onClick={() => setAsked('withdraw')}>{w('withdraw')}</button>}
      {brand && state === 'draft' && <button type="button" className="button quiet" onClick={() => setAsked('delete')}><Icon name="trash" />{w('delete')}</button>}
      {asked === 'hand' && <HandIn offer={offer} onClose={close} />}
      {asked === 'stock' && <Stock offer={offer} onClose={close} />}
      {asked === 'withdraw' && <Withdraw offer={offer} onClose={close} />}
      {asked === 'delete' && <Delete offer={offer} onClose={close} />}
    </div>
  )
}

interface Props { offer: Offer; onClose: () => void }

function HandIn({ offer, onClose }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const hand = useHandIn()
  const go = async () => {
    if (!(await hand.do({ id: offer.id, rev: offer.rev }))) return
    tell(w('sent'))
    onClose()
  }
  return <Ask open title={w('submit.ask', { offer: offer.title })} text={w('newSub')} yes={w('submit')} busy={hand.isPending} error={hand.error ? told(hand.error, t) : undefined} onYes={() => void go()} onClose={onClose} />
}

function Stock({ offer, onClose }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const set = useStock()
  const [stock, setStock] = useState(String(offer.stock))
  const n = whole(stock, Math.max(1, offer.claimed), 1_000_000)
  const go = async () => {
    if (Number.isNaN(n) || !(await set.do({ id: offer.id, was: offer.stock, stock: n }))) return
    tell(w('stock.isSet'))
    onClose()
  }
  return (
    <Ask open title={w('stock.set')} text={w('stock.text', { n: offer.claimed })} yes={w('save')} busy={set.isPending} error={set.error ? told(set.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <TextField name="new-stock" label={w('stock')} inputMode="numeric" value={stock} onValue={setStock}
        wrong={Number.isNaN(n) ? w('number', { min: Math.max(1, offer.claimed).toLocaleString('en'), max: '1,000,000' }) : undefined} />
    </Ask>
  )
}

function Withdraw({ offer, onClose }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const withdraw = useWithdraw()
  const [reason, setReason] = useState('')
  const [needed, setNeeded] = useState(false)
  const go = async () => {
    if (!reason.trim()) return setNeeded(true)
    if (!(await withdraw.do({ id: offer.id, reason: reason.trim() }))) return
    tell(w('withdrawn'))
    onClose()
  }
  return (
    <Ask open careful title={w('withdraw.ask', { offer: offer.title })} text={w('withdraw.text', { n: offer.claimed })} yes={w('withdraw')} busy={withdraw.isPending}
      error={withdraw.error ? told(withdraw.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <AreaField name="withdraw-reason" label={w('reason')} rows={3} maxLength={200} value={reason} wrong={needed && !reason.trim() ? w('reason.need') : undefined} onValue={setReason} />
    </Ask>
  )
}

function Delete({ offer, onClose }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const remove = useDelete()
  const go = async () => {
    if (!(await remove.do(offer.id))) return
    tell(w('deleted'))
    navigate('/offers')
  }
  return <Ask open careful title={w('delete.ask', { offer: offer.title || w('untitled') })} text={w('delete.text')} yes={w('delete')} busy={remove.isPending} error={remove.error ? told(remove.error, t) : undefined} onYes={() => void go()} onClose={onClose} />
}
