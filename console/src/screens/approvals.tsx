import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useOffers } from '../api'
import { useText, useWords } from '../text'
import { count, money } from '../text/number'
import type { Offer } from '../types'
import { Icon } from '../ui/icons'
import { Page } from '../ui/page'
import { Phone } from '../ui/phone'
import { Empty, Failed, Waiting } from '../ui/states'
import { useWhen } from '../ui/viewer'
import { Decision, type Verdict } from './decision'
import { Choose } from './offer/groups'
import { AudienceRow, PromiseRows, promiseOf } from './offer/facts'
import { Findings } from './offer/findings'
import './offer/offer.css'
import { OfferRow } from './offercard'
import { room } from './offer/words'
import { LetPass, TextCheck, TextsToRead } from './textcheck'

const Forecast = lazy(() => import('./pacing/forecast'))

/** Approvals is the organiser's inbox: one offer at a time, as the group would see it. */
export default function Approvals() {
  const { t } = useText()
  const offers = useOffers()
  const all = offers.data
  const queue = all?.filter((o) => o.state === 'submitted') ?? []
  return (
    <Page title={t('approvals.title')} live={all && (offers.isError ? 'stale' : 'fresh')}
      sub={queue.length > 0 && t('approvals.sub', { n: queue.length })}>
      {!all && offers.isError && <Failed error={offers.error} retry={() => void offers.refetch()} />}
      {!all && !offers.isError && <Waiting />}
      {all && (
        <div className="stack">
          {queue.length === 0
            ? <div className="card"><Empty icon="check" title={t('approvals.empty')} text={t('approvals.emptyText')} /></div>
            : <Inbox queue={queue} />}
          <Changes offers={all.filter((o) => o.change)} />
          <TextsToRead />
          <Recent offers={all} />
        </div>
      )}
    </Page>
  )
}

function Inbox({ queue }: { queue: Offer[] }) {
  const { t, lang } = useText()
  const w = useWords(room)
  const [choosing, setChoosing] = useState(false)
  const [chosen, setChosen] = useState<{ id: string; place: number }>({ id: '', place: 0 })
  const [verdict, setVerdict] = useState<Verdict | null>(null)
  // The chosen offer leaves the queue when it is decided; then the one that took its place is next.
  const found = queue.findIndex((o) => o.id === chosen.id)
  const place = found >= 0 ? found : Math.min(chosen.place, queue.length - 1)
  const offer = queue[place]
  const go = (to: number) => {
    const next = queue[Math.max(0, Math.min(queue.length - 1, to))]
    if (next) setChosen({ id: next.id, place: queue.indexOf(next) })
  }
  useEffect(() => {
    if (offer && offer.id !== chosen.id) setChosen({ id: offer.id, place })
  }, [offer, chosen.id, place])
  useKeys({ j: () => go(place + 1), k: () => go(place - 1), a: () => { if (offer?.check_state !== 'refused') setVerdict('approve') }, d: () => setVerdict('decline') }, verdict === null && !choosing)
  if (!offer) return null
  return (
    <div className="inbox">
      <nav className="card queue" aria-label={t('approvals.queue')}>
        <ul>
          {queue.map((o, i) => (
            <li key={o.id}>
              <button type="button" aria-current={i === place || undefined} onClick={() => go(i)}>
                <span className="strong">{o.title}</span>
                <small>{o.brand_name} · {money(o.value_fen, o.currency, lang)}</small>
              </button>
            </li>
          ))}
        </ul>
        <p className="keys muted small" aria-hidden="true">{t('approvals.keys', { j: 'J', k: 'K', a: 'A', d: 'D' })}</p>
      </nav>
      <article className="card offer" aria-labelledby="offer">
        <Stepper place={place} of={queue.length} go={go} />
        <div className="offer-body">
          <div className="offer-words">
            <h2 id="offer" className="offer-title">{offer.title}</h2>
            <Findings of={offer.findings ?? []} />
            <OfferFacts offer={offer} />
            <Suspense><Forecast key={offer.id} draft={{ offer_id: offer.id }} organiser /></Suspense>
          </div>
          <div className="preview">
            <p className="fact-label">{t('approvals.preview')}</p>
            <Phone group={t('approvals.yourGroup')} text={offer.post_text} title={offer.card_title} />
          </div>
          <div className="actions decide">
            <button type="button" className="button" onClick={() => setVerdict('decline')}>{t('approvals.decline')}</button>
            {offer.check_state === 'refused' ? <LetPass key={offer.id} offer={offer} /> : (
              <button type="button" className="button primary" onClick={() => setVerdict('approve')}>
                <Icon name="check" />{t('approvals.approve')}
              </button>
            )}
            {offer.check_state !== 'refused' && <button type="button" className="button quiet" onClick={() => setChoosing(true)}>{w('groups.choose')}</button>}
          </div>
        </div>
      </article>
      <Decision offer={offer} verdict={verdict} onClose={() => setVerdict(null)} />
      {choosing && <Choose key={offer.id} offer={offer} onClose={() => setChoosing(false)} />}
    </div>
  )
}

