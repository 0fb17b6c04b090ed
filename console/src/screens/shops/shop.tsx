import { useState } from 'react'
import { Link, useLocation, useParams } from 'wouter'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { Missing } from '../missing'
import { type Shop, useChangeShop, useDeleteShop, useShops } from './api'
import { ShopForm } from './list'
import { Staff } from './staff'
import { room } from './words'

/** ShopPage is one shop: what is said of it, who works there, and whether vouchers can be used there now. */
export function ShopPage() {
  const { id = '' } = useParams()
  const shops = useShops()
  return (
    <Loaded query={shops}>
      {(all) => {
        const shop = all.find((s) => s.id === id)
        return shop ? <One key={shop.id} shop={shop} /> : <Missing />
      }}
    </Loaded>
  )
}

type Asked = '' | 'edit' | 'pause' | 'delete'

function One({ shop }: { shop: Shop }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const change = useChangeShop()
  const [asked, setAsked] = useState<Asked>('')
  const paused = shop.paused_at > 0
  const resume = async () => {
    const ok = await change.do({ id: shop.id, paused: false })
    tell(ok ? w('resumed', { shop: shop.name }) : t('error.unknown'), ok ? 'good' : 'bad')
  }
  const close = () => setAsked('')
  return (
    <Page title={shop.name} sub={shop.address} actions={<Link to="/shops" className="button"><Icon name="left" />{w('back')}</Link>}>
      <div className="stack">
        {paused && <p className="notice warn"><Icon name="alert" />{w('pausedText')}</p>}
        <section className="card shop-facts" aria-label={shop.name}>
          <dl className="offer-facts">
            <div><dt>{w('aDay')}</dt><dd>{shop.daily_limit > 0 ? w('limitN', { n: shop.daily_limit }) : w('unlimited')}</dd></div>
            <div><dt>{w('zone')}</dt><dd>{shop.zone || w('zoneOwn')}</dd></div>
          </dl>
          <div className="actions">
            <button type="button" className="button" onClick={() => setAsked('edit')}><Icon name="edit" />{w('edit')}</button>
            {paused
              ? <button type="button" className="button primary" disabled={change.isPending} onClick={() => void resume()}>{w('resume')}</button>
              : <button type="button" className="button" onClick={() => setAsked('pause')}>{w('pause')}</button>}
            <Link to={`/shops/sheet?shop=${shop.id}`} className="button">{w('sheet')}</Link>
            <button type="button" className="button quiet" onClick={() => setAsked('delete')}><Icon name="trash" />{w('delete')}</button>
          </div>
        </section>
        <Staff shop={shop} />
      </div>
      {asked === 'edit' && <ShopForm shop={shop} onClose={close} />}
      {asked === 'pause' && <Pause shop={shop} onClose={close} />}
      {asked === 'delete' && <Delete shop={shop} onClose={close} />}
    </Page>
  )
}

interface Props { shop: Shop; onClose: () => void }

function Pause({ shop, onClose }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const change = useChangeShop()
  const go = async () => {
    if (!(await change.do({ id: shop.id, paused: true }))) return
    tell(w('isPaused', { shop: shop.name }))
    onClose()
  }
  return <Ask open careful title={w('pauseAsk', { shop: shop.name })} text={w('pauseText')} yes={w('pause')} busy={change.isPending} error={change.error ? told(change.error, t) : undefined} onYes={() => void go()} onClose={onClose} />
}

function Delete({ shop, onClose }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const remove = useDeleteShop()
  const go = async () => {
    if (!(await remove.do(shop.id))) return
    tell(w('deleted', { shop: shop.name }))
    navigate('/shops')
  }
  return <Ask open careful title={w('deleteAsk', { shop: shop.name })} text={w('deleteText')} yes={w('delete')} busy={remove.isPending} error={remove.error ? told(remove.error, t) : undefined} onYes={() => void go()} onClose={onClose} />
}
