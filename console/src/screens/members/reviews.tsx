import { useState } from 'react'
import { useOffers } from '../../api'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { AreaField } from '../../ui/form'
import { More } from '../../ui/list'
import { Empty, Failed, told, Waiting } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Review, type Shown, useHide, useReviews, useUnhide } from './api'
import { room } from './words'

const choices: Shown[] = ['all', 'shown', 'pending', 'refused', 'hidden']

/** Reviews are what members said of what they used, without their names. */
export function Reviews() {
  const w = useWords(room)
  const [shown, setShown] = useState<Shown>('all')
  const query = useReviews(shown)
  const all = query.data?.pages.flat()
  const titles = new Map((useOffers().data ?? []).map((o) => [o.id, o.title]))
  return (
    <div className="stack">
      <div className="segments member-choice" role="group" aria-label={w('reviews')}>
        {choices.map((s) => <button key={s} type="button" className="segment" aria-pressed={s === shown} onClick={() => setShown(s)}>{w(`rv.${s}`)}</button>)}
      </div>
      {!all && (query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Waiting />)}
      {all?.length === 0 && <div className="card"><Empty icon="replies" title={w('rv.empty')} text={w('rv.emptyText')} /></div>}
      {all && all.length > 0 && <section className="card" aria-label={w('reviews')}><ul className="member-list">{all.map((r) => <Row key={r.id} review={r} offer={titles.get(r.offer_id) ?? ''} />)}</ul><More query={query} /></section>}
    </div>
  )
}

const tones = { pending: 'warn', shown: 'good', refused: 'bad', void: '' } as const

function Row({ review: r, offer }: { review: Review; offer: string }) {
  const w = useWords(room)
  const { t } = useText()
  const { say } = useWhen()
  const tell = useTell()
  const unhide = useUnhide()
  const [hiding, setHiding] = useState(false)
  const show = async () => {
    const ok = await unhide.do(r.id)
    tell(ok ? w('rv.isShown') : t('error.unknown'), ok ? 'good' : 'bad')
  }
  return (
    <li data-review={r.id}>
      <p><span aria-hidden="true" className="stars">{'★'.repeat(r.stars)}<i>{'★'.repeat(5 - r.stars)}</i></span><span className="sr">{w('rv.stars', { n: r.stars })}</span>
        <span className={`tag ${r.hidden ? 'bad' : tones[r.state]}`}>{w(r.hidden ? 'rv.hidden' : `rv.${r.state}`)}</span></p>
      {r.text && <blockquote className="copy">{r.text}</blockquote>}
      <p className="muted small">{[offer, say(r.at), r.hidden ? r.hide_reason : r.reason_text].filter(Boolean).join(' · ')}</p>
      <div className="actions">
        {r.hidden
          ? <button type="button" className="button" disabled={unhide.isPending} onClick={() => void show()}>{w('rv.show')}</button>
          : r.state === 'shown' && <button type="button" className="button" onClick={() => setHiding(true)}>{w('rv.hide')}</button>}
      </div>
      {hiding && <Hide review={r} onClose={() => setHiding(false)} />}
    </li>
  )
}

function Hide({ review, onClose }: { review: Review; onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const hide = useHide()
  const [reason, setReason] = useState('')
  const [needed, setNeeded] = useState(false)
  const go = async () => {
    if (!reason.trim()) return setNeeded(true)
    if (!(await hide.do({ id: review.id, reason: reason.trim() }))) return
    tell(w('rv.isHidden'))
    onClose()
  }
  return (
    <Ask open careful title={w('rv.hideAsk')} text={w('rv.hideText')} yes={w('rv.hide')} busy={hide.isPending} error={hide.error ? told(hide.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <AreaField name="hide-reason" label={w('reason')} rows={3} maxLength={200} value={reason} wrong={needed && !reason.trim() ? w('need') : undefined} onValue={setReason} />
    </Ask>
  )
}