/** OfferFacts is what the organiser weighs. */
function OfferFacts({ offer }: { offer: Offer }) {
  const { t, lang } = useText()
  const { say } = useWhen()
  return (
    <dl className="offer-facts">
      <div><dt>{t('offer.brand')}</dt><dd>{offer.brand_name}</dd></div>
      <div><dt>{t('offer.stock')}</dt><dd>{t('offer.stockOf', { n: count(offer.stock, lang) })}</dd></div>
      <div><dt>{t('offer.window')}</dt><dd>{t('offer.range', { from: say(offer.starts_at), to: say(offer.ends_at) })}</dd></div>
      <PromiseRows of={promiseOf(offer)} />
      <AudienceRow offer={offer} />
      {offer.submitted_at > 0 && <div><dt>{t('offer.submitted')}</dt><dd>{say(offer.submitted_at)}</dd></div>}
      <TextCheck offer={offer} />
    </dl>
  )
}

/** Changes are those of offers that run, which wait for a decision too. */
function Changes({ offers }: { offers: Offer[] }) {
  const w = useWords(room)
  const { now } = useWhen()
  if (offers.length === 0) return null
  return (
    <section className="card" aria-labelledby="changes">
      <h2 id="changes">{w('changes')}</h2>
      <ul className="offers">{offers.map((o) => <OfferRow key={o.id} offer={o} now={now} brand />)}</ul>
    </section>
  )
}

function Stepper({ place, of, go }: { place: number; of: number; go: (to: number) => void }) {
  const { t } = useText()
  return (
    <div className="stepper">
      <button type="button" className="icon-button" aria-label={t('approvals.prev')} disabled={place === 0} onClick={() => go(place - 1)}>
        <Icon name="left" />
      </button>
      <span>{t('approvals.position', { i: place + 1, n: of })}</span>
      <button type="button" className="icon-button" aria-label={t('approvals.next')} disabled={place === of - 1} onClick={() => go(place + 1)}>
        <Icon name="right" />
      </button>
    </div>
  )
}

/** useKeys calls what a key stands for, unless somebody is typing. */
function useKeys(keys: Record<string, () => void>, on: boolean) {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    if (!on) return
    const press = (event: KeyboardEvent) => {
      const typing = event.target instanceof Element && event.target.closest('input, textarea, select, [role=dialog]')
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return
      const act = latest.current[event.key.toLowerCase()]
      if (!act) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [on])
}

function Recent({ offers }: { offers: Offer[] }) {
  const { t } = useText()
  const { now } = useWhen()
  const decided = offers.filter((o) => o.state === 'approved' || o.state === 'declined' || o.state === 'done')
  decided.sort((a, b) => b.decided_at - a.decided_at)
  return (
    <section className="card" aria-labelledby="recent">
      <h2 id="recent">{t('approvals.recent')}</h2>
      {decided.length === 0 && <p className="muted">{t('approvals.recentNone')}</p>}
      <ul className="offers">{decided.slice(0, 12).map((o) => <OfferRow key={o.id} offer={o} now={now} brand />)}</ul>
    </section>
  )
}
