import { useEffect, useState } from 'react'
import { useApprove, useDecline } from '../api'
import { useText } from '../text'
import type { Offer } from '../types'
import { Ask } from '../ui/ask'
import { told } from '../ui/states'
import { useTell } from '../ui/toast'

export type Verdict = 'approve' | 'decline'

/** Decision asks once more before an offer is let in or sent back. */
export function Decision({ offer, verdict, onClose }: { offer: Offer; verdict: Verdict | null; onClose: () => void }) {
  return (
    <>
      <Approve offer={offer} open={verdict === 'approve'} onClose={onClose} />
      <Decline offer={offer} open={verdict === 'decline'} onClose={onClose} />
    </>
  )
}

interface Props {
  offer: Offer
  open: boolean
  onClose: () => void
}

function Approve({ offer, open, onClose }: Props) {
  const { t } = useText()
  const tell = useTell()
  const approve = useApprove()
  const close = () => { approve.reset(); onClose() }
  const go = async () => {
    if (!(await approve.do(offer))) return
    tell(t('approvals.approved', { offer: offer.title }))
    close()
  }
  return (
    <Ask open={open} title={t('approvals.askTitle', { offer: offer.title })} text={t('approvals.askText')}
      yes={t('approvals.askYes')} busy={approve.isPending} error={approve.error ? told(approve.error, t) : undefined}
      onYes={() => void go()} onClose={close} />
  )
}

function Decline({ offer, open, onClose }: Props) {
  const { t } = useText()
  const tell = useTell()
  const decline = useDecline()
  const [reason, setReason] = useState('')
  const [needed, setNeeded] = useState(false)
  useEffect(() => { setReason(''); setNeeded(false) }, [offer.id])
  const close = () => { decline.reset(); setNeeded(false); onClose() }
  const go = async () => {
    if (!reason.trim()) return setNeeded(true)
    if (!(await decline.do({ id: offer.id, reason: reason.trim() }))) return
    tell(t('approvals.declined', { offer: offer.title }))
    close()
  }
  return (
    <Ask open={open} title={t('approvals.declineTitle', { offer: offer.title })} text={t('approvals.declineText')}
      yes={t('approvals.decline')} busy={decline.isPending} error={decline.error ? told(decline.error, t) : undefined}
      onYes={() => void go()} onClose={close}>
      <div className="field">
        <label htmlFor="reason">{t('approvals.reason')}</label>
        <textarea id="reason" className="input" rows={3} maxLength={200} value={reason} aria-invalid={needed || undefined}
          aria-describedby={needed ? 'reason-wrong reason-hint' : 'reason-hint'}
          onChange={(e) => { setReason(e.target.value); setNeeded(false) }} />
        <p className="hint" id="reason-hint">{t('approvals.reasonHint')}</p>
        {needed && <p className="field-error" id="reason-wrong" role="alert">{t('approvals.reasonNeed')}</p>}
      </div>
    </Ask>
  )
}
