import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { at, call, client, refresh, useChange } from '../api'
import type { components } from '../schema'
import { useText } from '../text'
import type { Offer } from '../types'
import { Ask } from '../ui/ask'
import { AreaField, wrongOf } from '../ui/form'
import { Icon } from '../ui/icons'
import { told } from '../ui/states'
import { useTell } from '../ui/toast'
import { useWhen } from '../ui/viewer'

type Check = components['schemas']['Check']

const tone = { unchecked: '', checking: '', passed: 'good', needs_review: 'warn', refused: 'bad' } as const

const useWaiting = () =>
  useQuery({
    queryKey: ['checks', 'needs_review'],
    queryFn: async () => (await call(client.GET('/api/console/v1/checks', { params: { query: { state: 'needs_review', limit: 200 } } }))).checks,
    refetchInterval: refresh,
  })

const usePass = () => useChange((id: string) => call(client.POST('/api/console/v1/checks/{id}/pass', at(id))))

const useRefuse = () =>
  useChange((v: { id: string; reason: string }) =>
    call(client.POST('/api/console/v1/checks/{id}/refuse', { ...at(v.id), body: { reason: v.reason } })))

/** TextCheck is where the check of an offer's text stands, and what that means for the decision. */
export function TextCheck({ offer }: { offer: Offer }) {
  const { t } = useText()
  const state = offer.check_state
  if (state === '') return null
  return (
    <div>
      <dt>{t('check.label')}</dt>
      <dd className="text-check">
        <span className={`tag ${tone[state]}`}>{t(`check.${state}`)}</span>
        {offer.check_text && <span>{offer.check_text}</span>}
        {state === 'needs_review' && <span className="muted small">{t('check.reviewText')}</span>}
        {state === 'refused' && <span className="muted small">{t('check.refusedText')}</span>}
      </dd>
    </div>
  )
}

/** LetPass lets a refused text be shown after all, knowingly; without it its offer cannot be approved. */
export function LetPass({ offer }: { offer: Offer }) {
  const { t } = useText()
  const tell = useTell()
  const pass = usePass()
  const [asking, setAsking] = useState(false)
  const close = () => { pass.reset(); setAsking(false) }
  const go = async () => {
    if (!(await pass.do(offer.check_id ?? ''))) return
    tell(t('check.passedNow'))
    close()
  }
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>{t('check.letPass')}</button>
      <Ask open={asking} careful title={t('check.letPassTitle')} text={t('check.letPassText', { why: offer.check_text })} yes={t('check.letPass')}
        busy={pass.isPending} error={pass.error ? told(pass.error, t) : undefined} onYes={() => void go()} onClose={close} />
    </>
  )
}

/** TextsToRead are what WeChat could not judge: a person reads them before anybody else does. */
export function TextsToRead() {
  const { t } = useText()
  const waiting = useWaiting().data ?? []
  if (waiting.length === 0) return null
  return (
    <section className="card" aria-labelledby="texts">
      <h2 id="texts">{t('check.title')}<small>{t('check.count', { n: waiting.length })}</small></h2>
      <p className="muted">{t('check.text')}</p>
      <ul className="texts">{waiting.map((check) => <TextToRead key={check.id} check={check} />)}</ul>
    </section>
  )
}

function TextToRead({ check }: { check: Check }) {
  const { t } = useText()
  const { say } = useWhen()
  const tell = useTell()
  const pass = usePass()
  const [refusing, setRefusing] = useState(false)
  const first = check.content.split('\n')[0] ?? ''
  const go = async () => {
    const passed = await pass.do(check.id)
    tell(t(passed ? 'check.passedNow' : 'error.unknown'), passed ? 'good' : 'bad')
  }
  return (
    <li className="text-to-read">
      <p className="muted small">{check.author || t('check.member')} · {say(check.created_at)}</p>
      {check.kind === 'text'
        ? <blockquote className="copy">{check.content}</blockquote>
        : <p><a href={check.content} target="_blank" rel="noreferrer noopener">{t('check.openMedia')}</a></p>}
      {check.reason_text && <p className="small text-why"><Icon name="info" size={15} />{check.reason_text}</p>}
      <div className="actions">
        <button type="button" className="button" aria-label={`${t('check.refuse')}: ${first}`} onClick={() => setRefusing(true)}>{t('check.refuse')}</button>
        <button type="button" className="button" disabled={pass.isPending} aria-label={`${t('check.pass')}: ${first}`} onClick={() => void go()}>
          <Icon name="check" />{t('check.pass')}
        </button>
      </div>
      <Refuse check={check} open={refusing} onClose={() => setRefusing(false)} />
    </li>
  )
}

function Refuse({ check, open, onClose }: { check: Check; open: boolean; onClose: () => void }) {
  const { t } = useText()
  const tell = useTell()
  const refuse = useRefuse()
  const [reason, setReason] = useState('')
  const [needed, setNeeded] = useState(false)
  const close = () => { refuse.reset(); setNeeded(false); onClose() }
  const go = async () => {
    if (!reason.trim()) return setNeeded(true)
    if (!(await refuse.do({ id: check.id, reason: reason.trim() }))) return
    tell(t('check.refusedNow'))
    close()
  }
  const wrong = wrongOf(refuse.error)
  return (
    <Ask open={open} title={t('check.refuseTitle')} text={t('check.refuseText')} yes={t('check.refuse')} busy={refuse.isPending}
      error={refuse.error && wrong?.field !== 'reason' ? told(refuse.error, t) : undefined} onYes={() => void go()} onClose={close}>
      <AreaField name="check-reason" label={t('approvals.reason')} hint={t('check.reasonHint')} rows={3} maxLength={200} value={reason}
        wrong={needed && !reason.trim() ? t('approvals.reasonNeed') : wrong?.field === 'reason' ? wrong.text : undefined} onValue={setReason} />
    </Ask>
  )
}
