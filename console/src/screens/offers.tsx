import { Link } from 'wouter'
import { useOffers } from '../api'
import { useText } from '../text'
import { Icon } from '../ui/icons'
import { Page } from '../ui/page'
import { Empty, Failed, Waiting } from '../ui/states'
import { useNow } from '../ui/viewer'
import { OfferRow } from './offercard'

/** Offers is a brand's page: what it has handed in and where each one stands, newest first. */
export function Offers() {
  const { t } = useText()
  const now = useNow()
  const offers = useOffers()
  const all = offers.data
  const create = <Link to="/offers/new" className="button primary"><Icon name="plus" />{t('offers.new')}</Link>
  return (
    <Page title={t('offers.title')} live={all && (offers.isError ? 'stale' : 'fresh')}
      sub={all && all.length > 0 && t('offers.sub', { n: all.length })} actions={create}>
      {!all && offers.isError && <Failed error={offers.error} retry={() => void offers.refetch()} />}
      {!all && !offers.isError && <Waiting />}
      {all?.length === 0 && <div className="card"><Empty icon="offers" title={t('offers.empty')} text={t('offers.emptyText')} /></div>}
      {all && all.length > 0 && (
        <section className="card" aria-label={t('offers.title')}>
          <ul className="offers">{[...all].reverse().map((o) => <OfferRow key={o.id} offer={o} now={now} />)}</ul>
        </section>
      )}
    </Page>
  )
}
