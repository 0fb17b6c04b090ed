import { type FormEvent, lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { ApiError, useSubmitOffer } from '../../api'
import { useText, useWords } from '../../text'
import { Icon } from '../../ui/icons'
import { Page } from '../../ui/page'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { blank, check, type Draft, fieldOf, order, type Wrong } from './draft'
import { AmountFields, TimeFields, VoucherFields, WordFields } from './parts'
import { Preview } from './preview'
import { room } from './words'

const Forecast = lazy(() => import('../pacing/forecast'))

/** NewOfferPage is the form in which a brand hands in an offer, beside what it will become. */
export function NewOfferPage() {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const { now, zone } = useWhen()
  const submit = useSubmitOffer()
  const form = useRef<HTMLFormElement>(null)
  const [d, setDraft] = useState<Draft>(() => blank(now, zone))
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Wrong>({})

  const { offer, wrong } = check(d, now, zone, w)
  const shown: Wrong = tried ? { ...wrong, ...refused } : refused
  const set = (part: Partial<Draft>) => {
    setDraft((old) => ({ ...old, ...part }))
    setRefused((old) => Object.fromEntries(Object.entries(old).filter(([name]) => !(name in part))))
  }
  const focus = (name: string) => form.current?.querySelector<HTMLElement>(`[name=${name}]`)?.focus()

  const hand = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    const first = order.find((name) => wrong[name])
    if (first) return focus(first)
    if (!(await submit.do(offer))) return
    tell(w('sent'))
    navigate('/offers')
  }

  // What the server objects to belongs to a field, or to the whole.
  const field = submit.error instanceof ApiError ? fieldOf(submit.error.field) : undefined
  const general = field ? null : submit.error
  useEffect(() => {
    if (!field) return
    setRefused({ [field]: told(submit.error, t) })
    focus(field)
  }, [field, submit.error, t])
  const count = Object.values(shown).filter(Boolean).length
  const part = { d, set, wrong: shown }
  const flight = wrong.starts_at || wrong.ends_at ? undefined : { starts_at: offer.starts_at, ends_at: offer.ends_at, category: d.category.trim() }
  return (
    <Page title={w('new')} sub={w('newSub')} actions={<Link to="/offers" className="button"><Icon name="left" />{w('back')}</Link>}>
      <div className="builder">
        <form className="card form" onSubmit={(event) => void hand(event)} noValidate ref={form}>
          <WordFields {...part} />
          <VoucherFields {...part} />
          <AmountFields {...part} />
          <TimeFields {...part} />
          {general && <p className="notice bad" role="alert"><Icon name="alert" />{told(general, t)}</p>}
          <div className="actions">
            <button type="submit" className="button primary" disabled={submit.isPending}>
              {submit.isPending ? t('dialog.busy') : w('submit')}
            </button>
            {count > 0 && <p className="field-error" role="status">{t('form.check', { n: count })}</p>}
          </div>
        </form>
        <aside className="preview">
          <p className="fact-label">{w('preview')}</p>
          <Preview offer={offer} />
          <Expect flight={flight} />
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
