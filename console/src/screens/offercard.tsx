import { useText } from '../text'
import { count, money } from '../text/number'
import { day } from '../text/time'
import type { Offer } from '../types'
import { useViewer, useWhen } from '../ui/viewer'
import { TextCheck } from './textcheck'

/** OfferFacts is what the organiser weighs. */
export function OfferFacts({ offer }: { offer: Offer }) {
  const { t, lang } = useText()
  const { say } = useWhen()
  return (
    <dl className="offer-facts">
      <div><dt>{t('offer.brand')}</dt><dd>{offer.brand_name}</dd></div>
      <div><dt>{t('offer.value')}</dt><dd>{money(offer.value_fen, offer.currency, lang)}</dd></div>
      <div><dt>{t('offer.stock')}</dt><dd>{t('offer.stockOf', { n: count(offer.stock, lang), per: offer.per_member })}</dd></div>
      <div><dt>{t('offer.window')}</dt><dd>{t('offer.range', { from: say(offer.starts_at), to: say(offer.ends_at) })}</dd></div>
      <div><dt>{t('offer.redeemBy')}</dt><dd>{say(offer.redeem_by)}</dd></div>
      {offer.submitted_at > 0 && <div><dt>{t('offer.submitted')}</dt><dd>{say(offer.submitted_at)}</dd></div>}
      <TextCheck offer={offer} />
    </dl>
  )
}

const tone = { draft: '', submitted: 'warn', approved: 'good', declined: 'bad', done: '', withdrawn: '' } as const

/** OfferRow is one line of a list of offers: what it is, where it stands, how far it has got. */
export function OfferRow({ offer, now, brand = false }: { offer: Offer; now: number; brand?: boolean }) {
  const { t, lang } = useText()
  const { account, community: { zone } } = useViewer()
  const running = offer.state === 'approved' || offer.state === 'done'
  // The window closes by the server's clock, whether or not that is written down yet; a brand is not told that clock.
  const over = account.role === 'organiser' && offer.ends_at <= now
  const state = over && offer.state === 'approved' ? 'done' : offer.state
  return (
    <li className="offer-row">
      <p className="offer-row-title">
        <span className={`tag ${tone[state]}`}>{t(`offerState.${state}`)}</span>
        <span className="strong">{offer.title}</span>
      </p>
      <p className="muted offer-row-sub">
        {brand && `${offer.brand_name} · `}{money(offer.value_fen, offer.currency, lang)} · {t('offer.range', { from: day(offer.starts_at, zone, now, lang), to: day(offer.ends_at, zone, now, lang) })}
      </p>
      {running && (
        <div className="offer-row-bar">
          <span className="meter" aria-hidden="true"><i style={{ width: `${Math.min(100, (offer.claimed / Math.max(1, offer.stock)) * 100)}%` }} /></span>
          <span className="muted small">{t('offer.claimed', { n: count(offer.claimed, lang), max: count(offer.stock, lang) })}</span>
        </div>
      )}
      {offer.state === 'submitted' && offer.check_state === 'refused' && (
        <p className="offer-row-why">{t('check.yours', { why: offer.check_text })}</p>
      )}
      {offer.state === 'declined' && offer.decline_reason && (
        <p className="offer-row-why">{t('offer.declinedBecause', { why: offer.decline_reason })}</p>
      )}
    </li>
  )
}
