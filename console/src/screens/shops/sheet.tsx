import { useState } from 'react'
import { Link, useSearchParams } from 'wouter'
import { useText, useWords } from '../../text'
import { count, money } from '../../text/number'
import { toInput } from '../../text/time'
import { SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Empty } from '../../ui/states'
import { useViewer, useWhen } from '../../ui/viewer'
import { type Sheet, type SheetLine, sheetTable, useBrands, useSheet, useShops } from './api'
import { room } from './words'

/** SheetTab is what a shop wrote off on one local day. */
export function SheetTab() {
  const w = useWords(room)
  const shops = useShops()
  return <Loaded query={shops}>{(all) => <Day shops={all} none={w('sheet.noShop')} />}</Loaded>
}

function Day({ shops, none }: { shops: { id: string; name: string; brand_id: string }[]; none: string }) {
  const w = useWords(room)
  const { now, zone } = useWhen()
  const organiser = useViewer().account.role === 'organiser'
  const brands = useBrands()
  const [search] = useSearchParams()
  const [shop, setShop] = useState(search.get('shop') ?? shops[0]?.id ?? '')
  const [date, setDate] = useState(search.get('date') ?? toInput(now, zone).slice(0, 10))
  // A brand without shops has one sheet of its own; an organiser says whose.
  const places = [...shops.map((s) => ({ value: s.id, label: s.name })),
    ...(organiser ? brands.filter((b) => !shops.some((s) => s.brand_id === b.id)).map((b) => ({ value: `brand:${b.id}`, label: b.name })) : shops.length === 0 ? [{ value: '', label: none }] : [])]
  const chosen = places.some((p) => p.value === shop) ? shop : places[0]?.value ?? ''
  const which = chosen.startsWith('brand:') ? { brand: chosen.slice(6), shop: '', date } : { brand: organiser ? shops.find((s) => s.id === chosen)?.brand_id ?? '' : '', shop: chosen, date }
  const sheet = useSheet(which, places.length > 0)
  return (
    <div className="stack">
      <div className="card sheet-choice">
        <SelectField name="sheet-shop" label={w('sheet.shop')} value={chosen} onValue={setShop} options={places} />
        <TextField name="sheet-date" type="date" label={w('sheet.date')} value={date} onValue={(next) => next && setDate(next)} />
        {!chosen.startsWith('brand:') && <Link className="button" to={`/shops/redeemed?shop=${chosen}&date=${date}`}>{w('sheet.each')}</Link>}
        <a className="button" href={sheetTable(which)} download><Icon name="down" size={16} />{w('sheet.csv')}</a>
      </div>
      <Loaded query={sheet}>{(s) => <Lines sheet={s} />}</Loaded>
    </div>
  )
}

function Lines({ sheet }: { sheet: Sheet }) {
  const w = useWords(room)
  const { zoneName } = useWhen()
  const { lang } = useText()
  if (sheet.totals.length === 0) return <div className="card"><Empty icon="check" title={w('sheet.empty')} text={w('sheet.emptyText')} /></div>
  return (
    <>
      <section className="card" aria-labelledby="sheet-total">
        <h2 id="sheet-total">{sheet.shop_name || w('sheet.all')}<small>{w('sheet.of', { date: sheet.date, zone: zoneName(sheet.zone) })}</small></h2>
        <dl className="sheet-totals">
          {sheet.totals.map((x) => (
            <div key={x.currency}>
              <dt>{w('sheet.value')}</dt>
              <dd>{x.currency ? money(x.value, x.currency, lang) : '—'}</dd>
              <dd className="muted small">{w('sheet.counts', { n: count(x.redeemed, lang), back: count(x.reversed, lang) })}</dd>
            </div>
          ))}
        </dl>
      </section>
      <Table title={w('sheet.byOffer')} lines={sheet.offers} units />
      <Table title={w('sheet.byStaff')} lines={sheet.staff} />
    </>
  )
}

function Table({ title, lines, units = false }: { title: string; lines: SheetLine[]; units?: boolean }) {
  const w = useWords(room)
  const { lang } = useText()
  return (
    <section className="card" aria-label={title}>
      <table className="sheet-table">
        <caption>{title}</caption>
        <thead><tr><th scope="col">{w('sheet.what')}</th><th scope="col">{w('sheet.redeemed')}</th><th scope="col">{w('sheet.reversed')}</th>{units && <th scope="col">{w('sheet.units')}</th>}<th scope="col">{w('sheet.value')}</th></tr></thead>
        <tbody>
          {lines.map((x) => (
            <tr key={`${x.offer_id}${x.account_id}${x.currency}`}>
              <th scope="row">{x.name}</th>
              <td data-label={w('sheet.redeemed')}>{count(x.redeemed, lang)}</td>
              <td data-label={w('sheet.reversed')}>{count(x.reversed, lang)}</td>
              {units && <td data-label={w('sheet.units')}>{count(x.units, lang)}</td>}
              <td data-label={w('sheet.value')}>{x.currency ? money(x.value, x.currency, lang) : '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
