import { type ReactNode, useId } from 'react'
import { useText, useWords } from '../../text'
import { AreaField, SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { useWhen } from '../../ui/viewer'
import { Blackout } from './blackout'
import { adLabels, currencies, type Draft, locales, ownPicture, type Part, withPicture } from './draft'
import { PictureField } from './picture'
import { room } from './words'

/** Section is one of the questions the form asks. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return <section className="offer-section" aria-labelledby={id}><h2 id={id}>{title}</h2>{children}</section>
}

/** WordFields are what the offer says. */
export function WordFields({ d, set, wrong, notes, fixed }: Part & { notes?: (field: string) => ReactNode; fixed?: boolean }) {
  const w = useWords(room)
  const spoken = d.words.filter((x) => x.locale !== '')
  const left = locales.filter((l) => !d.words.some((x) => x.locale === l))
  const put = (i: number, part: Partial<Draft['words'][number]>) => set({ words: d.words.map((x, n) => (n === i ? { ...x, ...part } : x)) })
  return (
    <Section title={w('words')}>
      <div className="offer-field">
        <TextField name="title" label={w('title')} hint={w('titleHint')} wrong={wrong.title} maxLength={60} value={d.title} onValue={(title) => set({ title })} />
        {notes?.('title')}
      </div>
      <div className="offer-field">
        <AreaField name="body" label={w('body')} hint={w('bodyHint')} wrong={wrong.body} rows={5} maxLength={500} value={d.body} onValue={(body) => set({ body })} />
        {notes?.('body')}
      </div>
      <div className="field-pair">
        <TextField name="category" label={w('category')} hint={w('categoryHint')} wrong={wrong.category} disabled={fixed} maxLength={32} value={d.category} onValue={(category) => set({ category })} />
        <SelectField name="ad_label" label={w('label')} hint={w('labelHint')} wrong={wrong.ad_label} disabled={fixed} value={d.ad_label} onValue={(ad_label) => set({ ad_label })}
          options={adLabels.map((l) => ({ value: l, label: l }))} />
      </div>
      <PictureField name="picture" label={w('picture')} hint={w('pictureHint')} id={ownPicture(d.words)} onPicture={(id) => set({ words: withPicture(d.words, id) })} />
      {d.words.map((x, i) => {
        if (x.locale === '') return null
        const lang = w(`locale.${x.locale}`)
        return (
          <div key={x.locale} className="offer-locale" lang={x.locale}>
            <TextField name={x === spoken[0] ? 'words' : `words-${i}`} label={w('words.title', { lang })} maxLength={60} value={x.title} onValue={(title) => put(i, { title })} />
            {notes?.(`words.${x.locale}.title`)}
            <AreaField name={`words-body-${i}`} label={w('words.body', { lang })} rows={4} maxLength={500} value={x.body} onValue={(body) => put(i, { body })} />
            {notes?.(`words.${x.locale}.body`)}
            <PictureField name={`words-picture-${i}`} label={w('picture.lang', { lang })} hint={w('picture.langHint')} id={x.picture_id} onPicture={(picture_id) => put(i, { picture_id })} />
            <button type="button" className="button quiet" onClick={() => set({ words: d.words.filter((_, n) => n !== i) })}><Icon name="trash" size={15} />{w('words.drop', { lang })}</button>
          </div>
        )
      })}
      {wrong.words && <p className="field-error">{wrong.words}</p>}
      {left.length > 0 && (
        <div className="offer-add">
          <select className="input" aria-label={w('words.add')} value="" onChange={(e) => set({ words: [...d.words, { locale: e.target.value as (typeof locales)[number], title: '', body: '', card_title: '', picture_id: '' }] })}>
            <option value="" disabled>{w('words.add')}</option>
            {left.map((l) => <option key={l} value={l}>{w(`locale.${l}`)}</option>)}
          </select>
          <p className="hint">{w('words.hint')}</p>
        </div>
      )}
    </Section>
  )
}

/** VoucherFields are what one voucher is worth. */
export function VoucherFields({ d, set, wrong }: Part) {
  const w = useWords(room)
  return (
    <Section title={w('voucher')}>
      <div className="field-pair">
        <TextField name="value" label={w('value')} wrong={wrong.value} inputMode="decimal" value={d.value} onValue={(value) => set({ value })} />
        <SelectField name="currency" label={w('currency')} wrong={wrong.currency} value={d.currency} onValue={(currency) => set({ currency })}
          options={(currencies as readonly string[]).includes(d.currency) ? currencies.map((c) => ({ value: c, label: c })) : [d.currency, ...currencies].map((c) => ({ value: c, label: c }))} />
      </div>
      <div className="field-pair">
        <SelectField name="unit" label={w('unit')} hint={w(`unitHint.${d.unit}`)} wrong={wrong.unit} value={d.unit} onValue={(unit) => set({ unit: unit as Draft['unit'] })}
          options={(['use', 'fen'] as const).map((u) => ({ value: u, label: w(`unit.${u}`) }))} />
        {d.unit === 'use' && <TextField name="units" label={w('units')} wrong={wrong.units} inputMode="numeric" value={d.units} onValue={(units) => set({ units })} />}
        <TextField name="min_spend" label={w('minSpend')} hint={w('minSpendHint')} wrong={wrong.min_spend} inputMode="decimal" value={d.min_spend} onValue={(min_spend) => set({ min_spend })} />
      </div>
    </Section>
  )
}

/** AmountFields are how many there are, and for one person. */
export function AmountFields({ d, set, wrong, claimed = 0 }: Part & { claimed?: number }) {
  const w = useWords(room)
  return (
    <Section title={w('amounts')}>
      <div className="field-three">
        <TextField name="stock" label={w('stock')} hint={claimed > 0 ? w('stockHint', { n: claimed }) : ''} wrong={wrong.stock} inputMode="numeric" value={d.stock} onValue={(stock) => set({ stock })} />
        <TextField name="per_member" label={w('perMember')} wrong={wrong.per_member} inputMode="numeric" value={d.per_member} onValue={(per_member) => set({ per_member })} />
        <TextField name="per_household" label={w('perHousehold')} hint={w('perHouseholdHint')} wrong={wrong.per_household} inputMode="numeric" value={d.per_household} onValue={(per_household) => set({ per_household })} />
      </div>
    </Section>
  )
}

/** TimeFields are when it runs and when a voucher is good. */
export function TimeFields({ d, set, wrong, fixed }: Part & { fixed?: boolean }) {
  const w = useWords(room)
  const { lang } = useText()
  const { zoneName } = useWhen()
  const moment = (name: 'starts_at' | 'ends_at' | 'redeem_from' | 'redeem_by', label: string, hint = '') => (
    <TextField name={name} label={label} hint={hint} wrong={wrong[name]} type="datetime-local" disabled={fixed && name === 'starts_at'} lang={lang} value={d[name]} onValue={(value) => set({ [name]: value })} />
  )
  return (
    <Section title={w('times')}>
      <p className="hint zone">{w('zone', { zone: zoneName() })}</p>
      <div className="field-pair">
        {moment('starts_at', w('startsAt'))}
        {moment('ends_at', w('endsAt'))}
        {moment('redeem_from', w('redeemFrom'), w('redeemFromHint'))}
        {moment('redeem_by', w('redeemBy'))}
        <TextField name="days" label={w('days')} hint={w('daysHint')} wrong={wrong.days} inputMode="numeric" value={d.days} onValue={(days) => set({ days })} />
      </div>
      <Blackout d={d} set={set} wrong={wrong} />
    </Section>
  )
}
