import { type FormEvent, lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { ApiError } from '../../api'
import { useText, useWords } from '../../text'
import type { Offer } from '../../types'
import { Icon } from '../../ui/icons'
import { Page } from '../../ui/page'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { useEditOffer, useHandIn, useLint, useSaveDraft } from './api'
import { blank, check, type Draft, draftOf, fieldOf, order, unfinished, type Wrong, written } from './draft'
import { Findings } from './findings'
import { AmountFields, TimeFields, VoucherFields, WordFields } from './parts'
import { usePlaces } from './places'
import { Preview } from './preview'
import { WhereFields } from './where'
import { room } from './words'

const Forecast = lazy(() => import('../pacing/forecast'))

/** Editor is the form in which a brand writes an offer, beside what it will become; without one it is a new one. */
export function Editor({ offer: stored }: { offer?: Offer }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const { now, zone } = useWhen()
  const [save, edit, handIn] = [useSaveDraft(), useEditOffer(), useHandIn()]
  const form = useRef<HTMLFormElement>(null)
  const [d, setDraft] = useState<Draft>(() => (stored ? draftOf(stored, zone) : blank(now, zone)))
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Wrong>({})
  const [kept, setKept] = useState(stored)

  const running = stored?.state === 'approved'
  const waiting = stored?.state === 'submitted'
  const { offer, wrong } = check(d, now, zone, w)
  const draft = useMemo(() => unfinished(d, zone), [d, zone])
  const found = useLint(draft)
  const barred = found.filter((f) => f.weight === 'refused')
  const shown: Wrong = tried ? { ...wrong, ...refused } : refused
  const set = (part: Partial<Draft>) => {
    setDraft((old) => ({ ...old, ...part }))
    setRefused((old) => Object.fromEntries(Object.entries(old).filter(([name]) => !(name in part))))
  }
  const focus = (name: string) => form.current?.querySelector<HTMLElement>(`[name=${name}]`)?.focus()
  const store = async (body: typeof draft) => {
    let at: Offer | undefined
    const keep = (o: Offer) => { at = o; setKept(o) }
    await (kept ? edit.do({ id: kept.id, rev: kept.rev ?? 0, draft: body, kept: keep }) : save.do({ draft: body, kept: keep }))
    return at
  }
  const keep = async () => {
    const at = await store(draft)
    if (!at) return
    tell(w('kept'))
    navigate(`/offers/${at.id}`)
  }
  const hand = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    const first = order.find((name) => wrong[name]) ?? (barred[0] && fieldOf(barred[0].field))
    if (first) return focus(first)
    const at = await store(offer)
    if (!at) return
    if (!running && !waiting && !(await handIn.do({ id: at.id, rev: at.rev }))) return
    tell(w(running ? 'changed' : 'sent'))
    navigate(`/offers/${at.id}`)
  }

  // What the server objects to belongs to a field, or to the whole.
  const error = save.error ?? edit.error ?? handIn.error
  const field = error instanceof ApiError ? fieldOf(error.field) : undefined
  const general = field ? null : error
  useEffect(() => {
    if (!field) return
    setRefused({ [field]: told(error, t) })
    focus(field)
  }, [field, error, t])
  const count = Object.values(shown).filter(Boolean).length
  const busy = save.isPending || edit.isPending || handIn.isPending
  const part = { d, set, wrong: shown }
  const back = stored ? `/offers/${stored.id}` : '/offers'
  const flight = wrong.starts_at || wrong.ends_at ? undefined : { starts_at: offer.starts_at, ends_at: offer.ends_at, category: d.category.trim() }
  return (
    <Page title={stored ? w('editTitle', { offer: stored.title || w('untitled') }) : w('new')} sub={w(running ? 'editSub' : 'newSub')}
      actions={<Link to={back} className="button"><Icon name="left" />{w('back')}</Link>}>
      <div className="builder">
        <form className="card form" onSubmit={(event) => void hand(event)} noValidate ref={form}>
          {running && <div className="notice warn"><Icon name="info" /><p>{w('editLive')}</p></div>}
          <WordFields {...part} fixed={running} notes={(name) => <Findings of={found.filter((f) => f.field === name)} />} />
          <VoucherFields {...part} />
          <AmountFields {...part} claimed={running ? stored.claimed : 0} />
          <TimeFields {...part} fixed={running} />
          <WhereFields {...part} fixed={running} places={usePlaces()} />
          {general && <p className="notice bad" role="alert"><Icon name="alert" />{told(general, t)}</p>}
          <div className="actions offer-send">
            <button type="submit" className="button primary" disabled={busy}>{busy ? t('dialog.busy') : w(running || waiting ? 'save' : 'submit')}</button>
            {!running && !waiting && <button type="button" className="button" disabled={busy} onClick={() => void keep()}>{w('keep')}</button>}
            {count > 0 ? <p className="field-error" role="status">{t('form.check', { n: count })}</p>
              : tried && barred.length > 0 && <p className="field-error" role="status">{w('lint.barred', { n: barred.length })}</p>}
          </div>
        </form>
        <aside className="preview">
          <p className="fact-label">{w('preview')}</p>
          <Preview offer={written(d, zone)} />
          {!running && <Expect flight={flight} />}
        </aside>
      </div>
    </Page>
  )
}

interface Flight { starts_at: number; ends_at: number; category: string }

/** Expect works out what the offer would get in the coming week. */
function Expect({ flight }: { flight: Flight | undefined }) {
  const w = useWords(room)
  const [asked, setAsked] = useState<Flight>()
  const same = asked !== undefined && JSON.stringify(asked) === JSON.stringify(flight)
  return (
    <div className="builder-forecast">
      {asked
        ? <Suspense><Forecast draft={asked} organiser={false} /></Suspense>
        : <p className="hint">{w('forecastHint')}</p>}
      <button type="button" className="button" disabled={!flight || same} onClick={() => setAsked(flight)}>{w(asked ? 'forecastAgain' : 'forecast')}</button>
    </div>
  )
}
