import { Link } from 'wouter'
import { useText } from '../text'
import { count, money } from '../text/number'
import { day } from '../text/time'
import type { Offer } from '../types'
import { useViewer } from '../ui/viewer'
import { Standing } from './offer/standing'

/** OfferRow is one line of a list of offers: what it is, where it stands, how far it has got. */
export function OfferRow({ offer, now, brand = false }: { offer: Offer; now: number; brand?: boolean }) {
  const { t, lang } = useText()
  const { community: { zone } } = useViewer()
  const running = offer.state === 'approved' || offer.state === 'done'
  const worth = offer.currency && money(offer.value_fen, offer.currency, lang)
  const span = offer.starts_at > 0 && offer.ends_at > 0 && t('offer.range', { from: day(offer.starts_at, zone, now, lang), to: day(offer.ends_at, zone, now, lang) })
  return (
    <li className="offer-row" data-offer={offer.id}>
      <p className="offer-row-title">
        <Standing offer={offer} />
        <Link to={`/offers/${offer.id}`} className="strong offer-row-link">{offer.title || t('offer.untitled')}</Link>
        {offer.change && <span className="tag warn">{t('offer.changing')}</span>}
      </p>
      <p className="muted offer-row-sub">{[brand && offer.brand_name, worth, span].filter(Boolean).join(' · ')}</p>
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
