import { useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { whole } from '../../text/number'
import { Ask } from '../../ui/ask'
import { SelectField, TextField, wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Empty, told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useViewer } from '../../ui/viewer'
import { type Said, type Shop, useAddShop, useBrands, useChangeShop, useShops } from './api'
import { room } from './words'

/** Shops are all of them, with whose they are for an organiser. */
export function Shops() {
  const w = useWords(room)
  const shops = useShops()
  const brands = useBrands()
  const organiser = useViewer().account.role === 'organiser'
  return (
    <Loaded query={shops}>
      {(all) => all.length === 0
        ? <div className="card"><Empty icon="shop" title={w('empty')} text={w('emptyText')} /></div>
        : (
          <section className="card" aria-label={w('shops')}>
            <ul className="shop-list">
              {all.map((s) => (
                <li key={s.id} data-shop={s.id}>
                  <div>
                    <p><Link to={`/shops/at/${s.id}`} className="link strong">{s.name}</Link>{s.paused_at > 0 && <span className="tag warn">{w('paused')}</span>}</p>
                    <p className="muted small">{[organiser && brands.find((b) => b.id === s.brand_id)?.name, s.address, s.daily_limit > 0 && w('limitN', { n: s.daily_limit })].filter(Boolean).join(' · ')}</p>
                  </div>
                  <Link to={`/shops/at/${s.id}`} className="button" aria-label={`${w('see')}: ${s.name}`}>{w('see')}</Link>
                </li>
              ))}
            </ul>
          </section>
        )}
    </Loaded>
  )
}

/** NewShop opens a shop; an organiser says whose. */
export function NewShop() {
  const w = useWords(room)
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="button primary" onClick={() => setOpen(true)}><Icon name="plus" />{w('new')}</button>
      {open && <ShopForm onClose={() => setOpen(false)} />}
    </>
  )
}

/** ShopForm says what a shop is; without one it is a new one. */
export function ShopForm({ shop, onClose }: { shop?: Shop; onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const organiser = useViewer().account.role === 'organiser'
  const brands = useBrands()
  const [add, change] = [useAddShop(), useChangeShop()]
  const [d, set] = useState({ name: shop?.name ?? '', address: shop?.address ?? '', zone: shop?.zone ?? '', limit: shop?.daily_limit ? String(shop.daily_limit) : '' })
  const [brand, setBrand] = useState('')
  const [tried, setTried] = useState(false)
  const limit = d.limit.trim() === '' ? 0 : whole(d.limit, 1, 1_000_000)
  const whose = organiser && !shop ? brand || brands[0]?.id || '' : ''
  const error = add.error ?? change.error
  const server = wrongOf(error)
  const wrong = (name: string, own?: string | false) => (tried && own) || (server?.field === name ? server.text : undefined)
  const go = async () => {
    setTried(true)
    if (!d.name.trim() || Number.isNaN(limit)) return
    const said: Said = { name: d.name.trim(), address: d.address.trim(), zone: d.zone.trim(), daily_limit: limit }
    if (!(await (shop ? change.do({ id: shop.id, ...said }) : add.do({ ...said, brand: whose })))) return
    tell(w('saved'))
    onClose()
  }
  return (
    <Ask open title={shop ? w('edit') : w('new')} text={w(shop ? 'editText' : 'newText')} yes={w('save')} busy={add.isPending || change.isPending} error={error && !server ? told(error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      {organiser && !shop && <SelectField name="shop-brand" label={w('brand')} value={whose} onValue={setBrand} options={brands.map((b) => ({ value: b.id, label: b.name }))} />}
      <TextField name="shop-name" label={w('name')} maxLength={80} wrong={wrong('name', !d.name.trim() && w('need'))} value={d.name} onValue={(name) => set({ ...d, name })} />
      <TextField name="shop-address" label={w('address')} maxLength={200} wrong={wrong('address')} value={d.address} onValue={(address) => set({ ...d, address })} />
      <TextField name="shop-zone" label={w('zone')} hint={w('zoneHint')} maxLength={60} placeholder="America/Vancouver" autoComplete="off" wrong={wrong('zone') && w('zoneWrong')} value={d.zone} onValue={(zone) => set({ ...d, zone })} />
      <TextField name="shop-limit" label={w('limit')} hint={w('limitHint')} inputMode="numeric" wrong={wrong('daily_limit', Number.isNaN(limit) && w('number'))} value={d.limit} onValue={(value) => set({ ...d, limit: value })} />
    </Ask>
  )
}
