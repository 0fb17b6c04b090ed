import { useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import type { Offer } from '../../types'
import { Icon } from '../../ui/icons'
import { Page } from '../../ui/page'
import { Phone } from '../../ui/phone'
import { useViewer, useWhen } from '../../ui/viewer'
import { TextCheck } from '../textcheck'
import { Acts } from './acts'
import { useTerms } from './api'
import { Change } from './change'
import { ownPicture } from './draft'
import { AudienceRow, PromiseRows, promiseOf } from './facts'
import { Findings } from './findings'
import { Groups } from './groups'
import { pictureOf, PictureChecks } from './picture'
import { Standing } from './standing'
import { room } from './words'

/** OfferPage is one offer: where it stands, what it promises and what can be done about it. */
export function OfferPage({ offer }: { offer: Offer }) {
  const w = useWords(room)
  const { account } = useViewer()
  const organiser = account.role === 'organiser'
  const back = <Link to={organiser ? '/approvals' : '/offers'} className="button"><Icon name="left" />{w('back')}</Link>
  return (
    <Page title={offer.title || w('untitled')} sub={<><Standing offer={offer} />{organiser && ` ${offer.brand_name}`}</>} actions={back}>
      <div className="offer-page">
        <div className="stack">
          {offer.change && <Change offer={offer} change={offer.change} />}
          {!offer.change && offer.change_note && <div className="notice warn"><Icon name="info" /><p>{w('change.declined', { why: offer.change_note })}</p></div>}
          <State offer={offer} />
          {(offer.findings ?? []).length > 0 && (
            <section className="card" aria-labelledby="findings"><h2 id="findings">{w('lint')}</h2><Findings of={offer.findings ?? []} /></section>
          )}
          <Facts offer={offer} />
          {organiser && offer.state !== 'draft' && <Groups offer={offer} />}
          <Revisions offer={offer} />
        </div>
        <aside className="preview">
          <p className="fact-label">{w('preview')}</p>
          <Looks offer={offer} />
        </aside>
      </div>
    </Page>
  )
}

/** State is how far it has got, and what can be done about it. */
function State({ offer }: { offer: Offer }) {
  const w = useWords(room)
  const { t, lang } = useText()
  const { say } = useWhen()
  const left = Math.max(0, offer.stock - offer.claimed)
  const handed = offer.state !== 'draft' && offer.state !== 'submitted'
  const why = offer.state === 'declined' ? offer.decline_reason : offer.state === 'withdrawn' ? offer.withdraw_reason : ''
  return (
    <section className="card offer-state" aria-labelledby="standing">
      <h2 id="standing">{w(`stageText.${offer.stage ?? 'draft'}`)}</h2>
      {why && <p className="offer-row-why">{t('offer.declinedBecause', { why })}</p>}
      {handed && (
        <>
          <dl className="offer-counts">
            <div><dt>{w('stock')}</dt><dd>{count(offer.stock, lang)}</dd></div>
            <div><dt>{w('claimed')}</dt><dd>{count(offer.claimed, lang)}</dd></div>
            <div><dt>{w('left')}</dt><dd>{count(left, lang)}</dd></div>
          </dl>
          <span className="meter" aria-hidden="true"><i style={{ width: `${Math.min(100, (offer.claimed / Math.max(1, offer.stock)) * 100)}%` }} data-full={left === 0 || undefined} /></span>
        </>
      )}
      {(offer.withdrawn_at ?? 0) > 0 && <p className="muted small">{w('withdrawnAt', { when: say(offer.withdrawn_at ?? 0) })}</p>}
      <Acts offer={offer} />
    </section>
  )
}

function Facts({ offer }: { offer: Offer }) {
  const w = useWords(room)
  const { t } = useText()
  const { say } = useWhen()
  const span = offer.starts_at > 0 && offer.ends_at > 0
  return (
    <section className="card" aria-labelledby="facts">
      <h2 id="facts">{w('facts')}</h2>
      <dl className="offer-facts">
        {span && <div><dt>{t('offer.window')}</dt><dd>{t('offer.range', { from: say(offer.starts_at), to: say(offer.ends_at) })}</dd></div>}
        <PromiseRows of={promiseOf(offer)} />
        <AudienceRow offer={offer} />
        {offer.category && <div><dt>{w('category')}</dt><dd>{offer.category}</dd></div>}
        {offer.submitted_at > 0 && <div><dt>{t('offer.submitted')}</dt><dd>{say(offer.submitted_at)}</dd></div>}
        <TextCheck offer={offer} />
        <PictureChecks offer={offer} />
      </dl>
    </section>
  )
}

/** Revisions are what was promised before: who claimed then keeps it. */
function Revisions({ offer }: { offer: Offer }) {
  const w = useWords(room)
  const { say } = useWhen()
  const handed = offer.state !== 'draft' && offer.state !== 'submitted' && offer.state !== 'declined'
  const terms = useTerms(offer.id, handed).data
  if (!terms || terms.terms.length < 2) return null
  return (
    <details className="card given offer-terms">
      <summary>{w('terms')}<small>{terms.terms.length}</small></summary>
      <p className="muted small">{w('termsText')}</p>
      {[...terms.terms].reverse().map((x) => (
        <section key={x.id} aria-label={w('terms.n', { n: x.number })}>
          <h3>{w('terms.n', { n: x.number })}{x.id === terms.current && <span className="tag good">{w('terms.current')}</span>}{x.id === offer.change?.id && <span className="tag warn">{w('terms.waits')}</span>}<small>{say(x.created_at)}</small></h3>
          <p className="strong">{x.title}</p>
          <p className="copy">{x.body}</p>
          <dl className="offer-facts"><PromiseRows of={x} /></dl>
        </section>
      ))}
    </details>
  )
}

const views = ['text', 'poster'] as const

/** Looks shows a kept offer as the server draws it. */
function Looks({ offer }: { offer: Offer }) {
  const w = useWords(room)
  const { lang } = useText()
  const [view, setView] = useState<(typeof views)[number]>('text')
  const spoken = (offer.words ?? []).flatMap((x) => (x.locale ? [x.locale] : []))
  const [said, setSaid] = useState('')
  const picture = ownPicture((offer.words ?? []).map((x) => ({ title: '', body: '', card_title: '', ...x, picture_id: x.picture_id ?? '' })))
  const poster = `/api/console/v1/offers/${offer.id}/poster.svg?lang=${said || lang}`
  return (
    <div className="offer-preview">
      <div className="segments" role="group" aria-label={w('preview')}>
        {views.map((v) => <button key={v} type="button" className="segment" aria-pressed={view === v} onClick={() => setView(v)}>{w(`preview.${v}`)}</button>)}
      </div>
      {spoken.length > 0 && view === 'poster' && (
        <select className="input" aria-label={w('preview.lang')} value={said} onChange={(e) => setSaid(e.target.value)}>
          <option value="">{w('preview.own')}</option>
          {spoken.map((l) => <option key={l} value={l}>{w(`locale.${l}`)}</option>)}
        </select>
      )}
      {view === 'text' && <Phone group={w('preview.group')} text={offer.post_text} title={offer.card_title} cardPicture={picture ? pictureOf(picture) : undefined} />}
      {view === 'poster' && (
        <>
          <img className="poster-picture" src={poster} alt={w('poster.alt', { offer: offer.title })} />
          <a className="button" href={poster} target="_blank" rel="noreferrer noopener">{w('poster.open')}</a>
        </>
      )}
    </div>
  )
}
