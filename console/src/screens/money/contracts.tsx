import { useState } from 'react'
import { useOffers } from '../../api'
import { useText, useWords } from '../../text'
import { minorDigits, money, toMinor } from '../../text/number'
import { fromInput } from '../../text/time'
import { Ask } from '../../ui/ask'
import { SelectField, TextField, wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Empty, told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { currencies } from '../offer/draft'
import { useBrands } from '../shops/api'
import { type Basis, type Contract, useAddContract, useContracts } from './api'
import { room } from './words'

/** Contracts are how brands pay; what is agreed anew is a new one, and the old ones stay to be read. */
export function Contracts() {
  const w = useWords(room)
  const query = useContracts()
  return (
    <Loaded query={query}>
      {(all) => {
        if (all.length === 0) return <div className="card"><Empty icon="money" title={w('ct.empty')} text={w('ct.emptyText')} /></div>
        const [now, old] = [all.filter((c) => c.in_force), all.filter((c) => !c.in_force)]
        return (
          <div className="stack">
            <List title={w('ct.now')} all={now} none={w('ct.noneNow')} />
            {old.length > 0 && <List title={w('ct.others')} all={old} />}
          </div>
        )
      }}
    </Loaded>
  )
}

function List({ title, all, none }: { title: string; all: Contract[]; none?: string }) {
  const w = useWords(room)
  const { lang } = useText()
  const { say } = useWhen()
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      {all.length === 0 && none && <p className="muted">{none}</p>}
      <ul className="money-list">
        {[...all].reverse().map((c) => (
          <li key={c.id} data-contract={c.id}>
            <div>
              <p><span className="strong">{c.brand_name}</span> · {w(`basis.${c.basis}`)}{c.offer_title && ` · ${c.offer_title}`}</p>
              <p className="muted small">{[w('ct.from', { when: say(c.from_at) }), c.until_at > 0 && w('ct.until', { when: say(c.until_at) }), c.month_cap > 0 && w('ct.cap', { sum: money(c.month_cap, c.currency, lang) }), c.note].filter(Boolean).join(' · ')}</p>
            </div>
            <span className="strong">{money(c.price, c.currency, lang)}<small className="muted"> {w(`per.${c.basis}`)}</small></span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** NewContractButton writes down how a brand pays from now, or from a moment, on. */
export function NewContractButton() {
  const w = useWords(room)
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="button primary" onClick={() => setOpen(true)}><Icon name="plus" />{w('ct.new')}</button>
      {open && <Form onClose={() => setOpen(false)} />}
    </>
  )
}

const bases: Basis[] = ['redemption', 'claim', 'placement', 'flat']

function Form({ onClose }: { onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const { zone } = useWhen()
  const brands = useBrands()
  const offers = useOffers().data ?? []
  const add = useAddContract()
  const [tried, setTried] = useState(false)
  const [d, setDraft] = useState({ brand: '', offer: '', basis: 'redemption' as Basis, price: '', currency: '', cap: '', from: '', until: '', note: '' })
  const set = (part: Partial<typeof d>) => setDraft({ ...d, ...part })
  const brand = d.brand || brands[0]?.id || ''
  const own = offers.filter((o) => o.brand_id === brand && o.state !== 'draft')
  const currency = d.currency || own.find((o) => o.currency)?.currency || 'CNY'
  const price = toMinor(d.price, currency)
  const cap = d.cap.trim() === '' ? 0 : toMinor(d.cap, currency)
  const server = wrongOf(add.error)
  const wrong = (name: string, mine?: string | false) => (tried && mine) || (server?.field === name ? server.text : undefined)
  const example = minorDigits(currency) === 0 ? '300' : '3.00'
  const go = async () => {
    setTried(true)
    if (!brand || Number.isNaN(price) || Number.isNaN(cap)) return
    const made = await add.do({
      brand_id: brand, offer_id: d.basis === 'flat' ? '' : d.offer, basis: d.basis, price, currency, month_cap: cap,
      from_at: d.from ? fromInput(d.from, zone) : 0, until_at: d.until ? fromInput(d.until, zone) : 0, note: d.note.trim(),
    })
    if (!made) return
    tell(w('ct.made'))
    onClose()
  }
  return (
    <Ask open title={w('ct.new')} text={w('ct.text')} yes={w('ct.yes')} busy={add.isPending} error={add.error && !server ? told(add.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <SelectField name="ct-brand" label={w('brand')} wrong={wrong('brand_id')} value={brand} onValue={(id) => set({ brand: id, offer: '', currency: '' })} options={brands.map((b) => ({ value: b.id, label: b.name }))} />
      <SelectField name="ct-basis" label={w('basis')} wrong={wrong('basis')} value={d.basis} onValue={(basis) => set({ basis: basis as Basis })} options={bases.map((b) => ({ value: b, label: w(`basis.${b}`) }))} />
      {d.basis !== 'flat' && (
        <SelectField name="ct-offer" label={w('offer')} wrong={wrong('offer_id')} value={d.offer} onValue={(offer) => set({ offer })}
          options={[{ value: '', label: w('offer.all') }, ...own.map((o) => ({ value: o.id, label: o.title }))]} />
      )}
      <div className="field-pair">
        <TextField name="ct-price" label={`${w('price')} ${w(`per.${d.basis}`)}`} inputMode="decimal" placeholder={example} wrong={wrong('price', Number.isNaN(price) && w('amount'))} value={d.price} onValue={(value) => set({ price: value })} />
        <SelectField name="ct-currency" label={w('currency')} wrong={wrong('currency')} value={currency} onValue={(c) => set({ currency: c })} options={[...new Set([currency, ...currencies])].map((c) => ({ value: c, label: c }))} />
      </div>
      <TextField name="ct-cap" label={w('cap')} hint={w('capHint')} inputMode="decimal" wrong={wrong('month_cap', Number.isNaN(cap) && w('amount'))} value={d.cap} onValue={(value) => set({ cap: value })} />
      <div className="field-pair">
        <TextField name="ct-from" type="datetime-local" label={w('from')} hint={w('fromHint')} wrong={wrong('from_at')} value={d.from} onValue={(from) => set({ from })} />
        <TextField name="ct-until" type="datetime-local" label={w('until')} hint={w('untilHint')} wrong={wrong('until_at')} value={d.until} onValue={(until) => set({ until })} />
      </div>
      <TextField name="ct-note" label={w('note')} maxLength={200} wrong={wrong('note')} value={d.note} onValue={(note) => set({ note })} />
    </Ask>
  )
}
